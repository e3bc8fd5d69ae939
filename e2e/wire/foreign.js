// Two clients that share no code with the server: rsocket-js, and curl.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  WellKnownMimeType,
  encodeBearerAuthMetadata,
  encodeCompositeMetadata,
  encodeRoute,
} from 'rsocket-composite-metadata';
import { RSocketConnector } from 'rsocket-core';
import { WebsocketClientTransport } from 'rsocket-websocket-client';
import WebSocket from 'ws';

/** The server under test, without a slash at its end. */
export const OVATION_URL = (process.env.OVATION_URL ?? 'http://127.0.0.1:8080').replace(/\/+$/, '');

/** As much as REQUEST_N can ask for. */
export const UNBOUNDED = 0x7fffffff;

const PATIENCE = 30_000;

/** A name that nobody had before: tests share one server. */
export const freshName = (name) => `${name}-${randomUUID().slice(0, 8)}`;

export async function tokenOf(user) {
  const { status, body } = await curl('POST', '/api/dev/tokens', { body: { user } });
  if (status !== 200 && status !== 201) {
    throw new Error(`no token for ${user}: HTTP ${status} ${JSON.stringify(body)}`);
  }
  return body.token;
}

/** What a stream told so far, and what it tells next. */
export class Frames {
  all = [];
  ended = null;
  #waiting = new Set();

  push(frame) {
    this.all.push(frame);
    this.#wake();
  }

  /** The stream told its last; `reason` is an error, or null for a plain end. */
  end(reason) {
    this.ended ??= { reason };
    this.#wake();
  }

  get messages() {
    return this.all.filter(({ type }) => type === 'message');
  }

  get seqs() {
    return this.messages.map(({ seq }) => seq);
  }

  /** Resolves with the frames as soon as `enough(frames)` holds; fails when they end before, or after a while. */
  until(enough, what = String(enough), patience = PATIENCE) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(reject, new Error(`waited ${patience} ms for ${what}, saw ${this.all.length} frames`)),
        patience,
      );
      const look = () => {
        if (enough(this.all)) {
          finish(resolve, this.all);
        } else if (this.ended) {
          finish(reject, new Error(`ended before ${what}`, { cause: this.ended.reason }));
        }
      };
      const finish = (settle, value) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves as soon as the stream has `count` messages. */
  messageCount(count, patience = PATIENCE) {
    let seen = 0;
    let counted = 0;
    return this.until(
      (all) => {
        for (; counted < all.length; counted += 1) {
          seen += all[counted].type === 'message' ? 1 : 0;
        }
        return seen >= count;
      },
      `${count} messages`,
      patience,
    );
  }

  /** Resolves, when the stream has ended, with its error, or null for a plain end. */
  async reason() {
    await this.until(() => this.ended !== null, 'the end').catch(() => {});
    return this.ended?.reason ?? null;
  }

  #wake() {
    [...this.#waiting].forEach((look) => look());
  }
}

/** A user's connection by rsocket-js, with the token in SETUP. */
export class RSocketUser {
  #socket;

  /**
   * @param token null for a SETUP without one
   * @param url another way to the server under test, such as a proxy
   * @param options of the WebSocket, such as whose certificates it takes
   */
  static async connect(user, { token, url = OVATION_URL, options = {} } = {}) {
    const bearer = token === undefined ? await tokenOf(user) : token;
    const connected = new RSocketUser();
    connected.user = user;
    const metadata =
      bearer === null
        ? new Map()
        : new Map([[WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION, encodeBearerAuthMetadata(bearer)]]);
    connected.#socket = await new RSocketConnector({
      setup: {
        dataMimeType: 'application/json',
        metadataMimeType: WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.string,
        keepAlive: 5_000,
        lifetime: 30_000,
        payload: { data: null, metadata: encodeCompositeMetadata(metadata) },
      },
      transport: new WebsocketClientTransport({
        url: `${url.replace(/^http/, 'ws')}/rsocket`,
        wsCreator: (address) => new WebSocket(address, options),
      }),
    }).connect();
    connected.closed = new Promise((resolve) => {
      connected.#socket.onClose((error) => resolve(error ?? null));
    });
    return connected;
  }

  request(route, data = {}) {
    return new Promise((resolve, reject) => {
      this.#socket.requestResponse(payload(route, data), {
        onNext: (answer) => resolve(JSON.parse(answer.data.toString('utf8'))),
        onComplete: () => resolve(null),
        onError: reject,
        onExtension: () => {},
      });
    });
  }

  /** The error object with which the server turns a request down. */
  async rejection(route, data = {}) {
    const error = await this.request(route, data).then(
      (answer) => {
        throw new Error(`was not turned down: ${JSON.stringify(answer)}`);
      },
      (told) => told,
    );
    return { rsocket: error.code, ...JSON.parse(error.message) };
  }

  /** Opens a stream; `frames.request(n)` asks for more, `frames.cancel()` ends it. */
  stream(route, data = {}, initialRequest = UNBOUNDED) {
    const frames = new Frames();
    const stream = this.#socket.requestStream(payload(route, data), initialRequest, {
      onNext: (frame, complete) => {
        frames.push({ ...JSON.parse(frame.data.toString('utf8')), at: Date.now() });
        if (complete) {
          frames.end(null);
        }
      },
      onComplete: () => frames.end(null),
      onError: (error) => frames.end(error),
      onExtension: () => {},
    });
    frames.request = (n) => stream.request(n);
    frames.cancel = () => stream.cancel();
    return frames;
  }

  /** Watches a conversation, and resolves when the stream has begun. */
  async watch(conversationId, data = {}) {
    const frames = this.stream(`conversations.${conversationId}.watch`, data);
    await frames.until((all) => all.length > 0, 'the first frame');
    return frames;
  }

  close() {
    this.#socket.close();
  }
}

