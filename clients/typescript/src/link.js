import { Credentials } from './credentials.js';
import { Dialer } from './dialer.js';
import { OvationError } from './errors.js';
import { PASSING, backoff, delayOf, pause } from './retry.js';

/** How long a connection must have held for the failures before it to be forgotten. */
const STABLE = 30_000;

/** So long after whoever gives tokens gave none several times they are asked again. */
const NO_TOKEN_AGAIN = 60_000;

/**
 * The one connection of a client: opened again whenever it ends, with what was watched going on from where it was.
 *
 * States: `connecting`; `live` (by the `transport` that got through); `offline` (until `until`, in milliseconds of the
 * clock); `refused` (with `why`: the server, or whoever gives tokens, does not let this user in; {@link Link#retry}
 * tries once more, and where no token was given it is tried again each minute, next at `until`); `closed`.
 */
export class Link {
  #dialer;
  #credentials;
  #onState;
  #closing = new AbortController();
  #live = null;
  #next = null;
  #onceLive = new Set();
  #watches = new Set();
  #wake = ignore;
  #askedToReturnIn = null;
  #reauthenticatedAt = 0;
  #running;

  state = { name: 'connecting' };

  /**
   * @param {object} options what a {@link Dialer} takes, and
   * @param {(refused: OvationError | null) => (string | Promise<string>)} options.token
   * @param {(state: object) => void} options.onState
   */
  constructor({ token, onState, ...options }) {
    this.#dialer = new Dialer({ ...options, everyTick });
    this.#onState = onState;
    this.#credentials = new Credentials(token, () => this.#refresh());
    this.#listen();
    this.#running = this.#run();
  }

  /** Ends the connection and everything on it, for good. */
  async close() {
    this.#closing.abort(new OvationError('closed', 'The client was closed'));
    this.#credentials.close();
    this.#live?.close();
    this.#wake();
    await this.#running;
  }

  get closed() {
    return this.#closing.signal;
  }

  /** Does not wait out the time until the next attempt; after a refusal, tries again. */
  retry() {
    this.#dialer.look();
    this.#live?.hurry();
    this.#wake();
  }

