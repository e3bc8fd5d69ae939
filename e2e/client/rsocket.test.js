import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import {
  WellKnownMimeType,
  decodeAuthMetadata,
  decodeCompositeMetadata,
  decodeRoutes,
} from 'rsocket-composite-metadata';
import { RSocketServer } from 'rsocket-core';
import { WebsocketServerTransport } from 'rsocket-websocket-server';
import WebSocket, { WebSocketServer } from 'ws';
import { OvationError } from '../../clients/typescript/src/errors.js';
import { connect } from '../../clients/typescript/src/rsocket.js';

/** A promise with its two ends outside. */
function deferred() {
  const ends = {};
  ends.promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return ends;
}

const json = (buffer) => JSON.parse(Buffer.from(buffer).toString('utf8'));
const payload = (value) => ({ data: Buffer.from(JSON.stringify(value)) });

/** What came with a request's composite metadata, by MIME type. */
function metadataOf(buffer) {
  return new Map([...decodeCompositeMetadata(buffer)].map((entry) => [entry.mimeType, entry.content]));
}

const routeOf = (request) =>
  [...decodeRoutes(metadataOf(request.metadata).get(WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.string))][0];

describe('against rsocket-js', () => {
  let server;
  let sockets;
  let url;
  let setup;
  let peers;
  let fired;
  let requested;
  let cancelled;

  before(async () => {
    peers = [];
    const transport = new WebsocketServerTransport({
      wsCreator: () => {
        sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
        return sockets;
      },
    });
    server = await new RSocketServer({
      transport,
      serverSideKeepAlive: true,
      acceptor: {
        accept: async (received, peer) => {
          setup = received;
          peers.push(peer);
          const auth = metadataOf(received.metadata).get(WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION.string);
          if (decodeAuthMetadata(auth).payload.toString() === 'forged') {
            throw new Error('{"code":"unauthenticated","status":401,"title":"A valid token is required"}');
          }
          return { requestResponse, requestStream, fireAndForget };
        },
      },
    }).bind();
    url = `ws://127.0.0.1:${sockets.address().port}`;
  });

  after(() => {
    // rsocket-js keeps the timers of a connection that its client closed.
    peers.forEach((peer) => peer.close());
    sockets.clients.forEach((client) => client.terminate());
    server.close();
  });

  function requestResponse(request, answer) {
    const route = routeOf(request);
    if (route === 'fail') {
      const problem = {
        status: 429,
        title: 'Too many requests',
        detail: 'Slow down',
        code: 'rate_limited',
        retryAfter: 2,
      };
      answer.onError(new Error(JSON.stringify(problem)));
    } else if (route === 'never') {
      return { cancel: () => cancelled.resolve(route), onExtension: () => {} };
    } else {
      answer.onNext(payload({ route, echo: json(request.data) }), true);
    }
    return { cancel: () => {}, onExtension: () => {} };
  }

  function fireAndForget(request) {
    fired.resolve({ route: routeOf(request), data: json(request.data) });
    return { cancel: () => {}, onExtension: () => {} };
  }

  /** Counts upward, never beyond what was asked for. */
  function requestStream(request, initialN, answer) {
    const { total } = json(request.data);
    let sent = 0;
    const send = (n) => {
      requested.push(n);
      for (let i = 0; i < n && sent < total; i += 1) {
        sent += 1;
        answer.onNext(payload({ n: sent }), sent === total);
      }
    };
    queueMicrotask(() => send(initialN));
    return { request: send, cancel: () => cancelled.resolve(sent), onExtension: () => {} };
  }

  const open = (options = {}) => {
    requested = [];
    cancelled = deferred();
    fired = deferred();
    return connect({ url, token: 'a.b.c', WebSocket, ...options });
  };

  test('SETUP names the types, the keepalive and the bearer token, which is not in the address', async () => {
    const connection = await open();
    await connection.request('any');
    assert.equal(setup.metadataMimeType, 'message/x.rsocket.composite-metadata.v0');
    assert.equal(setup.dataMimeType, 'application/json');
    assert.equal(setup.keepAliveInterval, 20_000);
    assert.equal(setup.keepAliveMaxLifetime, 60_000);
    const auth = decodeAuthMetadata(
      metadataOf(setup.metadata).get(WellKnownMimeType.MESSAGE_RSOCKET_AUTHENTICATION.string),
    );
    assert.equal(auth.type.string, 'bearer');
    assert.equal(auth.payload.toString(), 'a.b.c');
    connection.close();
    assert.equal(await connection.closed, null);
  });

  test('a request gets its own answer, in any script', async () => {
    const connection = await open();
    const texts = ['plain', 'שלום', '👩‍👩‍👧‍👦', 'x'.repeat(60_000)];
    const answers = await Promise.all(texts.map((text, i) => connection.request(`route.${i}`, { text })));
    assert.deepEqual(
      answers,
      texts.map((text, i) => ({ route: `route.${i}`, echo: { text } })),
    );
    connection.close();
  });

  test('a problem becomes an error with its code', async () => {
    const connection = await open();
    await assert.rejects(connection.request('fail'), (error) => {
      assert.ok(error instanceof OvationError);
      assert.equal(error.code, 'rate_limited');
      assert.equal(error.kind, 'APPLICATION_ERROR');
      assert.equal(error.status, 429);
      assert.equal(error.detail, 'Slow down');
      assert.equal(error.retryAfter, 2);
      return true;
    });
    connection.close();
  });

  test('an aborted request is cancelled at the server', async () => {
    const connection = await open();
    const abort = new AbortController();
    const answer = connection.request('never', {}, { signal: abort.signal });
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    assert.equal(await cancelled.promise, 'never');
    connection.close();
  });

  test('fire-and-forget arrives', async () => {
    const connection = await open();
    connection.fire('told', { a: 1 });
    assert.deepEqual(await fired.promise, { route: 'told', data: { a: 1 } });
    connection.close();
  });

  test('a stream is replenished to its end and never asks for more than its credits', async () => {
    const connection = await open();
    const seen = [];
    const ended = deferred();
    const next = ({ n }) => {
      seen.push(n);
      stream.taken();
    };
    const consumer = { next, complete: ended.resolve, error: ended.reject };
    const stream = connection.stream('count', { total: 1000 }, consumer, { credits: 10 });
    await ended.promise;
    assert.deepEqual(
      seen,
      Array.from({ length: 1000 }, (_, i) => i + 1),
    );
    assert.equal(requested[0], 10);
    assert.ok(requested.slice(1).every((n) => n === 5));
    connection.close();
  });

  test('a cancelled stream is cancelled at the server and tells nothing more', async () => {
    const connection = await open();
    const seen = [];
    const stream = connection.stream(
      'count',
      { total: 1_000_000 },
      {
        next: ({ n }) => {
          seen.push(n);
          stream.taken();
          if (n === 20) {
            stream.cancel();
          }
        },
        complete: () => assert.fail('completed'),
        error: () => assert.fail('failed'),
      },
      { credits: 8 },
    );
    await cancelled.promise;
    assert.equal(seen.at(-1), 20);
    await connection.request('still.there');
    connection.close();
  });

  test('a refused SETUP is told with its code', async () => {
    const connection = await open({ token: 'forged' });
    const reason = await connection.closed;
    assert.equal(reason.kind, 'REJECTED_SETUP');
    assert.equal(reason.code, 'unauthenticated');
    assert.equal(connection.isOpen, false);
  });

  test('keepalives go both ways and hold a connection', async () => {
    const connection = await open({ keepAlive: 20, lifetime: 100 });
    const ended = deferred();
    let over = false;
    connection.closed.then(() => {
      over = true;
    });
    // The server sends keepalives of its own here, and would end a client that is silent for 100 ms.
    setTimeout(ended.resolve, 400);
    await ended.promise;
    assert.equal(over, false);
    await connection.request('still.there');
    connection.close();
  });

  test('a cut fails what is under way', async () => {
    const connection = await open();
    const answer = connection.request('never');
    const ended = deferred();
    connection.stream(
      'count',
      { total: 2 },
      { next: () => sockets.clients.forEach((client) => client.terminate()), error: ended.resolve },
      { credits: 1 },
    );
    await assert.rejects(answer, { code: 'disconnected' });
    assert.equal((await ended.promise).code, 'disconnected');
    assert.equal((await connection.closed).code, 'disconnected');
    await assert.rejects(connection.request('more'), { code: 'disconnected' });
  });

  test('nobody there is an error', async () => {
    await assert.rejects(connect({ url: 'ws://127.0.0.1:1', WebSocket }), { code: 'disconnected' });
  });
});

