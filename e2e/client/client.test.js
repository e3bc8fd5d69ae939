import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { become, clientOf, take, tokenOf } from './kit.js';
import { Proxy } from './proxy.js';

async function room(client, members = []) {
  const { conversationId } = await client.conversations.open({ kind: 'group', title: 'Tea', members });
  return client.conversation(conversationId);
}

test('a message is answered, and told to who watches', async (t) => {
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob');
  const tea = await room(ada, ['bob']);
  const watch = bob.conversation(tea.id).watch();
  const watching = take(watch, 1, 'message');
  await watch.started;
  const sent = await tea.send('Hello');
  const [frame] = await Promise.race([watching, late('nothing was told')]);
  assert.equal(frame.messageId, sent.messageId);
  assert.equal(frame.seq, 1);
  assert.equal(frame.body, 'Hello');
  const { messages } = await bob.conversation(tea.id).history();
  assert.deepEqual(
    messages.map(({ body }) => body),
    ['Hello'],
  );
});

test('errors are the contract’s', async (t) => {
  const ada = clientOf(t, 'ada');
  const eve = clientOf(t, 'eve');
  const tea = await room(ada);
  await assert.rejects(eve.conversation(tea.id).send('x'), { name: 'OvationError', code: 'forbidden', status: 403 });
  await assert.rejects(ada.conversation(randomUUID()).history(), { code: 'not_found' });
  await assert.rejects(tea.send(''), ({ code, errors }) => code === 'validation_failed' && errors[0].field === 'body');
  await assert.rejects(take(eve.conversation(tea.id).watch(), 1, 'message'), { code: 'forbidden' });
  assert.throws(() => ada.conversation('x.members.add'), TypeError);
});

test('who is removed from a channel goes on hearing it, and of a group hears nothing more', async (t) => {
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob');
  for (const kind of ['channel', 'group']) {
    const opened = await ada.conversations.open({ kind, title: 'Tea', members: ['bob'] });
    const tea = ada.conversation(opened.conversationId);
    const watch = bob.conversation(tea.id).watch();
    const heard = take(watch, 2, 'message');
    heard.catch(() => {});
    await watch.started;
    await tea.send('one');
    await tea.members.remove('bob');
    await tea.send('two');
    if (kind === 'channel') {
      assert.deepEqual(
        (await Promise.race([heard, late('nothing more was told')])).map(({ seq, body }) => [seq, body]),
        [
          [1, 'one'],
          [2, 'two'],
        ],
      );
    } else {
      await assert.rejects(Promise.race([heard, late('it goes on')]), { code: 'forbidden' });
    }
  }
});

test('who is blocked writes to nobody who blocks them', async (t) => {
  const ada = clientOf(t, 'ada');
  const mal = clientOf(t, `mal ${randomUUID()}`);
  const { conversationId } = await mal.conversations.open({ kind: 'direct', members: ['ada'] });
  const direct = mal.conversation(conversationId);
  const { sender: malory } = await direct.send('Hello').then(async () => (await direct.history()).messages[0]);
  await ada.blocks.add(malory);
  await assert.rejects(direct.send('Hello?'), { code: 'forbidden' });
  const { blocks, next } = await ada.blocks.list({ limit: 200 });
  assert.ok(blocks.some(({ user, at }) => user === malory && !Number.isNaN(Date.parse(at))) || next);
  await ada.blocks.remove(malory);
  await direct.send('Hello again');
});