  /**
   * Asks until there is an answer: waits for a connection, asks again after a cut, after the time that a busy server
   * names, and with a new token. Whatever is asked must therefore mean the same when it is asked twice; the ids that
   * clients give to what they make see to that.
   *
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @param {(error: OvationError, milliseconds: number) => void} [options.onDelay]
   * @param {boolean} [options.isRemoval] has no id: that there is nothing to remove is its answer, once an attempt may
   * have removed it
   * @returns {Promise<any>} fails with an OvationError that asking again does not mend, or with the signal's reason
   */
  async ask(route, data, { signal, onDelay = ignore, isRemoval = false } = {}) {
    const given = signal ? AbortSignal.any([signal, this.closed]) : this.closed;
    let isInDoubt = false;
    for (let failures = 0; ;) {
      const connection = await this.#connected(given);
      try {
        return await connection.request(route, data, { signal: given });
      } catch (error) {
        if (given.aborted || !(error instanceof OvationError)) {
          throw error;
        }
        if (isRemoval && isInDoubt && error.code === 'not_found') {
          return {};
        }
        isInDoubt ||= error.code === 'disconnected' || error.outcome === 'unknown';
        if (error.code === 'unauthenticated') {
          this.reauthenticate(connection, error);
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

  /** Tells the server without an answer; whether there was a connection to tell it on. */
  fire(route, data) {
    if (!this.#live?.isOpen) {
      return false;
    }
    this.#live.fire(route, data);
    return true;
  }

  /** Opens a subscription on this connection and on each that follows, until it is dropped. */
  add(watch) {
    this.#watches.add(watch);
    if (this.#live) {
      watch.open(this.#live);
    }
  }

  drop(watch) {
    this.#watches.delete(watch);
  }

  isLive(connection) {
    return connection === this.#live && connection.isOpen;
  }

  /** The server did not take the token of this connection: the next one has a new token. */
  reauthenticate(connection, error) {
    if (this.isLive(connection)) {
      this.#credentials.refused(error);
      // At once, but not in a circle: there are servers, and proxies, that let somebody in and take no token for more.
      this.#askedToReturnIn = Date.now() - this.#reauthenticatedAt < STABLE ? null : 0;
      this.#reauthenticatedAt = Date.now();
      connection.close();
    }
  }

  /** The server leaves, and has said when to come back. */
  reconnect(connection, milliseconds) {
    if (this.isLive(connection)) {
      this.#askedToReturnIn = milliseconds;
      connection.close();
    }
  }

  /** The device may have slept, or be in another network: what seems connected may not be. */
  #look() {
    this.#live?.probe();
    this.retry();
  }

  #listen() {
    if (typeof addEventListener !== 'function' || typeof document === 'undefined') {
      return;
    }
    const options = { signal: this.closed };
    addEventListener('online', () => this.#look(), options);
    addEventListener('pageshow', () => this.#look(), options);
    document.addEventListener('resume', () => this.#look(), options);
    document.addEventListener('visibilitychange', () => document.hidden || this.#look(), options);
  }

  async #run() {
    let failures = 0;
    while (!this.closed.aborted) {
      if (!this.#next) {
        this.#become({ name: 'connecting' });
      }
      let liveSince = null;
      let failure;
      try {
        failure = await this.#hold(() => (liveSince = Date.now()));
      } catch (error) {
        failure = error;
      }
      if (this.closed.aborted) {
        break;
      }
      if (liveSince !== null && Date.now() - liveSince >= STABLE) {
        failures = 0;
      }
      if (this.#next) {
        continue;
      }
      if (isRefusal(failure)) {
        this.#credentials.refused(failure);
      }
      if (this.#credentials.exhausted) {
        const why = failure ?? this.#credentials.lastFailure;
        const again = why?.code === 'no_token' ? NO_TOKEN_AGAIN : null;
        const until = again === null ? {} : { until: Date.now() + again };
        this.#credentials.forgive(await this.#wait({ name: 'refused', why, ...until }, again));
        continue;
      }
      const delay =
        this.#askedToReturnIn ??
        (failure instanceof OvationError && failure.retryAfter !== null
          ? delayOf(failure, failures)
          : backoff(failures));
      this.#askedToReturnIn = null;
      failures += 1;
      if (delay > 0) {
        await this.#wait({ name: 'offline', until: Date.now() + delay, why: failure }, delay);
      }
    }
    this.#next?.close();
    this.#become({ name: 'closed' });
  }

  /** Connects, or takes the connection that is to be moved to, and answers why it ended. */
  async #hold(onLive) {
    const connection =
      this.#next ?? (await this.#dialer.open(await this.#credentials.get(this.closed), this.closed));
    this.#next = null;
    const stop = () => connection.close();
    this.closed.addEventListener('abort', stop);
    const since = Date.now();
    const search = new AbortController();
    try {
      this.#credentials.accepted();
      this.#live = connection;
      onLive();
      this.#become({ name: 'live', transport: connection.kind });
      for (const proceed of [...this.#onceLive]) {
        proceed(connection);
      }
      for (const watch of [...this.#watches]) {
        watch.open(connection);
      }
      if (connection.kind === 'http' && this.#dialer.canSwitch) {
        this.#moveOn(connection, search.signal);
      }
      const reason = await connection.closed;
      if (reason?.code === 'disconnected') {
        this.#dialer.cut(connection, Date.now() - since);
      }
      return reason;
    } finally {
      this.#live = null;
      search.abort();
      this.closed.removeEventListener('abort', stop);
      connection.close();
    }
  }

  /** Goes over to a better connection as soon as there is one. */
  async #moveOn(from, signal) {
    try {
      const better = await this.#dialer.better(() => this.#credentials.get(signal), signal);
      this.#next = better;
      from.close();
    } catch {
      // The connection ended before there was any.
    }
  }

  /** A new token for the connection that is there, before the old one expires. */
  async #refresh() {
    const connection = this.#live;
    if (!connection) {
      return;
    }
    try {
      await connection.request('session.refresh', { token: await this.#credentials.get(this.closed) });
      this.#credentials.accepted();
    } catch (error) {
      if (!this.isLive(connection) || !(error instanceof OvationError) || error.code === 'disconnected') {
        return;
      }
      if (error.code === 'no_token' || PASSING.has(error.code)) {
        // The connection is good until its token expires.
        this.#credentials.postpone(error);
      } else {
        this.reauthenticate(connection, error);
      }
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
        this.#onceLive.delete(proceed);
        reject(signal.reason);
      };
      const proceed = (connection) => {
        this.#onceLive.delete(proceed);
        signal.removeEventListener('abort', onAbort);
        resolve(connection);
      };
      this.#onceLive.add(proceed);
      signal.addEventListener('abort', onAbort);
    });
  }

  /** Waits in a state that tells so, at most so long; answers whether `retry` woke it. */
  #wait(state, delay = null) {
    return new Promise((resolve) => {
      const finish = (isAsked) => {
        clearTimeout(timer);
        this.#wake = ignore;
        resolve(isAsked);
      };
      const timer = delay === null ? undefined : setTimeout(finish, delay, false);
      this.#wake = () => finish(true);
      this.#become(state);
    });
  }

  #become(state) {
    this.state = state;
    this.#onState(state);
  }
}

function ignore() {}

/** A server that is busy, or does not reach whoever signs tokens, turns a SETUP down as well: that passes. */
function isRefusal(error) {
  return (
    error instanceof OvationError &&
    (error.code === 'unauthenticated' || (error.kind === 'REJECTED_SETUP' && !PASSING.has(error.code)))
  );
}

/**
 * A repeating timer. In a browser it is a worker's: those of a hidden page are held back to one a minute, which a
 * keepalive does not survive. Where a policy of the page bars the worker, its own timer has to do.
 */
function everyTick(milliseconds, tick) {
  if (typeof Worker === 'function' && typeof document !== 'undefined') {
    try {
      let timer;
      const worker = new Worker(new URL('./ticker.js', import.meta.url));
      worker.addEventListener('message', tick);
      worker.addEventListener('error', () => (timer ??= setInterval(tick, milliseconds)));
      worker.postMessage(milliseconds);
      return () => {
        worker.terminate();
        clearInterval(timer);
      };
    } catch {
      // Barred: told above.
    }
  }
  const timer = setInterval(tick, milliseconds);
  return () => clearInterval(timer);
}
