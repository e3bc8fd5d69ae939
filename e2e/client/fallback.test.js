import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { EventSource } from 'eventsource';
import { become, clientOf, take, tokenOf } from './kit.js';
import { Proxy } from './proxy.js';

async function room(client, members = []) {
  const { conversationId } = await client.conversations.open({ kind: 'group', title: 'Tea', members });
  return client.conversation(conversationId);
}

function numbers(frames) {
  return frames.map(({ seq }) => seq);
}

function upTo(count) {
  return Array.from({ length: count }, (_, i) => i + 1);
}

for (const upgrade of ['refuse', 'swallow']) {
  test(`where upgrades are met by a proxy's ${upgrade}, all goes over HTTP and one stream`, async (t) => {
    const proxy = await Proxy.open(t, { upgrade });
    const ada = clientOf(t, 'ada');
    const bob = clientOf(t, 'bob', { at: proxy.url });
    const rooms = [await room(ada, ['bob']), await room(ada, ['bob']), await room(ada, ['bob'])];
    const watches = rooms.map(({ id }) => bob.conversation(id).watch());
    const told = watches.map((watch) => take(watch, 2, 'message'));
    const inbox = bob.inbox.watch();
    const notified = take(inbox, 1, 'notification');
    await Promise.all([...watches, inbox].map(({ started }) => started));
    assert.deepEqual(bob.state, { name: 'live', transport: 'http' });
    for (const { id } of rooms) {
      await bob.conversation(id).send('by HTTP');
      await ada.conversation(id).send('by WebSocket', { mentions: ['bob'] });
    }
    for (const frames of await Promise.all(told)) {
      assert.deepEqual(numbers(frames), [1, 2]);
      assert.equal(frames[0].watch, undefined);
    }
    assert.equal((await notified)[0].kind, 'mention');
    assert.ok(proxy.requests.filter((line) => line.includes('/api/stream?')).length <= 2);
    await assert.rejects(bob.conversation(randomUUID()).history(), { code: 'not_found', status: 404 });
    await assert.rejects(take(bob.conversation(randomUUID()).watch(), 1, 'message'), { code: 'not_found' });
    const { errors } = await bob.conversation(rooms[0].id).send('').catch((error) => error);
    assert.equal(errors[0].field, 'body');
  });
}

test('where WebSockets are let through and dropped, it goes over to HTTP with the same cursor', async (t) => {
  const proxy = await Proxy.open(t, { upgrade: 600 });
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob', { at: proxy.url });
  bob.on('state', ({ name }) => name === 'offline' && bob.retry());
  const tea = await room(ada, ['bob']);
  const watch = bob.conversation(tea.id).watch();
  const told = take(watch, 40, 'message');
  await watch.started;
  for (let i = 0; i < 20; i++) {
    await tea.send(`${i}`);
    await bob.conversation(tea.id).send(`answer ${i}`);
    await delay(100);
  }
  await transport(bob, 'http');
  assert.ok(proxy.upgrades >= 3, `${proxy.upgrades} WebSockets`);
  assert.deepEqual(numbers(await told), upTo(40));
});

test('it goes back to WebSocket once one holds, and no message comes twice or never', async (t) => {
  const proxy = await Proxy.open(t, { upgrade: 'refuse' });
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob', { at: proxy.url });
  const rooms = [await room(ada, ['bob']), await room(ada, ['bob'])];
  const watches = rooms.map(({ id }) => bob.conversation(id).watch());
  const told = [];
  watches.forEach(async (watch, which) => {
    told[which] = [];
    for await (const frame of watch) {
      if (frame.type === 'message') {
        told[which].push(frame.seq);
      }
    }
  });
  await Promise.all(watches.map(({ started }) => started));
  proxy.upgrade = 'pass';
  bob.retry();
  const back = transport(bob, 'websocket');
  let isBack = false;
  back.then(() => (isBack = true));
  let sent = 0;
  for (; !isBack; sent++) {
    await rooms[0].send(`${sent}`);
    await Promise.race([back, delay(25)]);
  }
  await rooms[1].send('one');
  await rooms[0].send('last');
  // The quiet one has a cursor of the combined stream, the other one of its own: over HTTP again, each has its place.
  proxy.upgrade = 'refuse';
  proxy.isDown = true;
  proxy.cut();
  await rooms[1].send('two');
  await rooms[0].send('more');
  proxy.isDown = false;
  bob.retry();
  await transport(bob, 'http');
  while (told[0].length < sent + 2 || told[1].length < 2) {
    await delay(20);
  }
  assert.deepEqual(told, [upTo(sent + 2), [1, 2]]);
});

test('an iterator that is not read holds up no other, and is told all', async (t) => {
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob', { transport: 'http' });
  const [busy, other] = [await room(ada, ['bob']), await room(ada, ['bob'])];
  const unread = bob.conversation(busy.id).watch();
  const first = unread.next();
  const watch = bob.conversation(other.id).watch();
  const told = take(watch, 1, 'message');
  await Promise.all([unread.started, watch.started]);
  for (let i = 0; i < 700; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => busy.send(`${i + j}`)));
  }
  await other.send('Still there?');
  assert.equal((await told)[0].body, 'Still there?');
  const seen = [(await first).value, ...(await take(unread, 699, 'message'))].filter(({ type }) => type === 'message');
  assert.deepEqual(numbers(seen).slice(0, 699), upTo(699));
});

