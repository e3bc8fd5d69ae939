import { OvationError } from './errors.js';
import { PASSING, backoff, delayOf } from './retry.js';

/** A server that ends a stream for being read too slowly is asked again at once, but not in a tight circle. */
const SLOW_AGAIN = 2_000;

/** So many frames may be under way or unread. */
const CREDITS = 64;

/**
 * What is told on one watched stream, as an async iterator: it goes on across connections from the cursor of the last
 * frame, so that each log frame comes once and in order. `{type: "gap"}` stands where the server could not go on from a
 * cursor: what was before has to be read from the history.
 *
 * Nothing is asked of the server before the first `next()`, and no more than the credits while nobody reads,
 * however often the connection changes. It ends by
 * `return()` (a `break` out of `for await`), by its signal, with the client, or with an OvationError that asking again
 * does not mend.
 */
export class Subscription {
  #link;
  #route;
  #data;
  #signal;
  #placeOf;
  #ends;
  #cursor;
  #buffer = [];
  #waiting = [];
  #start;
  #ended = null;
  #isOpened = false;
  #stream = null;
  #putOff = null;
  #troubles = 0;
  #slowAt = 0;
  #timer;
  #onAbort = () => this.#end({ error: this.#signal.reason });
  #onClosed = () => this.#end({});

  /**
   * @param {import('./link.js').Link} link
   * @param {string} route
   * @param {{after?: any, signal?: AbortSignal}} [options] and what else the stream is asked with
   * @param {{placeOf?: (frame: object) => any, ends?: boolean}} [kind] where the place stands in a frame, and whether
   * the server's end of the stream is its end, and not that of a connection
   */
  constructor(link, route, { after = null, signal, ...data } = {}, { placeOf = cursorOf, ends = false } = {}) {
    this.#link = link;
    this.#route = route;
    this.#data = data;
    this.#cursor = after;
    this.#signal = signal;
    this.#placeOf = placeOf;
    this.#ends = ends;
    // Whoever does not ask for it misses nothing: the iterator fails in the same way.
    this.started.catch(() => {});
  }

  /** The place after the last frame that was handed out, to go on from in another life; null before there is one. */
  cursor = null;

  /**
   * Settles with that place once the server has taken the stream up: whatever is recorded from then on is told, so what
   * is read from the history now leaves no hole. Fails as the stream does where that comes first.
   */
  started = new Promise((resolve, reject) => {
    this.#start = { resolve, reject };
  });

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (!this.#isOpened) {
      this.#begin();
    }
    if (this.#buffer.length > 0) {
      return Promise.resolve({ done: false, value: this.#hand(this.#buffer.shift()) });
    }
    if (this.#ended) {
      return this.#ending();
    }
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(value) {
    this.#buffer = [];
    this.#end({});
    return Promise.resolve({ done: true, value });
  }

  throw(error) {
    this.#buffer = [];
    this.#end({});
    return Promise.reject(error);
  }

  /** Called by the link, on each connection. */
  open(connection) {
    clearTimeout(this.#timer);
    this.#stream?.cancel();
    this.#stream = null;
    if (this.#buffer.length * 2 > CREDITS) {
      // Else each reconnect would add to what is unread.
      this.#putOff = connection;
      return;
    }
    this.#putOff = null;
    const data = this.#cursor === null ? this.#data : { ...this.#data, after: this.#cursor };
    const stream = connection.stream(
      this.#route,
      data,
      {
        next: (frame) => this.#take(connection, stream, frame),
        complete: () => (this.#ends ? this.#end({}) : this.#reopen(connection, backoff(this.#troubles++))),
        error: (error) => this.#failed(connection, error),
      },
      { credits: CREDITS - this.#buffer.length },
    );
    this.#stream = stream;
  }

  #begin() {
    this.#isOpened = true;
    if (this.#signal?.aborted) {
      this.#end({ error: this.#signal.reason });
    } else if (this.#link.closed.aborted) {
      this.#end({});
    } else {
      this.#signal?.addEventListener('abort', this.#onAbort);
      this.#link.closed.addEventListener('abort', this.#onClosed);
      this.#link.add(this);
    }
  }

  #take(connection, stream, frame) {
    this.#troubles = 0;
    if (frame.type === 'reconnect') {
      this.#link.reconnect(connection, frame.after ?? 0);
      return;
    }
    this.#cursor = this.#placeOf(frame) ?? this.#cursor;
    if (frame.type === 'start') {
      this.cursor ??= this.#cursor;
      this.#start.resolve(this.cursor);
      stream.taken();
    } else {
      this.#deliver({ frame: frame.type === 'reset' ? { ...frame, type: 'gap' } : frame, stream });
    }
  }

  #deliver(entry) {
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting.resolve({ done: false, value: this.#hand(entry) });
    } else {
      this.#buffer.push(entry);
    }
  }

  #hand({ frame, stream }) {
    this.cursor = this.#placeOf(frame) ?? this.cursor;
    stream.taken();
    if (this.#putOff && this.#buffer.length === 0) {
      this.#reopen(this.#putOff, 0);
    }
    return frame;
  }

  #failed(connection, error) {
    if (error.code === 'disconnected') {
      return;
    }
    if (error.code === 'unauthenticated') {
      this.#link.reauthenticate(connection, error);
    } else if (error.code === 'rate_limited' && error.detail === 'slow_consumer') {
      const isAgain = Date.now() - this.#slowAt < SLOW_AGAIN;
      this.#slowAt = Date.now();
      this.#reopen(connection, isAgain ? backoff(1) : 0);
    } else if (PASSING.has(error.code)) {
      this.#reopen(connection, delayOf(error, this.#troubles++));
    } else {
      this.#end({ error });
    }
  }

  #reopen(connection, delay) {
    this.#putOff = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#ended && this.#link.isLive(connection)) {
        this.open(connection);
      }
    }, delay);
  }

  /** Whoever waits is told at once; what was received is still handed out, and then the end. */
  #end(ended) {
    if (this.#ended) {
      return;
    }
    this.#ended = ended;
    this.#start.reject(ended.error ?? new OvationError('closed', 'The stream was ended'));
    clearTimeout(this.#timer);
    this.#link.drop(this);
    this.#stream?.cancel();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#link.closed.removeEventListener('abort', this.#onClosed);
    if (ended.error !== undefined && ended.error === this.#signal?.reason) {
      this.#buffer = [];
    }
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      this.#ending().then(resolve, reject);
    }
  }

  /** An error is told once; after it, the iterator is done. */
  #ending() {
    const { error } = this.#ended;
    this.#ended = {};
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }
}

function cursorOf({ cursor }) {
  return cursor;
}
