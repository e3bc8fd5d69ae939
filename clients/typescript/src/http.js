import { Combined, MOST_UNREAD } from './combined.js';
import { OvationError } from './errors.js';
import { problemOf, readFrames, readFramesBySource } from './events.js';
import { httpOf, queryOf } from './routes.js';

/** So long one answer may take; the server has one in 10 s, whatever happens. */
const PATIENCE = 20_000;

/** Watches of one user's people, which a comma in somebody's name keeps out of the combined stream. */
const ALONE = { 'presence.watch': 'presence/stream' };

/**
 * What a connection of RSocket does, by HTTP and Server-Sent Events: each request is one of HTTP, and all watches are
 * one stream. It is over when a request or the opening of a stream finds no server.
 */
export class HttpConnection {
  kind = 'http';
  isOpen = true;
  #base;
  #token;
  #fetch;
  #EventSource;
  #everyTick;
  #combined = [];
  #alone = new Set();
  #end;

  /** Settles with an OvationError when the connection is over, with null when `close` ended it. */
  closed = new Promise((resolve) => {
    this.#end = resolve;
  });

  /**
   * @param {object} options
   * @param {string} options.base the address of `/api/`
   * @param {string} options.token
   * @param {typeof fetch} options.fetch
   * @param {typeof EventSource} [options.EventSource] where `fetch` cannot stream
   * @param {(ms: number, tick: () => void) => (() => void)} options.everyTick
   */
  constructor({ base, token, fetch, EventSource, everyTick }) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
    this.#EventSource = EventSource;
    this.#everyTick = everyTick;
  }

  /** Asks and waits for the answer. Its request is not taken back when the connection ends meanwhile. */
  async request(route, data = {}, { signal } = {}) {
    signal?.throwIfAborted();
    if (!this.isOpen) {
      throw new OvationError('disconnected', 'There is no connection');
    }
    if (route === 'session.refresh') {
      return this.#renew(data.token, signal);
    }
    const { method, path, body } = httpOf(route, data);
    const patience = new AbortController();
    const stop = () => patience.abort();
    const timer = setTimeout(stop, PATIENCE);
    signal?.addEventListener('abort', stop);
    try {
      const response = await this.#fetch(this.#base + path, {
        method,
        body,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        cache: 'no-store',
        signal: patience.signal,
      });
      if (!response.ok) {
        throw await problemOf(response);
      }
      const text = await response.text();
      return text ? JSON.parse(text) : {};
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof OvationError) {
        throw error;
      }
      const lost = new OvationError('disconnected', 'The server was not reached', { cause: error });
      this.end(lost);
      throw lost;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  fire(route, data = {}) {
    this.request(route, data).catch(ignore);
  }

  /** As over RSocket, but that what is read is bounded by frames that are thrown away, and asked for again later. */
  stream(route, data, consumer) {
    if (route === 'events.replay') {
      const { follow, ...query } = data;
      // A stream without a place would begin at the head.
      const asked = queryOf(follow ? { after: 0, ...query } : query);
      return this.#read(`events${follow ? '/stream' : ''}${asked}`, consumer);
    }
    if (data.users?.some((user) => user.includes(','))) {
      return this.#read(ALONE[route] + queryOf(data), consumer);
    }
    const name = data.users ? `${route}:${data.users.join(',')}` : route;
    const watch = { name, after: data.after ?? null, consumer };
    let combined = this.#combined.find((each) => each.admits(watch));
    if (!combined) {
      combined = new Combined({
        read: (path, options) => this.#frames(path, options),
        slots: `ovation ${this.#base}`,
        everyTick: this.#everyTick,
        onLost: (error) => this.end(error),
        onEmpty: () => this.#combined.splice(this.#combined.indexOf(combined), 1),
      });
      this.#combined.push(combined);
    }
    return combined.add(watch);
  }

  /** Somebody waits: streams do not wait out the time until they are opened again. */
  hurry() {
    this.#combined.forEach((combined) => combined.hurry());
  }

  /** The device may be in another network: finds out whether the server is there. */
  probe() {
    this.request('conversations.list', { limit: 1 }).catch(ignore);
  }

  close() {
    this.end(null);
  }

  /** The streams stop where they are, for another connection goes on with them; requests are still answered. */
  end(reason) {
    if (this.isOpen) {
      this.isOpen = false;
      this.#combined.splice(0).forEach((combined) => combined.close());
      this.#alone.forEach((stop) => stop());
      this.#end(reason);
    }
  }

  async #renew(token, signal) {
    const isNew = this.#token !== token;
    this.#token = token;
    // Nothing else tells whether there is a server, and whether it takes the token.
    await this.request('conversations.list', { limit: 1 }, { signal });
    if (isNew) {
      // A stream keeps the token that it was opened with, and the server ends it `unauthenticated` with that one.
      this.#combined.forEach((combined) => combined.reopen());
      this.#alone.forEach((stop) => stop(new OvationError('unavailable', 'It goes on with another token')));
    }
    return {};
  }

  #frames(path, options) {
    const isList = /^events(\?|$)/.test(path);
    const read = this.#EventSource && !isList ? readFramesBySource : readFrames;
    return read(this.#base + path, {
      fetch: this.#fetch,
      EventSource: this.#EventSource,
      token: this.#token,
      ...options,
    });
  }

  /** A stream of its own, which is not read on while too many of its frames are unread. */
  #read(path, consumer) {
    const abort = new AbortController();
    const stop = (error) => {
      abort.abort();
      this.#alone.delete(stop);
      proceed();
      if (error) {
        consumer.error(error);
      }
    };
    let unread = 0;
    let proceed = ignore;
    this.#alone.add(stop);
    this.#frames(path, {
      signal: abort.signal,
      onOpen: ignore,
      onRetry: ignore,
      onFrame: (frame) => {
        if (abort.signal.aborted) {
          return undefined;
        }
        if (frame.type === 'error' && frame.cursor === undefined && frame.code) {
          throw new OvationError(frame.code, frame.detail, { problem: frame });
        }
        unread += 1;
        consumer.next(frame);
        return unread < MOST_UNREAD ? undefined : new Promise((resolve) => (proceed = resolve));
      },
    })
      .then(
        () => () => consumer.complete(),
        (error) => () =>
          // Its place is the consumer's, who asks again from there.
          consumer.error(error.code === 'disconnected' ? new OvationError('unavailable', error.message) : error),
      )
      .then((tell) => {
        if (!abort.signal.aborted) {
          stop();
          tell();
        }
      });
    return {
      taken: () => {
        unread -= 1;
        proceed();
      },
      cancel: () => stop(),
    };
  }
}

function ignore() {}
