import { OvationError } from './errors.js';
import { HttpConnection } from './http.js';
import { pause } from './retry.js';
import { connect } from './rsocket.js';

/** How long a connection must hold to be taken for one that holds. */
const STABLE = 30_000;

/** How long a WebSocket may take to open, and the first answer on a new connection to come. */
const OPENING = 15_000;
const GREETING = 15_000;

/** The same where HTTP is tried next. */
const SOON = 6_000;

/** So many WebSockets in a row are cut before they have held, and something between here and the server cuts them. */
const MOST_CUTS = 3;

/** While HTTP has to do, a WebSocket is tried so often, less and less. */
const FIRST_LOOK = 60_000;
const LAST_LOOK = 15 * 60_000;

/**
 * Opens connections: over WebSocket, and by `auto` over HTTP where WebSockets do not get through, which is where one
 * fails while HTTP answers, or where they are cut soon after they have opened.
 */
export class Dialer {
  #transport;
  #url;
  #WebSocket;
  #http;
  #everyTick;
  #isBlocked = false;
  #cuts = 0;
  #look = ignore;

  /**
   * @param {object} options
   * @param {string} options.url of the RSocket endpoint
   * @param {string} options.base of HTTP's `/api/`
   * @param {'auto' | 'websocket' | 'http'} options.transport
   * @param {typeof WebSocket} [options.WebSocket]
   * @param {typeof fetch} [options.fetch]
   * @param {typeof EventSource} [options.EventSource]
   * @param {(ms: number, tick: () => void) => (() => void)} options.everyTick
   */
  constructor({ url, base, transport, WebSocket, fetch, EventSource, everyTick }) {
    this.#url = url;
    this.#WebSocket = WebSocket;
    this.#http = { base, fetch, EventSource, everyTick };
    this.#transport = transport;
    this.#everyTick = everyTick;
  }

  /**
   * A connection on which the server has answered; fails with the server's OvationError, or `disconnected`.
   *
   * @param {string} token
   * @param {AbortSignal} signal
   */
  async open(token, signal) {
    if (this.#transport === 'websocket') {
      return this.#webSocket(token, signal, { opening: OPENING, greeting: GREETING });
    }
    if (this.#transport === 'http') {
      return this.#overHttp(token, signal);
    }
    if (this.#isBlocked) {
      // Where not even this goes the network may be another by now: the next attempt is a WebSocket again.
      this.#isBlocked = false;
      const connection = await this.#overHttp(token, signal);
      this.#isBlocked = true;
      return connection;
    }
    try {
      return await this.#webSocket(token, signal, { opening: SOON, greeting: SOON });
    } catch (error) {
      if (signal.aborted || error.code !== 'disconnected') {
        throw error;
      }
      const connection = await this.#overHttp(token, signal);
      this.#isBlocked = true;
      return connection;
    }
  }

  /** A connection was cut after so many milliseconds. */
  cut(connection, lived) {
    if (connection.kind === 'websocket') {
      this.#cuts = lived < STABLE ? this.#cuts + 1 : 0;
      this.#isBlocked = this.#cuts >= MOST_CUTS;
    }
  }

  /**
   * Settles with a WebSocket that has held for a while, so that nothing moves to one that will be cut; never, where
   * none does.
   *
   * @param {() => Promise<string>} tokenOf
   * @param {AbortSignal} signal gives up
   */
  async better(tokenOf, signal) {
    for (let wait = FIRST_LOOK; ; wait = Math.min(LAST_LOOK, wait * 2)) {
      const look = new AbortController();
      this.#look = () => look.abort();
      await pause(wait * (0.5 + Math.random() / 2), AbortSignal.any([signal, look.signal])).catch(ignore);
      signal.throwIfAborted();
      let connection = null;
      try {
        connection = await this.#webSocket(await tokenOf(), signal, { opening: OPENING, greeting: GREETING });
        await Promise.race([connection.closed, pause(STABLE, signal)]);
      } catch {
        // Not yet.
      }
      if (connection?.isOpen && !signal.aborted) {
        this.#isBlocked = false;
        this.#cuts = 0;
        return connection;
      }
      connection?.close();
    }
  }

  /** The network may be another: whether WebSockets get through is looked for now. */
  look() {
    this.#look();
  }

  get canSwitch() {
    return this.#transport === 'auto' && this.#WebSocket !== undefined;
  }

  async #webSocket(token, signal, { opening, greeting }) {
    const connection = await connect({
      url: this.#url,
      token,
      signal,
      timeout: opening,
      every: this.#everyTick,
      WebSocket: this.#WebSocket,
    });
    return greeted(connection, { token, signal, patience: greeting });
  }

  #overHttp(token, signal) {
    return greeted(new HttpConnection({ ...this.#http, token }), { token, signal, patience: GREETING });
  }
}

/** RSocket does not acknowledge a SETUP: the first answer tells that the server took it, and this one costs nothing. */
async function greeted(connection, { token, signal, patience }) {
  const timer = setTimeout(() => connection.close(), patience);
  try {
    await connection.request('session.refresh', { token }, { signal });
    return connection;
  } catch (error) {
    // A refused SETUP fails the greeting as any cut does; why, the connection knows.
    const reason = connection.isOpen ? null : await connection.closed;
    connection.close();
    throw reason ?? error;
  } finally {
    clearTimeout(timer);
  }
}

function ignore() {}