function payload(route, data) {
  return {
    data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
    metadata: encodeCompositeMetadata(new Map([[WellKnownMimeType.MESSAGE_RSOCKET_ROUTING, encodeRoute(route)]])),
  };
}

/** One request by curl: the status, the content type, and the body, parsed where it is JSON. */
export async function curl(method, path, { token, body } = {}) {
  const args = ['-sS', '-X', method, '-w', '\n%{http_code} %{content_type}', `${OVATION_URL}${path}`];
  if (token) {
    args.push('-H', `Authorization: Bearer ${token}`);
  }
  if (body !== undefined) {
    args.push('-H', 'Content-Type: application/json', '--data-binary', '@-');
  }
  const child = spawn('curl', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) {
    throw new Error(`curl ${method} ${path} ended with ${code}`);
  }
  const answer = Buffer.concat(chunks).toString('utf8');
  const end = answer.lastIndexOf('\n');
  const [status, ...contentType] = answer.slice(end + 1).split(' ');
  const text = answer.slice(0, end);
  return { status: Number(status), contentType: contentType.join(' '), body: text === '' ? null : JSON.parse(text) };
}

/** A `curl -N` on an SSE stream. */
export class CurlStream extends Frames {
  /** How many heartbeats came: they are comments. */
  comments = 0;
  /** The `id:` of each event that had one. */
  ids = [];
  #child;

  /** Opens a stream, and resolves when its head is here. */
  static async open(path, token, { lastEventId } = {}) {
    const stream = new CurlStream();
    const args = [
      '-N',
      '-sS',
      '--fail-with-body',
      '-H',
      `Authorization: Bearer ${token}`,
      '-H',
      'Accept: text/event-stream',
    ];
    if (lastEventId !== undefined) {
      args.push('-H', `Last-Event-ID: ${lastEventId}`);
    }
    stream.#child = spawn('curl', [...args, `${OVATION_URL}${path}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const head = new Promise((resolve) => {
      stream.#child.stdout.once('data', resolve);
    });
    stream.#child.stdout.setEncoding('utf8');
    let rest = '';
    stream.#child.stdout.on('data', (text) => {
      rest += text;
      const blocks = rest.split('\n\n');
      rest = blocks.pop();
      blocks.forEach((block) => stream.#told(block));
    });
    stream.#child.on('close', (code) =>
      stream.end(code === 0 || code === null ? null : new Error(`curl ended with ${code}: ${rest}`)),
    );
    await Promise.race([head, once(stream.#child, 'close')]);
    return stream;
  }

  static watch(conversationId, token, { after, lastEventId } = {}) {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    return CurlStream.open(`/api/conversations/${conversationId}/stream${query}`, token, { lastEventId });
  }

  async close() {
    if (this.ended === null) {
      this.#child.kill();
      await once(this.#child, 'close');
    }
  }

  #told(block) {
    const data = [];
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) {
        this.comments += 1;
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      } else if (line.startsWith('id:')) {
        this.ids.push(line.slice(3).replace(/^ /, ''));
      }
    }
    if (data.length > 0) {
      this.push({ ...JSON.parse(data.join('\n')), at: Date.now() });
    }
  }
}
