import { PASSING, backoff, delayOf, pause } from './retry.js';
import { RSocketError, connect } from './rsocket.js';
import { Watch } from './watch.js';

/** How long a connection must have held for the next cut to count as the first. */
const STABLE = 5_000;

/** One that held for less was a connection all the same: of the failures before it, no more than these count on. */
const MOST_FAILURES_UNSTABLE = 2;

/**
 * The connection that this page holds: opened again whenever it ends, with what was watched going on from where it was.
 *
 * States: `connecting`; `connected`; `waiting` (until `retryAt`, in milliseconds of the clock); `offline` (the same,
 * but the device itself has no network); `ended` (by `stop`, or because a token is needed that only a person can
 * bring).
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
   * @param {(connection: import('./rsocket.js').Connection) => Promise<void>} options.greet the first request on each
   * connection: a SETUP is not acknowledged, so it is its answer that tells that the server took it
   * @param {(state: {name: string, retryAt?: number}) => void} options.onState
   * @param {() => void} options.onUnauthenticated when the token is refused and can't be renewed; the link has ended
   * then
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
   * Asks until there is an answer: waits for a connection, asks again after a cut, after the time that a busy server
   * names, and with a new token. So only for what may be asked twice; what may not is asked `once`, and a cut before
   * its answer is an error.
   *
   * @param {{signal?: AbortSignal, once?: boolean, onDelay?: (error: RSocketError, milliseconds: number) => void}}
   * [options] `onDelay` is told of each wait for a busy server
   * @returns {Promise<any>} fails with an RSocketError that asking again does not mend, or with the signal's reason
   */
  async ask(route, data, { signal, once = false, onDelay = ignore } = {}) {
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
        } else if (once || error.code !== 'disconnected') {
          throw error;
        }
      }
    }
  }

  /** Tells the server without an answer; whether there was a connection to tell it on. */
  fire(route, data) {
    if (!this.#live?.isOpen) {
      return false;
    }
    this.#live.fire(route, data);
    return true;
  }

  /**
   * Watches a stream of the contract, over any number of connections.
   *
   * @param {string} route
   * @param {object} watcher
   * @param {(frame: object) => void} watcher.onFrame each frame but `start`, `reset` and `reconnect`
   * @param {() => void} watcher.onResync the stream starts here and not where the last one ended: what was before is in
   * the history
   * @param {(error: RSocketError) => void} watcher.onFailed it can't be watched; nothing more comes
   * @param {object} [data] what the stream is asked with, besides the cursor
   * @returns {{cancel: () => void}}
   */
  watch(route, watcher, data = {}) {
    const watch = new Watch(route, data, watcher, {
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

function ignore() {}

/** Whether this is the end of a session, and not of an attempt to renew it. */
function cannotRenew(error) {
  return ['unauthenticated', 'forbidden', 'not_found', 'validation_failed'].includes(error.code);
}

function everyTick(milliseconds, tick) {
  const worker = new Worker(new URL('./ticker.js', import.meta.url));
  worker.addEventListener('message', tick);
  worker.postMessage(milliseconds);
  return () => worker.terminate();
}
