import { OvationError } from './errors.js';
import { uuidv7 } from './uuid.js';

/**
 * What was written and is not yet seen where it was written to. Each text has its id from the start, so that sending it
 * again, after a cut or in another life of the app, ends in the one message. Texts to one place leave in the order in
 * which they were written.
 *
 * An entry is `{messageId, body, replyTo?, mentions?, data?, writtenAt, state, error?, retryAt?}` with the states
 * `sending`, `sent` (and then with what the server answered) and `failed`.
 */
export class Outbox {
  #send;
  #storage;
  #key;
  #onChange;
  #onSent;
  #entries;
  #pumping = new Set();

  /**
   * @param {object} options
   * @param {(id: string, entry: object, options: object) => Promise<object>} options.send sends an entry to a place
   * @param {Storage} [options.storage] keeps the entries for another life; without one they last as long as this
   * @param {string} [options.key] where they are kept: one of its own for each user
   * @param {(id: string) => void} [options.onChange]
   * @param {(id: string, entry: object) => void} [options.onSent]
   */
  constructor({ send, storage = null, key = 'ovation.outbox', onChange = ignore, onSent = ignore }) {
    this.#send = send;
    this.#storage = storage;
    this.#key = key;
    this.#onChange = onChange;
    this.#onSent = onSent;
    this.#entries = this.#restore();
    // After what is made together with this, and is told of it.
    queueMicrotask(() => this.#entries.forEach((_, id) => this.#pump(id)));
  }

  /** What was written to a place and is still here, in the order in which it was. */
  of(id) {
    return this.#entries.get(id) ?? [];
  }

  add(id, { body, replyTo, mentions, data }) {
    const written = { messageId: uuidv7(), body, replyTo, mentions, data, writtenAt: new Date().toISOString() };
    const entry = Object.fromEntries(Object.entries({ ...written, state: 'sending' }).filter(([, value]) => value));
    this.#entries.set(id, [...this.of(id), entry]);
    this.#changed(id);
    this.#pump(id);
    return entry;
  }

  /** Sends again what failed. */
  retry(id, messageId) {
    const entry = this.of(id).find((each) => each.messageId === messageId);
    if (entry?.state === 'failed') {
      entry.state = 'sending';
      delete entry.error;
      this.#changed(id);
      this.#pump(id);
    }
  }

  /** Forgets an entry: it was seen where it was written to, or is given up. Answers it, if there was one. */
  remove(id, messageId) {
    const entries = this.of(id);
    const entry = entries.find((each) => each.messageId === messageId);
    if (entry) {
      this.#entries.set(
        id,
        entries.filter((each) => each !== entry),
      );
      this.#changed(id);
    }
    return entry;
  }

  async #pump(id) {
    if (this.#pumping.has(id)) {
      return;
    }
    this.#pumping.add(id);
    try {
      for (let entry = this.#next(id); entry; entry = this.#next(id)) {
        if (!(await this.#deliver(id, entry))) {
          break;
        }
      }
    } finally {
      this.#pumping.delete(id);
    }
  }

  #next(id) {
    return this.of(id).find((entry) => entry.state === 'sending');
  }

  /** Answers whether there is any use in sending more. */
  async #deliver(id, entry) {
    try {
      const { writtenAt, state, error, retryAt, ...text } = entry;
      const answer = await this.#send(id, text, {
        onDelay: (busy, delay) => {
          Object.assign(entry, { error: { code: busy.code }, retryAt: Date.now() + delay });
          this.#changed(id);
        },
      });
      Object.assign(entry, answer, { state: 'sent' });
      delete entry.error;
      delete entry.retryAt;
      this.#onSent(id, entry);
    } catch (error) {
      if (!(error instanceof OvationError)) {
        throw error;
      }
      if (error.code === 'closed') {
        // The client was: this waits for the next one.
        return false;
      }
      entry.state = 'failed';
      entry.error = { code: error.code, detail: error.detail, errors: error.errors };
      delete entry.retryAt;
    }
    this.#changed(id);
    return true;
  }

  #changed(id) {
    try {
      this.#storage?.setItem(
        this.#key,
        JSON.stringify([...this.#entries].filter(([, entries]) => entries.length > 0)),
      );
    } catch {
      // The storage is full: then another life does not know what was not sent, and nothing else suffers.
    }
    this.#onChange(id);
  }

  #restore() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(this.#key) ?? '[]');
      // What was sent is in the history by now; what waited for a busy server is simply sent.
      return new Map(
        kept.map(([id, entries]) => [
          id,
          entries.filter(({ state }) => state !== 'sent').map(({ retryAt, ...entry }) => entry),
        ]),
      );
    } catch {
      // Another version's: what it meant is not known.
      return new Map();
    }
  }
}

function ignore() {}
