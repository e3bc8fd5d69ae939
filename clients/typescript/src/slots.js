/**
 * So many streams are open at once to one server, over all tabs: of a browser's six connections, two stay for requests.
 */
const SLOTS = 4;

/** Where others wait, a stream gives up its slot after so many milliseconds, and goes on later from its place. */
const TURN = 5_000;

const MISSED = Symbol('missed');

/**
 * Does the work while it holds one of the slots of a name, and waits for one first. Where others wait, and the work has
 * had its turn, `yieldTurn` is called, upon which it should end. Outside of browsers there are no tabs and no slots; a
 * sandboxed frame is refused its locks, and works without a slot too.
 *
 * @param {string} name
 * @param {object} options
 * @param {AbortSignal} options.signal gives up waiting
 * @param {(ms: number, tick: () => void) => (() => void)} options.everyTick a timer that a hidden tab does not hold
 * back: it would keep its slot for a minute, while the tab that somebody looks at waits
 * @param {() => void} options.yieldTurn
 * @param {() => Promise<any>} work
 */
export async function inSlot(name, { signal, everyTick, yieldTurn }, work) {
  const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks;
  if (!locks) {
    return work();
  }
  const slots = Array.from({ length: SLOTS }, (_, i) => `${name} ${i}`);
  let working = null;
  const hold = (slot) => {
    const look = ({ pending }) => pending.some((each) => each.name === slot) && yieldTurn();
    const stop = everyTick(TURN, () => locks.query().then(look).catch(ignore));
    working = work().finally(stop);
    return working;
  };
  try {
    for (const slot of slots) {
      const done = await locks.request(slot, { ifAvailable: true }, (lock) => (lock ? hold(slot) : MISSED));
      if (done !== MISSED) {
        return done;
      }
    }
    const slot = slots[Math.floor(Math.random() * SLOTS)];
    return await locks.request(slot, { signal }, () => hold(slot));
  } catch {
    // Without its lock, what has begun goes on: begun again, it would run twice.
    return working ?? (signal.aborted ? 0 : work());
  }
}

function ignore() {}
