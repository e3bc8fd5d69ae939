import { OvationError } from './errors.js';

/**
 * A small RSocket 1.0 requester over WebSocket: request-response, fire-and-forget and request-stream with JSON data and
 * routed composite metadata. Without resumption and leases, which Ovation does not use: a stream is resumed by its
 * cursor. Needs nothing but the platform.
 */

const FrameType = {
  SETUP: 0x01,
  KEEPALIVE: 0x03,
  REQUEST_RESPONSE: 0x04,
  REQUEST_FNF: 0x05,
  REQUEST_STREAM: 0x06,
  REQUEST_N: 0x08,
  CANCEL: 0x09,
  PAYLOAD: 0x0a,
  ERROR: 0x0b,
  METADATA_PUSH: 0x0c,
};

const Flag = { IGNORE: 0x200, METADATA: 0x100, RESPOND: 0x80, FOLLOWS: 0x80, COMPLETE: 0x40, NEXT: 0x20 };

const ERROR_NAMES = {
  0x001: 'INVALID_SETUP',
  0x002: 'UNSUPPORTED_SETUP',
  0x003: 'REJECTED_SETUP',
  0x004: 'REJECTED_RESUME',
  0x101: 'CONNECTION_ERROR',
  0x102: 'CONNECTION_CLOSE',
  0x201: 'APPLICATION_ERROR',
  0x202: 'REJECTED',
  0x203: 'CANCELED',
  0x204: 'INVALID',
};

const COMPOSITE_METADATA = 'message/x.rsocket.composite-metadata.v0';
const JSON_DATA = 'application/json';
const ROUTING = 0x7e;
const AUTHENTICATION = 0x7c;
const BEARER = 0x01;
const MAX_STREAM_ID = 0x7fffffff;
const MAX_REQUEST_N = 0x7fffffff;

/** What one answer may grow to while it is put together from fragments, in bytes. */
const MAX_REASSEMBLED = 16 * 1024 * 1024;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Opens a connection: the WebSocket, then SETUP. RSocket does not acknowledge a SETUP, so a refusal (`REJECTED_SETUP`)
 * comes later, through `closed`.
 *
 * @param {object} options
 * @param {string} options.url `ws:` or `wss:`
 * @param {string} [options.token] a bearer token, sent in SETUP and never in the address
 * @param {number} [options.keepAlive] milliseconds from one KEEPALIVE to the next
 * @param {number} [options.lifetime] milliseconds of silence after which a peer is taken for dead, by the server as by
 * this client
 * @param {number} [options.timeout] milliseconds in which the WebSocket must open
 * @param {AbortSignal} [options.signal] gives up the opening
 * @param {(ms: number, tick: () => void) => (() => void)} [options.every] a repeating timer; answers what stops it
 * @param {typeof WebSocket} options.WebSocket the platform's, or one of its shape
 * @returns {Promise<Connection>} fails with an OvationError
 */
export function connect({
  url,
  token,
  keepAlive = 20_000,
  lifetime = 60_000,
  timeout = 15_000,
  signal,
  every = everyInterval,
  WebSocket,
}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new OvationError('disconnected', 'The connection was given up'));
      return;
    }
    let socket;
    try {
      socket = new WebSocket(url);
    } catch (cause) {
      // As where a policy of the page bars it.
      reject(new OvationError('disconnected', 'The connection could not be opened', { cause }));
      return;
    }
    socket.binaryType = 'arraybuffer';
    const refuse = (message) => {
      settle();
      socket.close();
      reject(new OvationError('disconnected', message));
    };
    const onOpen = () => {
      settle();
      resolve(new Connection(socket, { token, keepAlive, lifetime, every }));
    };
    const onFailure = () => refuse('The connection could not be opened');
    const onAbort = () => refuse('The connection was given up');
    const timer = setTimeout(() => refuse('The connection took too long to open'), timeout);
    const settle = () => {
      clearTimeout(timer);
      socket.removeEventListener('open', onOpen);
      socket.removeEventListener('error', onFailure);
      socket.removeEventListener('close', onFailure);
      // A socket that is closed while it opens still tells an error, which is nobody's any more.
      socket.addEventListener('error', ignore);
      signal?.removeEventListener('abort', onAbort);
    };
    socket.addEventListener('open', onOpen);
    socket.addEventListener('error', onFailure);
    socket.addEventListener('close', onFailure);
    signal?.addEventListener('abort', onAbort);
  });
}

