import { abortable } from './retry.js';

/** Lets what belongs to one key happen one after the other, in the order in which it was asked for. */
export class Lanes {
  #last = new Map();

  /** Who gives up by the signal is told so also while what is before them goes on; their work then finds it aborted. */
  run(key, work, signal) {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work);
    // What fails holds up nothing behind it.
    const over = result.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === over) {
        this.#last.delete(key);
      }
    });
    this.#last.set(key, over);
    return signal ? abortable(result, signal) : result;
  }
}

function ignore() {}