describe('against a scripted server', () => {
  let sockets;
  let url;
  let script;

  before(async () => {
    sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(sockets, 'listening');
    sockets.on('connection', (socket) => script(socket));
    url = `ws://127.0.0.1:${sockets.address().port}`;
  });

  after(() => {
    sockets.clients.forEach((client) => client.terminate());
    sockets.close();
  });

  const frame = (streamId, type, flags, ...parts) => {
    const header = Buffer.alloc(6);
    header.writeUInt32BE(streamId, 0);
    header.writeUInt16BE((type << 10) | flags, 4);
    return Buffer.concat([header, ...parts.map((part) => Buffer.from(part))]);
  };
  const code = (value) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const typeOf = (message) => message.readUInt16BE(4) >>> 10;
  const PAYLOAD = 0x0a;
  const ERROR = 0x0b;
  const [METADATA, FOLLOWS, COMPLETE, NEXT] = [0x100, 0x80, 0x40, 0x20];

  /** Answers each request (anything but SETUP) with these frames. */
  const answering = (...frames) => {
    script = (socket) =>
      socket.on('message', (message) => {
        if ([0x04, 0x06].includes(typeOf(message))) {
          frames.forEach((each) => socket.send(each));
        }
      });
  };

  test('the bytes of SETUP and of the requests are those of the specification', async () => {
    const received = [];
    const all = deferred();
    script = (socket) =>
      socket.on('message', (message) => {
        received.push(message.toString('hex'));
        if (received.length === 4) {
          all.resolve();
        }
      });
    const connection = await connect({ url, token: 'tok', WebSocket });
    connection.request('a.b', {}).catch(() => {});
    connection.fire('a.b', {});
    const consumer = { next: () => {}, complete: () => {}, error: () => {} };
    connection.stream('a.b', {}, consumer, { credits: 7 });
    await all.promise;
    const text = (value) => Buffer.from(value).toString('hex');
    const composite = text('message/x.rsocket.composite-metadata.v0');
    const route = '000008' + 'fe' + '000004' + '03' + text('a.b') + text('{}');
    assert.deepEqual(received, [
      '00000000' +
        '0500' +
        '00010000' +
        '00004e20' +
        '0000ea60' +
        '27' +
        composite +
        '10' +
        text('application/json') +
        '000008' +
        'fc' +
        '000004' +
        '81' +
        text('tok'),
      '00000001' + '1100' + route,
      '00000003' + '1500' + route,
      '00000005' + '1900' + '00000007' + route,
    ]);
    connection.close();
  });

  test('fragments are put together, whatever metadata they carry', async () => {
    const text = JSON.stringify({ text: 'für 👩‍👩‍👧‍👦 '.repeat(50) });
    const bytes = Buffer.from(text);
    answering(
      frame(1, PAYLOAD, METADATA | FOLLOWS | NEXT, [0, 0, 2], 'mm', bytes.subarray(0, 13)),
      frame(1, PAYLOAD, METADATA | FOLLOWS | NEXT, [0, 0, 0], bytes.subarray(13, 14)),
      frame(1, PAYLOAD, COMPLETE | NEXT, bytes.subarray(14)),
    );
    const connection = await connect({ url, WebSocket });
    assert.deepEqual(await connection.request('any'), JSON.parse(text));
    connection.close();
  });

  test('an answer without data is an empty object', async () => {
    answering(frame(1, PAYLOAD, COMPLETE));
    const connection = await connect({ url, WebSocket });
    assert.deepEqual(await connection.request('any'), {});
    connection.close();
  });

  test('an error in plain text keeps the name of the RSocket error as its code', async () => {
    answering(frame(1, ERROR, 0, code(0x203), 'gone'));
    const connection = await connect({ url, WebSocket });
    await assert.rejects(connection.request('any'), { code: 'CANCELED', kind: 'CANCELED', message: 'gone' });
    connection.close();
  });

  test('an error of stream 0 ends the connection', async () => {
    answering(frame(0, ERROR, 0, code(0x101), 'bye'));
    const connection = await connect({ url, WebSocket });
    await assert.rejects(connection.request('any'), { code: 'disconnected', kind: 'CONNECTION_ERROR' });
    assert.equal((await connection.closed).code, 'CONNECTION_ERROR');
  });

  test('a keepalive is answered with its own data', async () => {
    const answered = deferred();
    script = (socket) => {
      socket.on('message', (message) => {
        if (typeOf(message) === 0x03) {
          answered.resolve(message.toString('hex'));
        }
      });
      socket.send(frame(0, 0x03, 0x80, Buffer.alloc(8), 'ping'));
    };
    const connection = await connect({ url, WebSocket });
    assert.equal(
      await answered.promise,
      '00000000' + '0c00' + '0000000000000000' + Buffer.from('ping').toString('hex'),
    );
    connection.close();
  });

  test('a silent server is given up after the lifetime', async () => {
    script = () => {};
    const connection = await connect({ url, WebSocket, keepAlive: 20, lifetime: 60 });
    const reason = await connection.closed;
    assert.equal(reason.code, 'disconnected');
    assert.match(reason.message, /silent/);
  });

  test('a probe ends a connection whose server is gone without a word, and only that', async () => {
    const probed = deferred();
    script = (socket) =>
      socket.once('message', () => socket.on('message', (message) => probed.resolve([socket, message])));
    const connection = await connect({ url, WebSocket });
    connection.probe(50);
    const [socket, probe] = await probed.promise;
    assert.equal(typeOf(probe), 0x03);
    socket.send(frame(0, 0x03, 0, Buffer.alloc(8)));
    connection.closed.then(() => socket.terminate());
    const answered = deferred();
    setTimeout(answered.resolve, 100);
    await answered.promise;
    assert.equal(connection.isOpen, true);
    connection.probe(50);
    assert.match((await connection.closed).message, /silent/);
  });

  test('what no server may send ends the connection with an error, and the server is told', async () => {
    const malformed = [
      Buffer.from([0, 0, 0]),
      frame(0, 0x3a, 0),
      frame(0, 0x03, 0, [1, 2]),
      frame(1, PAYLOAD, METADATA | NEXT, [0xff, 0xff, 0xff], 'x'),
      frame(1, PAYLOAD, NEXT | COMPLETE, '{"broken'),
      frame(1, PAYLOAD, NEXT | COMPLETE, [0x22, 0xff, 0xfe, 0x22]),
      'text',
    ];
    for (const bad of malformed) {
      const told = deferred();
      script = (socket) =>
        socket.on('message', (message) => {
          if (typeOf(message) === 0x04) {
            socket.send(bad);
          } else if (typeOf(message) === ERROR) {
            told.resolve(message.readUInt32BE(6));
          }
        });
      const connection = await connect({ url, WebSocket });
      await assert.rejects(connection.request('any'), { code: 'disconnected' });
      assert.equal((await connection.closed).code, 'CONNECTION_ERROR');
      assert.equal(await told.promise, 0x101);
    }
  });
});