for (const transport of ['websocket', 'http']) {
  test(`a removal whose answer was lost is asked again and has its answer (${transport})`, async (t) => {
    const proxy = await Proxy.open(t);
    const bob = `bob-${randomUUID()}`;
    const cy = `cy-${randomUUID()}`;
    const ada = clientOf(t, 'ada');
    const owner = clientOf(t, 'ada', { at: proxy.url, transport });
    owner.on('state', ({ name }) => name === 'offline' && owner.retry());
    const tea = await room(ada, [bob, cy]);
    await tea.bans.add(cy);
    await tea.mutes.add(bob);
    const same = owner.conversation(tea.id);
    const people = async () => (await tea.members.list()).members.map(({ user }) => user);
    const muted = clientOf(t, bob).conversation(tea.id);
    const isMuted = () => muted.send('x').then(() => false, () => true);
    for (const [remove, isThere] of [
      [() => same.mutes.remove(bob), isMuted],
      [() => same.bans.remove(cy), async () => (await tea.bans.list()).bans.length > 0],
      [() => same.members.remove(bob), async () => (await people()).includes(bob)],
    ]) {
      await same.get();
      proxy.isMute = true;
      const removed = remove();
      while (await isThere()) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      proxy.isMute = false;
      proxy.cut();
      await settle(removed);
      // Here the first answer came: it is what it is.
      await assert.rejects(remove(), { code: 'not_found' });
    }
  });
}

for (const [whose, status, problem] of [
  ['a gateway does not know', 504, '<h1>Gateway Time-out</h1>'],
  ['the server does not know', 503, '{"code":"unavailable","outcome":"unknown"}'],
]) {
  test(`a removal of which ${whose} whether it was recorded has its answer from the next attempt`, async (t) => {
    let answers = [];
    const ada = clientOf(t, 'ada', {
      transport: 'http',
      fetch: async (...request) => {
        const response = await fetch(...request);
        return request[1].method === 'DELETE' ? (answers.shift() ?? response) : response;
      },
    });
    const tea = await room(ada, ['bob']);
    answers = [new Response(problem, { status })];
    await tea.members.remove('bob');
    assert.deepEqual(answers, []);
    assert.equal((await tea.members.list()).members.length, 1);
    // A server that is busy has recorded nothing.
    answers = [new Response('{"code":"unavailable"}', { status: 503 })];
    await assert.rejects(tea.members.remove('bob'), { code: 'not_found' });
    assert.deepEqual(answers, []);
  });
}

test('what is written without a connection is sent when there is one, and what was missed is told', async (t) => {
  const proxy = await Proxy.open(t);
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob', { at: proxy.url });
  const tea = await room(ada, ['bob']);
  const watch = bob.conversation(tea.id).watch();
  const watching = take(watch, 41, 'message');
  await watch.started;
  await tea.send('first');
  proxy.isDown = true;
  proxy.cut();
  await become(bob, 'offline');
  for (let i = 0; i < 39; i++) {
    await tea.send(`missed ${i}`);
  }
  const written = bob.conversation(tea.id).send('written offline');
  proxy.isDown = false;
  bob.retry();
  assert.equal((await written).seq, 41);
  const frames = await watching;
  assert.deepEqual(
    frames.map(({ seq }) => seq),
    frames.map((_, i) => i + 1),
  );
  assert.ok(watch.cursor);
});

test('a place outlives its client', async (t) => {
  const ada = clientOf(t, 'ada');
  const tea = await room(ada);
  const first = clientOf(t, 'ada');
  const watch = first.conversation(tea.id).watch();
  const watching = take(watch, 1, 'message');
  await watch.started;
  await tea.send('one');
  await watching;
  await first.close();
  await tea.send('two');
  const [frame] = await take(clientOf(t, 'ada').conversation(tea.id).watch({ after: watch.cursor }), 1, 'message');
  assert.equal(frame.body, 'two');
});

test('a token is renewed before it expires, with one call of whoever gives it', async (t) => {
  let calls = 0;
  let underWay = 0;
  const ada = clientOf(t, 'ada', {
    token: async () => {
      calls += 1;
      underWay += 1;
      assert.equal(underWay, 1);
      const token = await tokenOf('ada', { ttl: 3 });
      underWay -= 1;
      return token;
    },
  });
  const states = [];
  await become(ada, 'live');
  ada.on('state', ({ name }) => states.push(name));
  const tea = await room(ada);
  const watch = tea.watch();
  const watching = take(watch, 8, 'message');
  await watch.started;
  for (let i = 0; i < 8; i++) {
    await tea.send(`${i}`);
    await new Promise((resolve) => setTimeout(resolve, 750));
  }
  assert.equal((await watching).length, 8);
  assert.deepEqual(states, ['live']);
  assert.ok(calls >= 3, `${calls} calls`);
});

