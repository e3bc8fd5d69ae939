/** How far others have got a conversation and read it. */
export class Receipts {
  #me;
  #byUser = new Map();
  #delivered = null;
  #read = null;

  constructor(me) {
    this.#me = me;
  }

  /** A `receipt` frame. Marks never move back, so an older frame changes nothing. */
  take({ user, delivered = 0, read = 0 }) {
    if (user === this.#me) {
      return;
    }
    const known = this.#byUser.get(user) ?? { delivered: 0, read: 0 };
    this.#byUser.set(user, { delivered: Math.max(known.delivered, delivered, read), read: Math.max(known.read, read) });
    this.#delivered = null;
  }

  forget(user) {
    this.#byUser.delete(user);
    this.#delivered = null;
  }

  /** To how many of the others the message of this seq came, and how many have read it. */
  of(seq) {
    if (this.#delivered === null) {
      const marks = [...this.#byUser.values()];
      this.#delivered = marks.map(({ delivered }) => delivered).sort((a, b) => a - b);
      this.#read = marks.map(({ read }) => read).sort((a, b) => a - b);
    }
    return { delivered: countFrom(this.#delivered, seq), read: countFrom(this.#read, seq) };
  }

  /** Who has read up to this seq. */
  readers(seq) {
    return [...this.#byUser].filter(([, { read }]) => read >= seq).map(([user]) => user);
  }
}

/**
 * What the ticks of a message of one's own say: `read` and `delivered` hold when they hold for all of the others, or,
 * where these are not known, as in a channel, for any.
 *
 * @param {{delivered: number, read: number}} counts
 * @param {number|null} others how many there are
 */
export function tickOf({ delivered, read }, others) {
  const wanted = Math.max(1, others ?? 1);
  if (read >= wanted) {
    return 'read';
  }
  return delivered >= wanted ? 'delivered' : 'sent';
}

/** How many of these, which ascend, are at least `least`. */
function countFrom(ascending, least) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < least) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return ascending.length - low;
}