/** An open connection. Made by {@link connect}. */
export class Connection {
  kind = 'websocket';
  #socket;
  #lifetime;
  #keepAlive;
  #stopTicking;
  #nextStreamId = 1;
  #streams = new Map();
  #silentSince = null;
  #heard = 0;
  #pingedAt = 0;
  #probing;
  #open = true;
  #resolveClosed;

  /** Settles with an OvationError when the connection is over, whoever ended it; with null when `close` did. */
  closed = new Promise((resolve) => {
    this.#resolveClosed = resolve;
  });

  constructor(socket, { token, keepAlive, lifetime, every }) {
    this.#socket = socket;
    this.#keepAlive = keepAlive;
    this.#lifetime = lifetime;
    socket.addEventListener('message', (event) => this.#receive(event.data));
    socket.addEventListener('close', (event) =>
      this.#end(new OvationError('disconnected', `The connection was cut (${event.code || 'no code'})`)),
    );
    // Some WebSockets tell an error and no close.
    socket.addEventListener('error', () => this.#end(new OvationError('disconnected', 'The connection failed')));
    socket.send(setupFrame({ token, keepAlive, lifetime }));
    this.#pingedAt = Date.now();
    this.#stopTicking = every(keepAlive, () => this.#tick());
  }

  get isOpen() {
    return this.#open;
  }

  /**
   * Asks and waits for the one answer.
   *
   * @returns {Promise<any>} the answer's JSON; fails with an OvationError. An aborted request is cancelled and fails
   * with the signal's reason.
   */
  request(route, data = {}, { signal } = {}) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#cancel(streamId);
        reject(signal.reason);
      };
      const settle = (how, value) => {
        signal?.removeEventListener('abort', onAbort);
        how(value);
      };
      const streamId = this.#start(FrameType.REQUEST_RESPONSE, route, data, null, {
        next: (answer) => settle(resolve, answer),
        complete: () => settle(resolve, {}),
        error: (error) => settle(reject, error),
      });
      signal?.addEventListener('abort', onAbort);
    });
  }

  /** Tells without waiting for anything; silently dropped when the connection is over. */
  fire(route, data = {}) {
    if (this.#open) {
      this.#socket.send(requestFrame(FrameType.REQUEST_FNF, this.#claimStreamId(), route, data, null));
    }
  }

  /**
   * Opens a stream. At most `credits` frames are under way or unread at any time: as the consumer tells that it has
   * taken them, more are asked for, so that a consumer that takes nothing is sent nothing more.
   *
   * @param {{next: (data: any) => void, complete: () => void, error: (error: OvationError) => void}} consumer of its
   * last two, at most one is called, once
   * @returns {{taken: () => void, cancel: () => void}} `taken` counts one frame as consumed; after `cancel` the
   * consumer is not called any more
   */
  stream(route, data, consumer, { credits = 64 } = {}) {
    const streamId = this.#start(
      FrameType.REQUEST_STREAM,
      route,
      data,
      Math.min(Math.max(1, credits), MAX_REQUEST_N),
      consumer,
    );
    return {
      taken: () => this.#replenish(streamId),
      cancel: () => this.#cancel(streamId),
    };
  }

  /**
   * Finds out soon whether the server is still there, as after a sleep or in another network: a silence of `timeout`
   * milliseconds ends the connection.
   */
  probe(timeout = 5_000) {
    if (!this.#open) {
      return;
    }
    const heard = this.#heard;
    this.#ping();
    clearTimeout(this.#probing);
    this.#probing = setTimeout(() => {
      if (this.#heard === heard) {
        this.#end(new OvationError('disconnected', 'The server fell silent'));
      }
    }, timeout);
  }

  /** There is nothing that waits. */
  hurry() {}

  /** Ends the connection; what is still under way fails with `disconnected`. */
  close() {
    this.#end(null);
  }

  /** Answers the stream's id, or 0 where there is no connection and the consumer is told so. */
  #start(type, route, data, credits, consumer) {
    if (!this.#open) {
      queueMicrotask(() => consumer.error(new OvationError('disconnected', 'There is no connection')));
      return 0;
    }
    const streamId = this.#claimStreamId();
    this.#streams.set(streamId, { ...consumer, type, credits, used: 0, parts: [], size: 0, flags: 0 });
    this.#socket.send(requestFrame(type, streamId, route, data, credits));
    return streamId;
  }

  #cancel(streamId) {
    if (this.#streams.delete(streamId) && this.#open) {
      this.#socket.send(frame(streamId, FrameType.CANCEL, 0, 0).bytes);
    }
  }

  #claimStreamId() {
    const streamId = this.#nextStreamId;
    do {
      // Ids of a client are odd; when they are used up, they start again and pass over those in use.
      this.#nextStreamId = this.#nextStreamId >= MAX_STREAM_ID ? 1 : this.#nextStreamId + 2;
    } while (this.#streams.has(this.#nextStreamId));
    return streamId;
  }

  #receive(message) {
    if (!this.#open) {
      return;
    }
    this.#silentSince = null;
    this.#heard += 1;
    if (Date.now() - this.#pingedAt >= this.#keepAlive) {
      // A browser may hold back the timers of a hidden page; what arrives is a clock, too.
      this.#ping();
    }
    try {
      this.#handle(parseFrame(message));
    } catch (error) {
      if (!(error instanceof MalformedFrame)) {
        throw error;
      }
      this.#fail(0x101, error.message);
    }
  }

  #handle(received) {
    const { streamId, type, flags } = received;
    if (streamId === 0) {
      if (type === FrameType.KEEPALIVE) {
        if (flags & Flag.RESPOND) {
          this.#socket.send(keepAliveFrame(0, received.body.subarray(8)));
        }
      } else if (type === FrameType.ERROR) {
        this.#end(parseError(received.body));
      } else if (type !== FrameType.METADATA_PUSH && !(flags & Flag.IGNORE)) {
        throw new MalformedFrame(`A frame of type ${type} does not belong to stream 0`);
      }
      return;
    }
    const stream = this.#streams.get(streamId);
    if (!stream) {
      // Cancelled a moment ago, while this was under way.
      return;
    }
    if (type === FrameType.PAYLOAD) {
      this.#payload(streamId, stream, received);
    } else if (type === FrameType.ERROR) {
      this.#streams.delete(streamId);
      stream.error(parseError(received.body));
    } else if (type !== FrameType.REQUEST_N && !(flags & Flag.IGNORE)) {
      throw new MalformedFrame(`A frame of type ${type} does not belong to a request`);
    }
  }

  #payload(streamId, stream, { flags, data }) {
    stream.parts.push(data);
    stream.size += data.length;
    stream.flags |= flags;
    if (stream.size > MAX_REASSEMBLED) {
      throw new MalformedFrame('An answer is too large');
    }
    if (flags & Flag.FOLLOWS) {
      return;
    }
    const whole = stream.parts.length === 1 ? data : concat(stream.parts, stream.size);
    const isNext = (stream.flags & Flag.NEXT) !== 0;
    const isComplete = (stream.flags & Flag.COMPLETE) !== 0;
    stream.parts = [];
    stream.size = 0;
    stream.flags = 0;
    // Parsed while the stream is still known: should it fail, the stream is told like all others that the connection
    // ended.
    const answer = isNext ? parseJson(whole) : null;
    const answersOnce = stream.type === FrameType.REQUEST_RESPONSE;
    if (isComplete || answersOnce) {
      this.#streams.delete(streamId);
    }
    if (isNext) {
      stream.next(answer);
    }
    if (isComplete && !(answersOnce && isNext)) {
      stream.complete();
    }
  }

  /** Asks for more in portions of half the credits: one small frame for many, and the sender never waits for it. */
  #replenish(streamId) {
    const stream = this.#streams.get(streamId);
    if (!stream || !this.#open) {
      return;
    }
    stream.used += 1;
    if (stream.used * 2 >= stream.credits) {
      const { bytes, view, offset } = frame(streamId, FrameType.REQUEST_N, 0, 4);
      view.setUint32(offset, stream.used);
      stream.used = 0;
      this.#socket.send(bytes);
    }
  }

  /**
   * Silence counts from the first KEEPALIVE that nothing followed, not from the last frame: where a browser holds back
   * the timers of a hidden page, the time between two ticks says nothing about the server.
   */
  #tick() {
    const now = Date.now();
    if (this.#silentSince !== null && now - this.#silentSince >= this.#lifetime - this.#keepAlive) {
      this.#end(new OvationError('disconnected', 'The server fell silent'));
      return;
    }
    this.#silentSince ??= now;
    this.#ping();
  }

  #ping() {
    this.#pingedAt = Date.now();
    this.#socket.send(keepAliveFrame(Flag.RESPOND, NOTHING));
  }

  #fail(errorCode, message) {
    if (this.#open) {
      const text = encoder.encode(message);
      const { bytes, view, offset } = frame(0, FrameType.ERROR, 0, 4 + text.length);
      view.setUint32(offset, errorCode);
      bytes.set(text, offset + 4);
      this.#socket.send(bytes);
      this.#end(new OvationError(ERROR_NAMES[errorCode], message, { kind: ERROR_NAMES[errorCode] }));
    }
  }

  #end(reason) {
    if (!this.#open) {
      return;
    }
    this.#open = false;
    this.#stopTicking();
    clearTimeout(this.#probing);
    this.#socket.close(1000);
    const orphans = [...this.#streams.values()];
    this.#streams.clear();
    this.#resolveClosed(reason);
    for (const stream of orphans) {
      stream.error(new OvationError('disconnected', 'The connection ended', { kind: reason?.kind ?? null }));
    }
  }
}

