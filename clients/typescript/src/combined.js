import { OvationError } from './errors.js';
import { PASSING, backoff, delayOf, pause } from './retry.js';
import { queryOf } from './routes.js';
import { inSlot } from './slots.js';

/** So many frames of one watch may be unread. */
export const MOST_UNREAD = 256;

/** As many as the server combines. */
const MOST_WATCHES = 50;

/** So long the address of a stream may be, with the cursors in it; a server takes 16 KiB, a proxy may take half. */
const LONGEST_ADDRESS = 7_000;

/** How long a stream must have held for the failures before it to be forgotten. */
const STABLE = 30_000;

/** So many openings in a row end soon, and the connection is given up. */
const MOST_FAILURES = 3;

/** So long a stream waits for more watches to come, or to go, before it is opened again for them. */
const GATHERING = 10;
const CLEARING = 1_000;

/**
 * Many watches as one stream of Server-Sent Events, opened again when it ends, and when watches come or go, with one
 * cursor for all of them. Where a watch is not read its frames are thrown away, so that it holds up no other, and are
 * asked for again once it is.
 */
export class Combined {
  #read;
  #slots;
  #everyTick;
  #onLost;
  #onEmpty;
  #watches = new Map();
  #told = new Set();
  #place = null;
  #opening = null;
  #waiting = null;
  #failures = 0;
  #firstDelay;
  #timer;
  #isOver = false;

  /**
   * @param {object} options
   * @param {(path: string, options: object) => Promise<void>} options.read as `readFrames` does
   * @param {string} options.slots the name of the slots of which one is held while a stream is open
   * @param {(ms: number, tick: () => void) => (() => void)} options.everyTick
   * @param {(error: OvationError) => void} options.onLost there is no server, or none that keeps a stream
   * @param {() => void} options.onEmpty nothing is watched any more
   */
  constructor({ read, slots, everyTick, onLost, onEmpty }) {
    this.#read = read;
    this.#slots = slots;
    this.#everyTick = everyTick;
    this.#onLost = onLost;
    this.#onEmpty = onEmpty;
  }

  admits(watch) {
    return (
      !this.#isOver &&
      this.#watches.size < MOST_WATCHES &&
      !this.#watches.has(keyOf(watch)) &&
      this.#path([...this.#watches.values(), watch]).length < LONGEST_ADDRESS
    );
  }

  add({ name, after, consumer }) {
    const watch = { name, after, consumer, unread: 0, isOn: false };
    this.#watches.set(keyOf(watch), watch);
    this.#reopenIn(GATHERING);
    return { taken: () => this.#taken(watch), cancel: () => this.#remove(watch) };
  }

  /** Opens the stream again, as with another token. */
  reopen() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#opening?.abort();
    this.hurry();
    if (!this.#opening && !this.#isOver) {
      this.#run();
    }
  }

  hurry() {
    this.#waiting?.abort();
  }

