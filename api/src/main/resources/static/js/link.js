import { RSocketError, connect } from './rsocket.js';

const FIRST_DELAY = 500;
const LONGEST_DELAY = 15_000;

/** How long a connection must have held for the next cut to count as the first. */
const STABLE = 5_000;

/** One that held for less was a connection all the same: of the failures before it, no more than these count on. */
const MOST_FAILURES_UNSTABLE = 2;

/** What a server can get over by itself. */
const PASSING = new Set(['rate_limited', 'unavailable']);

/** Exponential, with jitter over its upper half: clients that were cut together come back apart. */
export function backoff(failures, random = Math.random) {
  const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** failures);
  return longest * (0.5 + random() / 2);
}

/**
 * The connection that this page holds: opened again whenever it ends, with what was watched going on from where it was.
 *
 * States: `connecting`; `connected`; `waiting` (until `retryAt`, in milliseconds of the clock); `offline` (the same, but the device
 * itself has no network); `ended` (by `stop`, or because a token is needed that only a person can bring).
 */
export class Link {
  #url;
  #session;
  #greet;
  #onState;
  #onUnauthenticated;
  #stopped = new AbortController();
  #live = null;
  #onceLive = [];
  #watches = new Set();
  #wake = ignore;
  #renewing = false;
  #drainedFor = null;

  /**
   * @param {object} options
   * @param {string} options.url of the RSocket endpoint
   * @param {import('./session.js').Session} options.session
   * @param {(connection: import('./rsocket.js').Connection) => Promise<void>} options.greet the first request on each connection: a SETUP
   *     is not acknowledged, so it is its answer that tells that the server took it
   * @param {(state: {name: string, retryAt?: number}) => void} options.onState
   * @param {() => void} options.onUnauthenticated when the token is refused and can't be renewed; the link has ended then
   */
  constructor({ url, session, greet, onState, onUnauthenticated }) {
    this.#url = url;
    this.#session = session;
    this.#greet = greet;
    this.#onState = onState;
    this.#onUnauthenticated = onUnauthenticated;
    this.state = { name: 'connecting' };
  }