class MalformedFrame extends Error {}

function ignore() {}

function everyInterval(ms, tick) {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}

/** A frame with room for `length` bytes after its header; `offset` is where they begin. */
function frame(streamId, type, flags, length) {
  const bytes = new Uint8Array(6 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, streamId);
  view.setUint16(4, (type << 10) | flags);
  return { bytes, view, offset: 6 };
}

function setupFrame({ token, keepAlive, lifetime }) {
  const metadataType = encoder.encode(COMPOSITE_METADATA);
  const dataType = encoder.encode(JSON_DATA);
  const metadata = token
    ? compositeEntry(AUTHENTICATION, concat([Uint8Array.of(0x80 | BEARER), encoder.encode(token)]))
    : null;
  const length = 12 + 1 + metadataType.length + 1 + dataType.length + (metadata ? 3 + metadata.length : 0);
  const { bytes, view, offset } = frame(0, FrameType.SETUP, metadata ? Flag.METADATA : 0, length);
  let at = offset;
  view.setUint16(at, 1);
  view.setUint16(at + 2, 0);
  view.setUint32(at + 4, keepAlive);
  view.setUint32(at + 8, lifetime);
  at += 12;
  for (const mimeType of [metadataType, dataType]) {
    view.setUint8(at, mimeType.length);
    bytes.set(mimeType, at + 1);
    at += 1 + mimeType.length;
  }
  if (metadata) {
    at = putUint24(view, at, metadata.length);
    bytes.set(metadata, at);
  }
  return bytes;
}