for (const [reader, options] of [
  ['fetch', {}],
  ['EventSource', { EventSource }],
]) {
  test(`over HTTP by ${reader} all streams go on with the next token, and the client stays live`, async (t) => {
    const tokens = [];
    const ada = clientOf(t, 'ada', {
      transport: 'http',
      token: async () => {
        tokens.push(await tokenOf('ada', { ttl: 3, roles: ['analyst'] }));
        return tokens.at(-1);
      },
      ...options,
    });
    await become(ada, 'live');
    const states = [];
    ada.on('state', ({ name }) => states.push(name));
    const second = `bob, the second ${randomUUID()}`;
    const tea = await room(ada, [second]);
    const watch = tea.watch();
    const log = ada.events.replay({ aggregate: tea.id, types: ['MessageSent'], follow: true });
    const people = ada.presence.watch([second]);
    const abort = new AbortController();
    const [told, logged, seen] = [watch, log, people].map(() => []);
    const reading = [
      read(watch, abort.signal, ({ type, seq }) => type === 'message' && told.push(seq)),
      read(log, abort.signal, ({ payload }) => payload && logged.push(payload.body)),
      read(people, abort.signal, ({ type, status }) => type === 'presence' && seen.push(status)),
    ];
    await Promise.all([watch, log, people].map(({ started }) => started));
    // The server ends a stream within 5 s of when its token, and the 5 s that clocks may differ by, are over.
    const over = expiryOf(tokens[0]) + 11_000;
    let sent = 0;
    for (; Date.now() < over; sent++) {
      await tea.send(`${sent + 1}`);
      await delay(200);
    }
    const bob = clientOf(t, second);
    await become(bob, 'live');
    while (told.length < sent || logged.length < sent || seen.at(-1) !== 'online') {
      await delay(20);
    }
    assert.deepEqual(states, ['live']);
    assert.deepEqual(told, upTo(sent));
    assert.deepEqual(logged, upTo(sent).map(String));
    abort.abort();
    await Promise.all(reading);
  });
}

test('over HTTP watches of what is not there leave the connection as it is', async (t) => {
  const ada = clientOf(t, 'ada', { transport: 'http' });
  await become(ada, 'live');
  const states = [];
  ada.on('state', ({ name }) => states.push(name));
  for (let i = 0; i < 6; i++) {
    await assert.rejects(take(ada.conversation(randomUUID()).watch(), 1, 'message'), { code: 'not_found' });
  }
  const tea = await room(ada);
  const watch = tea.watch();
  const told = take(watch, 1, 'message');
  await watch.started;
  await tea.send('Here');
  assert.equal((await told)[0].body, 'Here');
  assert.deepEqual(states, ['live']);
});

test('over HTTP signals give up, and the client closes', async (t) => {
  const ada = clientOf(t, 'ada', { transport: 'http' });
  const tea = await room(ada);
  const abort = new AbortController();
  const aborted = tea.watch({ signal: abort.signal }).next();
  abort.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  await assert.rejects(tea.send('x', { signal: AbortSignal.abort(new Error('too late')) }), /too late/);
  const left = tea.watch();
  const waiting = take(left, 1, 'message');
  await left.started;
  await ada.close();
  assert.deepEqual(await waiting, []);
  await assert.rejects(tea.history(), { code: 'closed' });
});

test('where fetch cannot stream, EventSource does, and goes on over cuts', async (t) => {
  const proxy = await Proxy.open(t);
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob', { at: proxy.url, transport: 'http', EventSource });
  const rooms = [await room(ada, ['bob']), await room(ada, ['bob'])];
  const watches = rooms.map(({ id }) => bob.conversation(id).watch());
  const told = watches.map((watch) => take(watch, 24, 'message'));
  await Promise.all(watches.map(({ started }) => started));
  for (let i = 0; i < 24; i++) {
    await Promise.all(rooms.map((tea) => tea.send(`${i}`)));
    if (i % 8 === 3) {
      proxy.cut();
    }
    await delay(200);
    bob.retry();
  }
  for (const frames of await Promise.all(told)) {
    assert.deepEqual(numbers(frames), upTo(24));
  }
});

test('people whose name has a comma, the log, and what has no answer, over HTTP', async (t) => {
  const ada = clientOf(t, 'ada', { transport: 'http', token: () => tokenOf('ada', { roles: ['analyst'] }) });
  const bob = clientOf(t, 'bob, the second', { transport: 'http' });
  const tea = await room(ada, ['bob, the second']);
  const watch = bob.conversation(tea.id).watch();
  const typing = take(watch, 1, 'typing');
  await watch.started;
  for await (const { type, user, status } of ada.presence.watch(['bob, the second', 'ada'])) {
    if (type === 'presence' && user === 'bob, the second' && status === 'online') {
      break;
    }
  }
  assert.equal((await ada.presence.get(['bob, the second'])).presence[0].status, 'online');
  assert.equal(tea.typing(), true);
  assert.equal((await typing)[0].user, 'ada');
  await tea.send('Hello');
  const types = [];
  for await (const event of ada.events.replay({ aggregate: tea.id })) {
    types.push(event.type);
  }
  assert.deepEqual(types, ['ConversationOpened', 'MessageSent']);
  const replay = ada.events.replay({ aggregate: tea.id, types: ['MessageSent'], follow: true });
  const following = take(replay, 2, 'MessageSent');
  await tea.send('again');
  assert.deepEqual(
    (await following).map(({ payload }) => payload.body),
    ['Hello', 'again'],
  );
});

function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false));
}

/** When a token expires, in milliseconds of the clock. */
function expiryOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).exp * 1_000;
}

/** Reads until the signal comes. */
async function read(subscription, signal, onFrame) {
  signal.addEventListener('abort', () => subscription.return());
  for await (const frame of subscription) {
    onFrame(frame);
  }
}

/** Resolves once the client is live by a transport. */
async function transport(client, wanted) {
  for (let state = client.state; state.transport !== wanted; state = client.state) {
    await new Promise((resolve) => {
      const off = client.on('state', (now) => {
        if (now !== state) {
          queueMicrotask(() => off());
          resolve();
        }
      });
    });
  }
}