  close() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#opening?.abort();
    this.hurry();
  }

  #reopenIn(milliseconds) {
    if (!this.#timer || milliseconds === GATHERING) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.reopen(), milliseconds);
    }
  }

  #remove(watch) {
    if (this.#watches.get(keyOf(watch)) !== watch) {
      return;
    }
    this.#watches.delete(keyOf(watch));
    if (this.#watches.size > 0) {
      this.#reopenIn(CLEARING);
    } else if (!this.#isOver) {
      this.close();
      this.#onEmpty();
    }
  }

  #taken(watch) {
    watch.unread -= 1;
    if (watch.unread === 0 && !this.#told.has(watch) && this.#watches.get(keyOf(watch)) === watch) {
      this.#reopenIn(GATHERING);
    }
  }

  async #run() {
    for (;;) {
      this.#told = new Set([...this.#watches.values()].filter(({ unread }) => unread < MOST_UNREAD));
      if (this.#isOver || this.#told.size === 0) {
        break;
      }
      const opening = (this.#opening = new AbortController());
      const delay = await inSlot(
        this.#slots,
        { signal: opening.signal, everyTick: this.#everyTick, yieldTurn: () => opening.abort() },
        () => this.#once(opening.signal),
      );
      if (opening.signal.aborted || delay === null || this.#isOver) {
        continue;
      }
      this.#waiting = new AbortController();
      await pause(delay, this.#waiting.signal).catch(ignore);
      this.#waiting = null;
    }
    this.#opening = null;
  }

  /** Reads one stream to its end; answers after how many milliseconds the next is opened. */
  async #once(signal) {
    let openedAt = null;
    let failure = null;
    try {
      await this.#read(this.#path([...this.#told]), {
        signal,
        onOpen: () => (openedAt = Date.now()),
        onRetry: (milliseconds) => (this.#firstDelay = milliseconds),
        onFrame: (frame) => !signal.aborted && this.#take(frame),
      });
    } catch (error) {
      failure = error;
    }
    // Also where it is ended here, as for a watch that comes: it is seldom that a stream which holds ends by itself.
    if (openedAt !== null && Date.now() - openedAt >= STABLE) {
      this.#failures = 0;
    }
    if (signal.aborted) {
      return 0;
    }
    return this.#after(failure, openedAt !== null);
  }

  #after(failure, wasOpen) {
    const isSlow = failure?.detail === 'slow_consumer';
    if (PASSING.has(failure?.code) && !isSlow) {
      return delayOf(failure, this.#failures++);
    }
    if (failure && failure.code !== 'disconnected' && !isSlow) {
      this.#tellAll(failure);
      return 0;
    }
    this.#failures += 1;
    if (!wasOpen || this.#failures > MOST_FAILURES) {
      this.#onLost(failure ?? new OvationError('disconnected', 'The stream does not hold'));
      return 0;
    }
    return backoff(this.#failures - 1, this.#firstDelay);
  }

  #tellAll(failure) {
    this.close();
    this.#onEmpty();
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    watches.forEach(({ consumer }) => consumer.error(failure));
  }

  #take({ watch: name, ...frame }) {
    if (name === undefined) {
      this.#takeForAll(frame);
      return;
    }
    const watch = this.#watches.get(keyOf({ name }));
    if (frame.type === 'error') {
      if (this.#told.has(watch)) {
        this.#watches.delete(keyOf(watch));
        this.#tellNoMore(watch);
        watch.consumer.error(new OvationError(frame.code, frame.detail, { problem: frame }));
      }
      return;
    }
    this.#place = frame.cursor ?? this.#place;
    // One that has come since, or is not read, has a place of its own.
    if (!this.#told.has(watch)) {
      return;
    }
    if (watch.unread >= MOST_UNREAD) {
      this.#park(watch);
      return;
    }
    if (frame.cursor !== undefined) {
      watch.after = frame.cursor;
      watch.isOn = true;
    }
    watch.unread += 1;
    watch.consumer.next(frame);
  }

  /** What is not handed out now is asked for by the place of what was handed out last. */
  #park(watch) {
    watch.isOn = false;
    this.#tellNoMore(watch);
  }

  /** A stream with nothing to tell is ended here: ended by the server, it would count as one that does not hold. */
  #tellNoMore(watch) {
    this.#told.delete(watch);
    if (this.#told.size === 0) {
      this.#opening.abort();
    }
  }

  #takeForAll(frame) {
    if (frame.type === 'error') {
      throw new OvationError(frame.code, frame.detail, { problem: frame });
    }
    // The server leaves: one of them tells the connection.
    this.#watches.values().next().value?.consumer.next(frame);
  }

  /** The cursors of watches that have one of their own first, and then the one that serves all that were on. */
  #path(watches) {
    const own = watches.filter(({ isOn }) => !isOn);
    const going = watches.filter(({ isOn }) => isOn);
    const after = own.some(({ after }) => after) || going.length > 0 ? own.map(({ after }) => after ?? '') : [];
    if (going.length > 0) {
      after.push(this.#place);
    }
    return `stream${queryOf({ watch: [...own, ...going].map(({ name }) => name), after })}`;
  }
}

/** Ids are told apart without regard to case, and one thing is watched once on a stream; names of people are not. */
function keyOf({ name }) {
  return name.includes(':') ? name : name.toLowerCase();
}

function ignore() {}
