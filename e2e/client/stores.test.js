import assert from 'node:assert/strict';
import test from 'node:test';
import { conversationStore, presenceStore } from '../../clients/typescript/src/stores.js';

/** A client of one conversation, whose frames and history are what the test says. */
function scripted() {
  const watches = [];
  const histories = [];
  const watch = ({ signal }) => {
    let wake = () => {};
    const frames = [];
    const tell = (frame) => {
      frames.push(frame);
      wake();
    };
    signal.addEventListener('abort', () => wake());
    const each = (async function* () {
      while (!signal.aborted) {
        while (frames.length > 0) {
          yield frames.shift();
        }
        await new Promise((resolve) => (wake = resolve));
      }
    })();
    watches.push({ tell });
    return Object.assign(each, { started: Promise.resolve('a place') });
  };
  const history = () => new Promise((answer) => histories.push({ answer: (messages) => answer({ messages }) }));
  return { watches, histories, client: { conversation: () => ({ watch, history }) } };
}

function message(seq) {
  return { messageId: `m${seq}`, seq, sender: 'ada', body: `${seq}` };
}

function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

test('what a message has become while the history is read is not undone by it', async () => {
  const { client, watches, histories } = scripted();
  const store = conversationStore(client, 'tea');
  const off = store.subscribe(() => {});
  await settled();
  watches[0].tell({ type: 'message-redacted', messageId: 'm1' });
  watches[0].tell({ type: 'message-edited', messageId: 'm2', body: 'better', data: { by: 'hand' }, editedAt: 'now' });
  watches[0].tell({ type: 'reactions', messageId: 'm3', reactions: { like: 2 } });
  await settled();
  histories[0].answer([1, 2, 3].map(message));
  await settled();
  const [first, second, third] = store.getSnapshot().messages;
  assert.deepEqual([first.body, first.redacted], [undefined, true]);
  assert.deepEqual([second.body, second.data, second.editedAt], ['better', { by: 'hand' }, 'now']);
  assert.deepEqual([third.body, third.reactions], ['3', { like: 2 }]);
  off();
});

test('a view that comes back after a while begins anew, without a hole', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { client, histories } = scripted();
  const store = conversationStore(client, 'tea');
  let off = store.subscribe(() => {});
  await settled();
  histories[0].answer([1, 2].map(message));
  await settled();
  const before = store.getSnapshot();
  off();
  t.mock.timers.tick(500);
  store.subscribe(() => {})();
  assert.equal(store.getSnapshot(), before);
  t.mock.timers.tick(1_000);
  assert.deepEqual(store.getSnapshot().messages, []);
  off = store.subscribe(() => {});
  await settled();
  histories[1].answer([70, 71].map(message));
  await settled();
  assert.deepEqual(
    store.getSnapshot().messages.map(({ seq }) => seq),
    [70, 71],
  );
  off();
  t.mock.timers.tick(1_000);
});

test('of nobody there is nothing to ask', async () => {
  const client = { presence: { watch: () => assert.fail('It was asked') } };
  const store = presenceStore(client, []);
  const off = store.subscribe(() => {});
  await settled();
  assert.deepEqual(store.getSnapshot(), { of: {}, error: null });
  off();
});