test('who is not let in is told so, and can try again', async (t) => {
  let token = 'no.such.token';
  const ada = clientOf(t, 'ada', { token: () => token });
  const asked = ada.conversations.list();
  for (let state = ada.state; state.name !== 'refused'; state = ada.state) {
    ada.retry();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(ada.state.why.kind ?? ada.state.why.code, 'REJECTED_SETUP');
  token = await tokenOf('ada');
  ada.retry();
  assert.ok(Array.isArray((await asked).conversations));
});

test('an iterator ends however it is ended, and a call is given up by its signal', async (t) => {
  const ada = clientOf(t, 'ada');
  const tea = await room(ada);

  const returned = tea.watch();
  const waiting = returned.next();
  await returned.return();
  assert.deepEqual(await settle(waiting), { done: true, value: undefined });
  assert.deepEqual(await returned.next(), { done: true, value: undefined });

  const abort = new AbortController();
  const aborted = tea.watch({ signal: abort.signal }).next();
  abort.abort(new Error('enough'));
  await assert.rejects(settle(aborted), /enough/);

  const early = AbortSignal.abort(new Error('too late'));
  await assert.rejects(tea.send('x', { signal: early }), /too late/);
  await assert.rejects(tea.watch({ signal: early }).next(), /too late/);

  const other = clientOf(t, 'ada');
  const left = other.conversation(tea.id).watch().next();
  const unanswered = other.conversation(tea.id).history();
  await other.close();
  assert.equal((await settle(left)).done, true);
  await assert.rejects(unanswered, { code: 'closed' });
  assert.equal(other.state.name, 'closed');
});

test('an iterator that is not read asks for nothing, and then gets all', async (t) => {
  const ada = clientOf(t, 'ada');
  const tea = await room(ada);
  const watch = tea.watch();
  const first = watch.next();
  await watch.started;
  for (let i = 0; i < 300; i += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, j) => tea.send(`${i + j}`)));
  }
  const seen = [(await first).value, ...(await take(watch, 299, 'message'))].filter(({ type }) => type === 'message');
  assert.deepEqual(
    seen.map(({ seq }) => seq).slice(0, 299),
    Array.from({ length: seen.length }, (_, i) => i + 1).slice(0, 299),
  );
});

test('contents, the feed and their counters', async (t) => {
  const ada = clientOf(t, 'ada');
  const watch = ada.feed.watch();
  const feed = take(watch, 1, 'published');
  await watch.started;
  const { contentId } = await ada.contents.publish({ title: 'News', body: 'Here' });
  const post = ada.content(contentId);
  await post.like();
  await post.applaud(3);
  const { seq } = await post.comment('Nice');
  assert.equal(seq, 1);
  assert.equal((await post.comments()).comments[0].body, 'Nice');
  assert.equal((await feed)[0].contentId, contentId);
  const counters = await post.counters();
  assert.equal(counters.likes, 1);
  assert.equal(counters.comments, 1);
});

test('the log, to its head', async (t) => {
  const ada = clientOf(t, 'ada', { token: () => tokenOf('ada', { roles: ['analyst'] }) });
  const tea = await room(ada);
  await tea.send('Hello');
  const types = [];
  for await (const event of ada.events.replay({ aggregate: tea.id })) {
    types.push(event.type);
  }
  assert.deepEqual(types, ['ConversationOpened', 'MessageSent']);
});

function late(what) {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(what)), 10_000).unref());
}

function settle(promise) {
  return Promise.race([promise, late('it never settled')]);
}
