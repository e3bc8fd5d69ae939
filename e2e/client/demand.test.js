import assert from 'node:assert/strict';
import test from 'node:test';
import WebSocket, { WebSocketServer } from 'ws';
import { connect } from '@ovation/client';
import { Combined, MOST_UNREAD } from '../../clients/typescript/src/combined.js';

const SETUP = 0x01;
const REQUEST_RESPONSE = 0x04;
const REQUEST_STREAM = 0x06;
const REQUEST_N = 0x08;
const CANCEL = 0x09;
const MOST = 64;

/** A server that tells as many frames as it is asked for, and takes note of what is asked. */
class Eager {
  sent = 0;
  mostOut = 0;
  opened = 0;
  #socket;

  static async open(t) {
    const eager = new Eager();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    t.after(() => server.close());
    eager.url = `http://127.0.0.1:${server.address().port}`;
    server.on('connection', (socket) => {
      eager.#socket = socket;
      const demands = new Map();
      socket.on('message', (bytes) => eager.#take(socket, bytes, demands));
    });
    return eager;
  }

  cut() {
    this.#socket.terminate();
  }

  #take(socket, bytes, demands) {
    const streamId = bytes.readUInt32BE(0);
    const type = bytes.readUInt16BE(4) >>> 10;
    if (type === REQUEST_RESPONSE) {
      socket.send(payload(streamId, {}, 0x60));
    } else if (type === REQUEST_STREAM) {
      this.opened += 1;
      demands.set(streamId, bytes.readUInt32BE(6));
      this.#tell(socket, streamId, demands, { type: 'start', cursor: `${this.sent}` });
    } else if (type === REQUEST_N) {
      demands.set(streamId, demands.get(streamId) + bytes.readUInt32BE(6));
    } else if (type === CANCEL) {
      demands.delete(streamId);
    }
    if (type !== SETUP && demands.has(streamId)) {
      this.mostOut = Math.max(this.mostOut, demands.get(streamId));
      while (demands.get(streamId) > 0) {
        this.sent += 1;
        this.#tell(socket, streamId, demands, { type: 'message', cursor: `${this.sent}`, seq: this.sent });
      }
    }
  }

  #tell(socket, streamId, demands, frame) {
    demands.set(streamId, demands.get(streamId) - 1);
    socket.send(payload(streamId, frame, 0x20));
  }
}

function payload(streamId, data, flags) {
  const json = Buffer.from(JSON.stringify(data));
  const head = Buffer.alloc(6);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt16BE((0x0a << 10) | flags, 4);
  return Buffer.concat([head, json]);
}

test('what is not read is not asked for, however often it connects, and never more than has room', async (t) => {
  const eager = await Eager.open(t);
  const client = connect({ url: eager.url, token: 'x', WebSocket, transport: 'websocket' });
  t.after(() => client.close());
  const live = () =>
    new Promise((resolve) => {
      const off = client.on('state', ({ name }) => {
        if (name === 'offline') {
          client.retry();
        } else if (name === 'live') {
          queueMicrotask(() => off());
          resolve();
        }
      });
    });
  const watch = client.conversation('0190').watch();
  let taken = 1;
  const { value } = await watch.next();
  assert.equal(value.seq, 1);
  for (let i = 0; i < 20; i++) {
    eager.cut();
    await new Promise((resolve) => {
      const off = client.on('state', ({ name }) => name === 'offline' && resolve(queueMicrotask(() => off())));
    });
    await live();
    await client.inbox.list();
    assert.ok(eager.sent - taken <= MOST, `${eager.sent - taken} are unread after ${i + 1} cuts`);
  }
  for (; taken < 2_000; taken++) {
    const { value: frame } = await watch.next();
    assert.equal(frame.seq, taken + 1);
    assert.ok(eager.sent - taken <= MOST, `${eager.sent - taken} are unread`);
  }
  assert.ok(eager.mostOut <= MOST, `${eager.mostOut} were asked for at once`);
});

test('of many watches on one stream, one that is not read has a bound, and then goes on from its place', async () => {
  const openings = [];
  const combined = new Combined({
    read: (path, options) =>
      new Promise((resolve) => {
        openings.push({ query: new URLSearchParams(path.split('?')[1]), ...options });
        options.signal.addEventListener('abort', resolve);
        options.onOpen();
      }),
    onLost: assert.fail,
    onEmpty: () => {},
  });
  const told = { a: [], b: [] };
  const stream = (name, after) =>
    combined.add({ name, after, consumer: { next: ({ cursor }) => told[name].push(cursor), error: assert.fail } });
  const unread = stream('a', 'a0');
  const read = stream('b', null);
  const opened = async (count) => {
    while (openings.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return openings[count - 1];
  };
  const first = await opened(1);
  assert.deepEqual([first.query.getAll('watch'), first.query.getAll('after')], [['a', 'b'], ['a0', '']]);
  for (let i = 1; i <= 10_000; i++) {
    first.onFrame({ type: 'message', watch: 'a', cursor: `a${i}` });
    first.onFrame({ type: 'message', watch: 'b', cursor: `b${i}` });
    read.taken();
  }
  assert.equal(told.a.length, MOST_UNREAD);
  assert.equal(told.b.length, 10_000);
  told.a.forEach(() => unread.taken());
  const second = await opened(2);
  assert.ok(first.signal.aborted);
  assert.deepEqual(
    [second.query.getAll('watch'), second.query.getAll('after')],
    [['a', 'b'], [`a${MOST_UNREAD}`, 'b10000']],
  );
  // What still comes of the first stream is nobody's.
  first.onFrame({ type: 'message', watch: 'b', cursor: 'b10001' });
  assert.equal(told.b.length, 10_000);
  combined.close();
});

test('a stream that held is one that holds, however it ended, and the failures before it are forgotten', async (t) => {
  let now = Date.now();
  t.mock.method(Date, 'now', () => now);
  const openings = [];
  let isLost = false;
  const combined = new Combined({
    read: (_, options) =>
      new Promise((resolve) => {
        openings.push({ ...options, end: resolve });
        options.signal.addEventListener('abort', resolve);
        options.onOpen();
      }),
    onLost: () => (isLost = true),
    onEmpty: assert.fail,
  });
  const add = (name) => combined.add({ name, after: null, consumer: { next: assert.fail, error: assert.fail } });
  const opened = async (count) => {
    while (openings.length < count && !isLost) {
      combined.hurry();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(!isLost, 'It was given up');
    return openings[count - 1];
  };
  add('a');
  (await opened(1)).end();
  (await opened(2)).end();
  (await opened(3)).end();
  await opened(4);
  now += 60_000;
  add('b');
  (await opened(5)).end();
  await opened(6);
  combined.close();
});
