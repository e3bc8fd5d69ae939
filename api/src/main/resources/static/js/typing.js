/** So often is told that one writes, at most. */
const EVERY = 1_000;

/** So long someone counts as writing after they were last told to. */
const LIFE = 5_000;

/** Tells others that one writes. */
export class TypingTeller {
  #client;
  #toldAt = 0;
  #toldOf = null;

  /** @param {import('./client/index.js').Ovation} client */
  constructor(client) {
    this.#client = client;
  }

  tell(conversationId) {
    const now = Date.now();
    if (conversationId !== this.#toldOf || now - this.#toldAt >= EVERY) {
      this.#toldOf = conversationId;
      this.#toldAt = now;
      this.#client.conversation(conversationId).typing();
    }
  }

  /** The message was sent: the next one is told of at once. */
  sent() {
    this.#toldOf = null;
  }
}

/** Who writes in a conversation. */
export class Typists {
  #me;
  #timers = new Map();
  #onChange;

  constructor(me, onChange) {
    this.#me = me;
    this.#onChange = onChange;
  }

  get users() {
    return [...this.#timers.keys()];
  }

  take(user) {
    if (user === this.#me) {
      return;
    }
    const isNew = !this.#timers.has(user);
    clearTimeout(this.#timers.get(user));
    this.#timers.set(
      user,
      setTimeout(() => this.stopped(user), LIFE),
    );
    if (isNew) {
      this.#onChange();
    }
  }

  /** They sent it, or went silent. */
  stopped(user) {
    if (this.#timers.has(user)) {
      clearTimeout(this.#timers.get(user));
      this.#timers.delete(user);
      this.#onChange();
    }
  }

  clear() {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }
}