function requestFrame(type, streamId, route, data, credits) {
  const metadata = compositeEntry(ROUTING, routingTag(route));
  const json = encoder.encode(JSON.stringify(data));
  const { bytes, view, offset } = frame(
    streamId,
    type,
    Flag.METADATA,
    (credits === null ? 0 : 4) + 3 + metadata.length + json.length,
  );
  let at = offset;
  if (credits !== null) {
    view.setUint32(at, credits);
    at += 4;
  }
  at = putUint24(view, at, metadata.length);
  bytes.set(metadata, at);
  bytes.set(json, at + metadata.length);
  return bytes;
}

function keepAliveFrame(flags, data) {
  // The last received position, 8 bytes, stays 0: it means something with resumption only.
  const { bytes, offset } = frame(0, FrameType.KEEPALIVE, flags, 8 + data.length);
  bytes.set(data, offset + 8);
  return bytes;
}

function routingTag(route) {
  const tag = encoder.encode(route);
  if (tag.length > 255) {
    throw new RangeError('A route has at most 255 bytes');
  }
  return concat([Uint8Array.of(tag.length), tag]);
}

function compositeEntry(wellKnownType, content) {
  const bytes = new Uint8Array(4 + content.length);
  bytes[0] = 0x80 | wellKnownType;
  bytes.set(content, putUint24(new DataView(bytes.buffer), 1, content.length));
  return bytes;
}

