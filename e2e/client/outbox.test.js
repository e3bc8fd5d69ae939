import assert from 'node:assert/strict';
import test from 'node:test';
import { Outbox } from '@ovation/client/outbox';
import { clientOf } from './kit.js';

/** What a browser keeps for one tab. */
function storage(most = Infinity) {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > most) {
        throw new DOMException('It is full', 'QuotaExceededError');
      }
      kept.set(key, value);
    },
  };
}

/** An outbox of a client's messages; `until` resolves once the entries of a conversation are as wanted. */
function outboxOf(client, options = {}) {
  const looks = new Set();
  const look = () => looks.forEach((each) => each());
  const outbox = new Outbox({
    send: (id, { body, ...text }, more) => client.conversation(id).send(body, { ...text, ...more }),
    onChange: look,
    ...options,
  });
  const until = (id, isWanted) =>
    new Promise((resolve) => {
      const each = () => {
        if (isWanted(outbox.of(id))) {
          looks.delete(each);
          resolve(outbox.of(id));
        }
      };
      looks.add(each);
      each();
    });
  return { outbox, until };
}

const areSent = (count) => (entries) => entries.filter(({ state }) => state === 'sent').length === count;

const openedBy = (client, more = {}) =>
  client.conversations.open({ kind: 'channel', title: 'Tea', ...more }).then(({ conversationId }) => conversationId);

const bodiesIn = async (client, id) => (await client.conversation(id).history()).messages.map(({ body }) => body);

test('what was written without a connection is sent by another life of the app, once and in order', async (t) => {
  const tab = storage();
  const away = clientOf(t, 'ada', { at: 'http://127.0.0.1:1' });
  const ada = clientOf(t, 'ada');
  const id = await openedBy(ada);
  const first = outboxOf(away, { storage: tab }).outbox;
  const { messageId, writtenAt } = first.add(id, { body: 'one', data: { a: 1 } });
  first.add(id, { body: 'two', replyTo: messageId });
  await away.close();
  assert.deepEqual(
    first.of(id).map(({ state }) => state),
    ['sending', 'sending'],
  );
  const { outbox, until } = outboxOf(ada, { storage: tab });
  const sent = await until(id, areSent(2));
  assert.deepEqual(
    sent.map(({ body, seq }) => [body, seq]),
    [
      ['one', 1],
      ['two', 2],
    ],
  );
  assert.deepEqual([sent[0].messageId, sent[0].writtenAt], [messageId, writtenAt]);
  const { messages } = await ada.conversation(id).history();
  assert.deepEqual([messages[0].messageId, messages[0].data, messages[1].replyTo], [messageId, { a: 1 }, messageId]);
  outbox.remove(id, messageId);
  assert.equal(outbox.of(id).length, 1);
  assert.deepEqual(outboxOf(ada, { storage: tab }).outbox.of(id), [], 'what was sent is no other life’s');
});

test('sent again in another life after its answer was lost, it is there once', async (t) => {
  const tab = storage();
  const ada = clientOf(t, 'ada');
  const id = await openedBy(ada);
  const { outbox } = outboxOf(ada, { storage: tab });
  outbox.add(id, { body: 'did you get this?' });
  const kept = tab.getItem('ovation.outbox');
  const other = storage();
  other.setItem('ovation.outbox', kept);
  await outboxOf(ada, { storage: other }).until(id, areSent(1));
  assert.deepEqual(await bodiesIn(ada, id), ['did you get this?']);
});

test('what is refused says why and holds nothing up, and can be sent again', async (t) => {
  const ada = clientOf(t, 'ada');
  const bob = clientOf(t, 'bob');
  const id = await openedBy(ada, { members: ['bob'] });
  await ada.conversation(id).mutes.add('bob');
  const sent = [];
  const { outbox, until } = outboxOf(bob, { onSent: (_, { body }) => sent.push(body) });
  const { messageId } = outbox.add(id, { body: 'let me' });
  const [failed] = await until(id, ([entry]) => entry.state === 'failed');
  assert.equal(failed.error.code, 'forbidden');
  await ada.conversation(id).mutes.remove('bob');
  outbox.add(id, { body: 'past it' });
  await until(id, areSent(1));
  outbox.retry(id, messageId);
  await until(id, areSent(2));
  assert.deepEqual(sent, ['past it', 'let me']);
  assert.deepEqual(await bodiesIn(ada, id), ['past it', 'let me']);
});

test('a storage that is full or of another version keeps nothing from being sent', async (t) => {
  const ada = clientOf(t, 'ada');
  const id = await openedBy(ada);
  const full = storage(0);
  for (const each of [full, { ...storage(), getItem: () => '{"not": "a list"}' }]) {
    const { outbox, until } = outboxOf(ada, { storage: each });
    outbox.add(id, { body: 'x'.repeat(100) });
    await until(id, areSent(1));
  }
});

test('a busy server is told of with the time of the next attempt', async (t) => {
  let isBusy = true;
  const ada = clientOf(t, 'ada', {
    transport: 'http',
    fetch: async (address, request) => {
      if (isBusy && request.method === 'POST') {
        isBusy = false;
        const headers = { 'retry-after': '1' };
        return Response.json({ code: 'rate_limited', retryAfter: 1 }, { status: 429, headers });
      }
      return fetch(address, request);
    },
  });
  const id = await openedBy(clientOf(t, 'ada'));
  const { outbox, until } = outboxOf(ada);
  outbox.add(id, { body: 'patience' });
  const [waiting] = await until(id, ([entry]) => entry.error?.code === 'rate_limited');
  assert.equal(waiting.state, 'sending');
  assert.ok(waiting.retryAt > Date.now(), 'in the future');
  const [entry] = await until(id, areSent(1));
  assert.deepEqual([entry.error, entry.retryAt], [undefined, undefined]);
});
