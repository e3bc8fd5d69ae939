/**
 * So many streams are open at once to one server, over all tabs: of a browser's six connections, two stay for requests.
 */
const SLOTS = 4;

/** Where others wait, a stream gives up its slot after so many milliseconds, and goes on later from its place. */
const TURN = 5_000;

const MISSED = Symbol('missed');

/**
 * Does the work while it holds one of the slots of a name, and waits for one first. Where others wait, and the work has
 * had its turn, `yieldTurn` is called, upon which it should end. Outside of browsers there are no tabs and no slots.
 *
 * @param {string} name
 * @param {AbortSignal} signal gives up waiting
 * @param {() => void} yieldTurn
 * @param {() => Promise<any>} work
 */
export async function inSlot(name, signal, yieldTurn, work) {
  const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks;
  if (!locks) {
    return work();
  }
  const slots = Array.from({ length: SLOTS }, (_, i) => `${name} ${i}`);
  const hold = async (slot) => {
    const turn = setInterval(async () => {
      const { pending } = await locks.query();
      if (pending.some((each) => each.name === slot)) {
        yieldTurn();
      }
    }, TURN);
    try {
      return await work();
    } finally {
      clearInterval(turn);
    }
  };
  for (const slot of slots) {
    const done = await locks.request(slot, { ifAvailable: true }, (lock) => (lock ? hold(slot) : MISSED));
    if (done !== MISSED) {
      return done;
    }
  }
  const slot = slots[Math.floor(Math.random() * SLOTS)];
  return locks.request(slot, { signal }, () => hold(slot)).catch((error) => {
    if (!signal.aborted) {
      throw error;
    }
    return 0;
  });
}