function putUint24(view, at, value) {
  view.setUint8(at, value >>> 16);
  view.setUint16(at + 1, value & 0xffff);
  return at + 3;
}

function concat(parts, size = parts.reduce((sum, part) => sum + part.length, 0)) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function parseFrame(message) {
  if (!(message instanceof ArrayBuffer) || message.byteLength < 6) {
    throw new MalformedFrame('A frame is binary and has at least its header');
  }
  const view = new DataView(message);
  const streamId = view.getUint32(0) & MAX_STREAM_ID;
  const typeAndFlags = view.getUint16(4);
  const type = typeAndFlags >>> 10;
  const flags = typeAndFlags & 0x3ff;
  const body = new Uint8Array(message, 6);
  if ((type === FrameType.KEEPALIVE && body.length < 8) || (type === FrameType.ERROR && body.length < 4)) {
    throw new MalformedFrame(`A frame of type ${type} is too short`);
  }
  return { streamId, type, flags, body, data: type === FrameType.PAYLOAD ? dataOf(body, flags) : NOTHING };
}

/** The data of a PAYLOAD: what follows its metadata, which nothing here needs. */
function dataOf(body, flags) {
  if (!(flags & Flag.METADATA)) {
    return body;
  }
  const length = body.length < 3 ? Infinity : (body[0] << 16) | (body[1] << 8) | body[2];
  if (3 + length > body.length) {
    throw new MalformedFrame('The metadata is longer than its frame');
  }
  return body.subarray(3 + length);
}

function parseJson(bytes) {
  if (bytes.length === 0) {
    return {};
  }
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new MalformedFrame('An answer is not JSON');
  }
}

function parseError(body) {
  const errorCode = new DataView(body.buffer, body.byteOffset).getUint32(0);
  const kind = ERROR_NAMES[errorCode] ?? `0x${errorCode.toString(16)}`;
  let text = '';
  try {
    text = decoder.decode(body.subarray(4));
    const problem = JSON.parse(text);
    if (problem !== null && typeof problem === 'object') {
      return new OvationError(
        typeof problem.code === 'string' ? problem.code : kind,
        problem.detail ?? problem.title ?? kind,
        {
          kind,
          problem,
        },
      );
    }
  } catch {
    // Not the contract's object but plain text, such as a library between here and the server writes.
  }
  return new OvationError(kind, text || kind, { kind });
}
