import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocketServer } from 'ws';
import { OvationError } from '@ovation/client';
import { become, clientOf, tokenOf } from './kit.js';

function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a listener that fails ends nothing, and its error is told', async (t) => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  t.after(() => delete globalThis.reportError);
  const ada = clientOf(t, 'ada');
  ada.on('state', ({ name }) => {
    if (name !== 'connecting') {
      throw new Error(`Not ${name}`);
    }
  });
  await become(ada, 'live');
  assert.ok(Array.isArray((await ada.conversations.list()).conversations));
  await ada.close();
  assert.deepEqual(reported, ['Not live', 'Not closed']);
});

for (const transport of ['websocket', 'http']) {
  test(`where the next token does not come at once, the connection is kept (${transport})`, async (t) => {
    let calls = 0;
    const ada = clientOf(t, 'ada', {
      transport,
      token: () => {
        calls += 1;
        return calls === 2 ? Promise.reject(new Error('Not now')) : tokenOf('ada', { ttl: calls === 1 ? 3 : 600 });
      },
    });
    await become(ada, 'live');
    const states = [];
    ada.on('state', ({ name }) => states.push(name));
    while (calls < 3) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await ada.conversations.list();
    assert.deepEqual(states, ['live']);
  });
}

test('who gives no tokens for a while is asked again each minute, and at once when somebody wants it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let calls = 0;
  const ada = clientOf(t, 'ada', {
    token: () => {
      calls += 1;
      throw new Error('Not now');
    },
  });
  while (ada.state.name !== 'refused') {
    t.mock.timers.tick(30_000);
    await settled();
  }
  assert.equal(ada.state.why.code, 'no_token');
  assert.ok(Math.abs(ada.state.until - Date.now() - 60_000) < 1_000, `again at ${ada.state.until}`);
  assert.equal(calls, 6);
  t.mock.timers.tick(59_000);
  await settled();
  assert.equal(calls, 6);
  t.mock.timers.tick(1_000);
  await settled();
  assert.equal(calls, 7);
  assert.equal(ada.state.name, 'refused');
  ada.retry();
  await settled();
  assert.equal(calls, 8);
  assert.equal(ada.state.name, 'offline');
});

test('where there is no token to be had, nobody is asked for one again and again', async (t) => {
  const asked = [];
  const ada = clientOf(t, 'ada', {
    token: (refused) => {
      asked.push(refused);
      throw new OvationError('unauthenticated', 'Signed out');
    },
  });
  const { why, until } = await become(ada, 'refused');
  assert.equal(why.message, 'Signed out');
  assert.equal(until, undefined);
  assert.deepEqual(asked, [null]);
});

test('whoever gives tokens is told why the last one was refused', async (t) => {
  const asked = [];
  const ada = clientOf(t, 'ada', {
    transport: 'http',
    token: (refused) => {
      asked.push(refused?.code ?? null);
      return `${asked.length}`;
    },
    fetch: async (address, { headers }) => {
      const isGood = headers.authorization === 'Bearer 2';
      return Response.json(isGood ? {} : { code: 'unauthenticated' }, { status: isGood ? 200 : 401 });
    },
  });
  await become(ada, 'live');
  assert.deepEqual(asked, [null, 'unauthenticated']);
});

test('a server that is busy is no refusal, also where it turns the SETUP down', async (t) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  let attempts = 0;
  server.on('connection', (socket) => {
    attempts += 1;
    const rejectedSetup = Buffer.from([0, 0, 0, 0, 0x0b << 2, 0, 0, 0, 0, 3]);
    socket.send(Buffer.concat([rejectedSetup, Buffer.from('{"code":"unavailable","status":503}')]));
  });
  const ada = clientOf(t, 'ada', {
    at: `http://127.0.0.1:${server.address().port}`,
    transport: 'websocket',
    token: 'x',
  });
  const states = new Set();
  ada.on('state', ({ name }) => {
    states.add(name);
    // Not from within the listener: the wait begins after it was told.
    setImmediate(() => ada.retry());
  });
  while (attempts < 8) {
    await settled();
  }
  assert.deepEqual([...states], ['connecting', 'offline']);
});

test('a server that lets somebody in and refuses what they ask is not asked in a circle', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let calls = 0;
  const ada = clientOf(t, 'ada', {
    transport: 'http',
    token: () => `${(calls += 1)}`,
    fetch: async (address) => {
      await settled();
      const isRefused = address.endsWith('/blocks');
      return Response.json(isRefused ? { code: 'unauthenticated' } : {}, { status: isRefused ? 401 : 200 });
    },
  });
  const asked = ada.blocks.list();
  asked.catch(() => {});
  for (let turns = 0; turns < 500 && ada.state.name !== 'offline'; turns++) {
    await settled();
  }
  // The second token is asked for at once: the first may just have expired.
  assert.equal(calls, 2);
  assert.equal(ada.state.name, 'offline');
});

test('where the platform refuses a WebSocket when it is made, HTTP has to do', async (t) => {
  class Barred {
    constructor() {
      throw new DOMException('Not here', 'SecurityError');
    }
  }
  const ada = clientOf(t, 'ada', { WebSocket: Barred });
  assert.equal((await become(ada, 'live')).transport, 'http');
});

test('a send that waits for those before it is given up at once, and they are not', async (t) => {
  let isThere = false;
  const ada = clientOf(t, 'ada', {
    transport: 'http',
    token: 'x',
    fetch: async () => {
      if (!isThere) {
        throw new TypeError('Nobody there');
      }
      return Response.json({ seq: 1 });
    },
  });
  const tea = ada.conversation('tea');
  const first = tea.send('first');
  const abort = new AbortController();
  const second = tea.send('second', { signal: abort.signal });
  const third = tea.send('third');
  await become(ada, 'offline');
  abort.abort(new Error('enough'));
  let seen = null;
  second.catch((error) => (seen = error.message));
  await settled();
  assert.equal(seen, 'enough');
  isThere = true;
  ada.retry();
  assert.deepEqual(await Promise.all([first, third]), [{ seq: 1 }, { seq: 1 }]);
});
