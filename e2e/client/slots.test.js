import assert from 'node:assert/strict';
import test from 'node:test';
import { inSlot } from '../../clients/typescript/src/slots.js';

/** A browser's locks, of which some are not as they should be. */
function useLocks(t, locks) {
  const named = { document: {}, navigator: { locks: { query: async () => ({ pending: [] }), ...locks } } };
  for (const [name, value] of Object.entries(named)) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true });
    t.after(() => (own ? Object.defineProperty(globalThis, name, own) : delete globalThis[name]));
  }
}

/** What is asked of `inSlot`, with a timer that ticks when it is told to. */
function options() {
  const ticking = new Set();
  return {
    signal: new AbortController().signal,
    everyTick: (_, tick) => {
      ticking.add(tick);
      return () => ticking.delete(tick);
    },
    tick: () => ticking.forEach((tick) => tick()),
    ticking,
    yieldTurn: assert.fail,
  };
}

function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

test('where locks are refused, the work is done without a slot', async (t) => {
  useLocks(t, { request: () => Promise.reject(new DOMException('Not here', 'SecurityError')) });
  assert.equal(await inSlot('x', options(), async () => 'done'), 'done');
});

test('a slot that is lost takes nothing from the work that has begun, and begins it no second time', async (t) => {
  const request = async (slot, _, hold) => {
    hold({ name: slot });
    throw new DOMException('Stolen', 'AbortError');
  };
  useLocks(t, { request });
  const asked = options();
  let begun = 0;
  let finish;
  const done = inSlot('x', asked, () => {
    begun += 1;
    return new Promise((resolve) => (finish = resolve));
  });
  await settled();
  finish('done');
  assert.equal(await done, 'done');
  assert.equal(begun, 1);
  assert.equal(asked.ticking.size, 0);
});

test('where it is not told who waits, a slot is kept', async (t) => {
  useLocks(t, {
    request: (slot, _, hold) => hold({ name: slot }),
    query: () => Promise.reject(new DOMException('Not now', 'InvalidStateError')),
  });
  const asked = options();
  let finish;
  const done = inSlot('x', asked, () => new Promise((resolve) => (finish = resolve)));
  await settled();
  assert.equal(asked.ticking.size, 1);
  // A rejection that nobody takes fails the test.
  asked.tick();
  await settled();
  finish('done');
  assert.equal(await done, 'done');
});

test('who gives up waiting begins nothing', async (t) => {
  const giveUp = new AbortController();
  const request = (slot, { ifAvailable, signal }, hold) =>
    ifAvailable
      ? hold(null)
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  useLocks(t, { request });
  const done = inSlot('x', { ...options(), signal: giveUp.signal }, assert.fail);
  await settled();
  giveUp.abort();
  assert.equal(await done, 0);
});