  start() {
    const { signal } = this.#stopped;
    addEventListener('online', () => this.#look(), { signal });
    addEventListener('offline', () => this.#wake('offline'), { signal });
    document.addEventListener('visibilitychange', () => document.hidden || this.#look(), { signal });
    this.#run();
  }

  /** Ends the connection and everything on it, for good. */
  stop() {
    this.#stopped.abort(new RSocketError('disconnected', 'This page has let go of the server'));
    this.#wake();
    this.#live?.close();
  }

  /** Does not wait out the time until the next attempt. */
  retryNow() {
    this.#wake();
  }

  /**
   * Asks until there is an answer: waits for a connection, asks again after a cut, after the time that a busy server names, and with a
   * new token. So only for what may be asked twice, which all that this page asks may.
   *
   * @param {{signal?: AbortSignal, onDelay?: (error: RSocketError, milliseconds: number) => void}} [options] `onDelay` is told of each
   *     wait for a busy server
   * @returns {Promise<any>} fails with an RSocketError that asking again does not mend, or with the signal's reason
   */
  async ask(route, data, { signal, onDelay = ignore } = {}) {
    const given = signal ? AbortSignal.any([signal, this.#stopped.signal]) : this.#stopped.signal;
    for (let failures = 0; ;) {
      const connection = await this.#connected(given);
      try {
        return await connection.request(route, data, { signal: given });
      } catch (error) {
        if (given.aborted || !(error instanceof RSocketError)) {
          throw error;
        } else if (error.code === 'unauthenticated') {
          this.#reauthenticate(connection);
        } else if (PASSING.has(error.code)) {
          const delay = delayOf(error, failures);
          failures += 1;
          onDelay(error, delay);
          await pause(delay, given);
        } else if (error.code !== 'disconnected') {
          throw error;
        }
      }
    }
  }

  /**
   * Watches a stream of the contract, over any number of connections.
   *
   * @param {string} route
   * @param {object} watcher
   * @param {(frame: object) => void} watcher.onFrame each frame but `heartbeat`, `reset` and `reconnect`
   * @param {() => void} watcher.onResync the stream starts here and not where the last one ended: what was before is in the history
   * @param {(error: RSocketError) => void} watcher.onFailed it can't be watched; nothing more comes
   * @returns {{cancel: () => void}}
   */
  watch(route, watcher) {
    const watch = new Watch(route, watcher, {
      isLive: (connection) => connection === this.#live,
      reauthenticate: (connection) => this.#reauthenticate(connection),
      reconnect: (connection, delay) => this.#reconnect(connection, delay),
      forget: () => this.#watches.delete(watch),
    });
    this.#watches.add(watch);
    if (this.#live) {
      watch.open(this.#live);
    }
    return watch;
  }

  /** The device may have slept, or be in another network: what seems connected may not be. */
  #look() {
    this.#live?.probe();
    this.retryNow();
  }

  async #run() {
    const { signal } = this.#stopped;
    let failures = 0;
    let refusals = 0;
    while (!signal.aborted) {
      this.#become({ name: 'connecting' });
      let connectedAt = null;
      let delay = null;
      try {
        if (this.#renewing) {
          await this.#session.renew();
          this.#renewing = false;
        }
        const reason = await this.#hold(() => {
          connectedAt = Date.now();
        });
        throw reason ?? new RSocketError('disconnected', 'The connection was closed');
      } catch (error) {
        if (signal.aborted) {
          break;
        }
        if (!(error instanceof RSocketError)) {
          throw error;
        }
        if (connectedAt !== null && Date.now() - connectedAt >= STABLE) {
          failures = 0;
          refusals = 0;
        } else if (connectedAt !== null) {
          failures = Math.min(failures, MOST_FAILURES_UNSTABLE);
        }
        if (this.#renewing && cannotRenew(error)) {
          this.stop();
          this.#onUnauthenticated();
          break;
        }
        if (error.code === 'unauthenticated' || error.kind === 'REJECTED_SETUP') {
          this.#renewing = true;
          // Once at once; a server that refuses a fresh token too is not asked in a tight circle.
          delay = refusals === 0 ? 0 : null;
          refusals += 1;
        } else if (error.retryAfter !== null) {
          delay = delayOf(error, failures);
        }
      }
      delay = this.#drainedFor ?? delay ?? backoff(failures);
      this.#drainedFor = null;
      failures += 1;
      await this.#sleep(delay);
    }
    this.#become({ name: 'ended' });
  }

  /** Connects, and answers why the connection ended. */
  async #hold(onLive) {
    const { signal } = this.#stopped;
    const connection = await connect({ url: this.#url, token: this.#session.token, signal, every: everyTick });
    const stop = () => connection.close();
    signal.addEventListener('abort', stop);
    try {
      await this.#greet(connection);
      this.#live = connection;
      onLive();
      this.#become({ name: 'connected' });
      this.#onceLive.splice(0).forEach((proceed) => proceed(connection));
      this.#watches.forEach((watch) => watch.open(connection));
      return await connection.closed;
    } catch (error) {
      // A refused SETUP fails the greeting as any cut does; why, the connection knows.
      const reason = connection.isOpen ? null : await connection.closed;
      connection.close();
      throw reason ?? error;
    } finally {
      this.#live = null;
      signal.removeEventListener('abort', stop);
    }
  }

  #connected(signal) {
    if (signal.aborted) {
      return Promise.reject(signal.reason);
    }
    if (this.#live?.isOpen) {
      return Promise.resolve(this.#live);
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#onceLive = this.#onceLive.filter((each) => each !== proceed);
        reject(signal.reason);
      };
      const proceed = (connection) => {
        signal.removeEventListener('abort', onAbort);
        resolve(connection);
      };
      this.#onceLive.push(proceed);
      signal.addEventListener('abort', onAbort);
    });
  }

  #reauthenticate(connection) {
    if (connection === this.#live && !this.#renewing) {
      this.#renewing = true;
      this.#reconnect(connection, 0);
    }
  }

