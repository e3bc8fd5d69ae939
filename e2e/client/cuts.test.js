import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clientOf } from './kit.js';
import { Proxy } from './proxy.js';

// A line that cuts, delays and doubles connections, by every transport. OVATION_CLIENT_CUTS is how often it is cut.

const CUTS = Number(process.env.OVATION_CLIENT_CUTS ?? 30);
/** Messages that are sent to each conversation between two cuts. */
const EACH = 4;
const ROOMS = 2;
/** After so many of the cuts, what a client holds is what it holds: caches are filled and code is compiled. */
const WARM = Math.ceil(CUTS / 3);
/**
 * How much the heap may grow from then on. A run of 30 cuts measures the noise of V8. In a run of 500 cuts, 300 bytes
 * that are kept a message would show.
 */
const GROWTH = 1 << 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** The bytes of the heap that are in use, after a collection. */
async function heap() {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve)); // finalizers, and what they let go of
  }
  return process.memoryUsage().heapUsed;
}

/** Holds the messages of a watch to what is sent to its conversation, one by one; keeps none of them. */
async function follow(watch, count) {
  let told = 0;
  for await (const { type, seq, body } of watch) {
    if (type === 'message') {
      told += 1;
      assert.equal(seq, told);
      assert.equal(body, `${told}`);
      if (told === count) {
        return;
      }
    }
    assert.notEqual(type, 'gap');
  }
  assert.fail(`it ended after ${told} messages`);
}

for (const transport of ['websocket', 'http', 'auto']) {
  test(`over a line that cuts, delays and doubles connections (${transport}), each message once`, async (t) => {
    const proxy = await Proxy.open(t, { delay: 5, twice: true });
    const ada = clientOf(t, 'ada', { at: proxy.url, transport });
    const bob = clientOf(t, 'bob', { at: proxy.url, transport });
    const rooms = [];
    for (let i = 0; i < ROOMS; i++) {
      const { conversationId } = await ada.conversations.open({ kind: 'group', title: 'Tea', members: ['bob'] });
      rooms.push(ada.conversation(conversationId));
    }
    const watches = rooms.map(({ id }) => bob.conversation(id).watch());
    const told = Promise.all(watches.map((watch) => follow(watch, CUTS * EACH)));
    told.catch(() => {}); // it is awaited below
    await Promise.all(watches.map(({ started }) => started));
    // Here the line is back at once: the waits between attempts would only be waited out.
    const hurry = setInterval(() => [ada, bob].forEach((client) => client.retry()), 50);
    t.after(() => clearInterval(hurry));

    let before;
    const sends = new Set();
    for (let cut = 0; cut < CUTS; cut++) {
      if (cut === WARM) {
        await Promise.all(sends);
        before = await heap();
      }
      // both are back after the last cut
      await Promise.all([ada, bob].map((client) => client.conversation(rooms[0].id).get()));
      if (transport === 'auto' && cut % 5 === 4) {
        proxy.upgrade = proxy.upgrade === 'pass' ? 'refuse' : 'pass';
      }
      for (let number = cut * EACH + 1; number <= (cut + 1) * EACH; number++) {
        for (const room of rooms) {
          const sent = room.send(`${number}`).then(({ seq }) => assert.equal(seq, number));
          sends.add(sent);
          sent.then(() => sends.delete(sent), () => {}); // what fails stays, to be awaited
        }
      }
      // at once, while they are under way, or after one of them is answered
      await [null, new Promise((resolve) => setTimeout(resolve, Math.random() * 20)), Promise.race(sends)][cut % 3];
      proxy.cut();
    }
    await Promise.all(sends);
    await told;
    clearInterval(hurry);
    for (const room of rooms) {
      assert.equal((await room.history()).lastSeq, CUTS * EACH);
    }
    proxy.requests.length = 0;
    const after = await heap();
    const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
    t.diagnostic(
      `${CUTS} cuts, ${proxy.connections} connections, ${CUTS * EACH * ROOMS} messages; ` +
        `heap after ${WARM} cuts ${kib(before)}, at the end ${kib(after)}`,
    );
    assert.ok(after - before < GROWTH, `the heap grew by ${kib(after - before)}`);
  });
}