  #reconnect(connection, delay) {
    if (connection === this.#live) {
      this.#drainedFor = delay;
      connection.close();
    }
  }

  /** Waits, in the state that tells so; woken early by `retryNow`. */
  #sleep(delay) {
    if (delay <= 0) {
      return Promise.resolve();
    }
    const retryAt = Date.now() + delay;
    const tell = () => this.#become({ name: navigator.onLine ? 'waiting' : 'offline', retryAt });
    return new Promise((resolve) => {
      const finish = (why) => {
        if (why === 'offline') {
          tell();
          return;
        }
        clearTimeout(timer);
        this.#wake = ignore;
        resolve();
      };
      const timer = setTimeout(finish, delay);
      this.#wake = finish;
      tell();
    });
  }

  #become(state) {
    this.state = state;
    this.#onState(state);
  }
}

/** One watched stream. Holds the cursor of the last frame, from which the next connection goes on. */
class Watch {
  #route;
  #watcher;
  #link;
  #cursor = null;
  #isLive = false;
  #isCancelled = false;
  #troubles = 0;
  #slowAt = 0;
  #timer = null;
  #cancelStream = ignore;

  constructor(route, watcher, link) {
    this.#route = route;
    this.#watcher = watcher;
    this.#link = link;
  }

  open(connection) {
    clearTimeout(this.#timer);
    this.#cancelStream();
    let hasHead = this.#cursor !== null;
    this.#cancelStream = connection.stream(this.#route, this.#cursor === null ? {} : { after: this.#cursor }, {
      next: (frame) => {
        this.#isLive = true;
        this.#troubles = 0;
        if (frame.type === 'reset') {
          this.#cursor = null;
        }
        if (frame.type === 'reset' || !hasHead) {
          hasHead = true;
          this.#watcher.onResync();
        }
        if (frame.cursor) {
          this.#cursor = frame.cursor;
        }
        if (frame.type === 'reconnect') {
          this.#link.reconnect(connection, frame.after ?? 0);
        } else if (frame.type !== 'heartbeat' && frame.type !== 'reset') {
          this.#watcher.onFrame(frame);
        }
      },
      complete: () => this.#reopen(connection, backoff(this.#troubles++)),
      error: (error) => this.#onError(connection, error),
    });
  }

  cancel() {
    this.#isCancelled = true;
    clearTimeout(this.#timer);
    this.#cancelStream();
    this.#link.forget();
  }

  #onError(connection, error) {
    if (error.code === 'disconnected') {
      return;
    }
    if (error.code === 'unauthenticated') {
      this.#link.reauthenticate(connection);
    } else if (error.code === 'rate_limited' && error.detail === 'slow_consumer') {
      // At once, as the contract has it; but a page that is too slow all the time takes a breath.
      const isAgain = Date.now() - this.#slowAt < 2_000;
      this.#slowAt = Date.now();
      this.#reopen(connection, isAgain ? FIRST_DELAY : 0);
    } else if (PASSING.has(error.code)) {
      this.#reopen(connection, delayOf(error, this.#troubles++));
    } else if (error.code === 'forbidden' && this.#isLive) {
      // Someone who was removed from a channel may watch it all the same: asked once more, from outside.
      this.#isLive = false;
      this.#reopen(connection, 0);
    } else {
      this.cancel();
      this.#watcher.onFailed(error);
    }
  }

  #reopen(connection, delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#isCancelled && this.#link.isLive(connection)) {
        this.open(connection);
      }
    }, delay);
  }
}

function ignore() {}

/** How long a busy server wants to be left alone, in milliseconds. */
function delayOf(error, failures) {
  return error.retryAfter === null ? backoff(failures) : Math.max(100, error.retryAfter * 1000) + Math.random() * 250;
}

/** Whether this is the end of a session, and not of an attempt to renew it. */
function cannotRenew(error) {
  return ['unauthenticated', 'forbidden', 'not_found', 'validation_failed'].includes(error.code);
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort);
  });
}

function everyTick(milliseconds, tick) {
  const worker = new Worker(new URL('./ticker.js', import.meta.url));
  worker.addEventListener('message', tick);
  worker.postMessage(milliseconds);
  return () => worker.terminate();
}
