import { RSocketError } from './rsocket.js';
import { uuidv7 } from './uuid.js';

/**
 * What was written and is not yet seen in a conversation. Each message has its id from the start, so that sending it
 * again, after a cut or a reload of the page, ends in the one message. One conversation's messages leave in the order
 * in which they were written.
 *
 * An entry is `{messageId, body, replyTo?, mentions?, writtenAt, state, seq?, error?, retryAt?}` with the states
 * `sending`, `sent` and `failed`.
 */
export class Outbox {
  #link;
  #key;
  #request;
  #onChange;
  #onSent;
  #entries;
  #pumping = new Set();

  /**
   * @param {object} options
   * @param {import('./link.js').Link} options.link
   * @param {string} options.key where they are kept
   * @param {(id: string, entry: object) => object} options.request what sends an entry; see sources.js
   * @param {(conversationId: string) => void} options.onChange
   * @param {(conversationId: string, entry: object) => void} options.onSent
   */
  constructor({ link, key, request, onChange, onSent }) {
    this.#link = link;
    this.#key = key;
    this.#request = request;
    this.#onChange = onChange;
    this.#onSent = onSent;
    this.#entries = restore(this.#key);
  }

  /** Sends on what an earlier life of this page left. */
  start() {
    this.#entries.forEach((_, conversationId) => this.#pump(conversationId));
  }

  of(conversationId) {
    return this.#entries.get(conversationId) ?? [];
  }

  add(conversationId, { body, replyTo, mentions }) {
    const entry = { messageId: uuidv7(), body, writtenAt: new Date().toISOString(), state: 'sending' };
    if (replyTo) {
      entry.replyTo = replyTo;
    }
    if (mentions?.length) {
      entry.mentions = mentions;
    }
    this.#entries.set(conversationId, [...this.of(conversationId), entry]);
    this.#changed(conversationId);
    this.#pump(conversationId);
  }

  retry(conversationId, messageId) {
    const entry = this.of(conversationId).find((each) => each.messageId === messageId);
    if (entry?.state === 'failed') {
      entry.state = 'sending';
      delete entry.error;
      this.#changed(conversationId);
      this.#pump(conversationId);
    }
  }

  /** Forgets an entry: it was seen in the conversation, or is given up. Answers it, if there was one. */
  remove(conversationId, messageId) {
    const entries = this.of(conversationId);
    const entry = entries.find((each) => each.messageId === messageId);
    if (entry) {
      this.#entries.set(
        conversationId,
        entries.filter((each) => each !== entry),
      );
      this.#changed(conversationId);
    }
    return entry;
  }

  async #pump(conversationId) {
    if (this.#pumping.has(conversationId)) {
      return;
    }
    this.#pumping.add(conversationId);
    try {
      for (let entry = this.#next(conversationId); entry; entry = this.#next(conversationId)) {
        if (!(await this.#send(conversationId, entry))) {
          break;
        }
      }
    } finally {
      this.#pumping.delete(conversationId);
    }
  }

  #next(conversationId) {
    return this.of(conversationId).find((entry) => entry.state === 'sending');
  }

  /** Answers whether there is any use in sending more. */
  async #send(conversationId, entry) {
    const { route, data, sent } = this.#request(conversationId, entry);
    try {
      const answer = await this.#link.ask(route, data, {
        onDelay: (error, delay) => {
          entry.error = { code: error.code };
          entry.retryAt = Date.now() + delay;
          this.#changed(conversationId);
        },
      });
      Object.assign(entry, sent(answer), { state: 'sent' });
      delete entry.error;
      delete entry.retryAt;
      this.#onSent(conversationId, entry);
    } catch (error) {
      if (!(error instanceof RSocketError)) {
        throw error;
      }
      if (error.code === 'disconnected') {
        // The link was let go of: this waits for the next one.
        return false;
      }
      entry.state = 'failed';
      entry.error = { code: error.code, detail: error.detail, errors: error.errors };
      delete entry.retryAt;
    }
    this.#changed(conversationId);
    return true;
  }

  #changed(conversationId) {
    keep(this.#key, this.#entries);
    this.#onChange(conversationId);
  }
}

function restore(key) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    // What was sent is in the history by now; what waited for a busy server is simply sent.
    return new Map(
      kept.map(([id, entries]) => [
        id,
        entries.filter((entry) => entry.state !== 'sent').map(({ retryAt, ...entry }) => entry),
      ]),
    );
  } catch {
    // Another version's: what it meant is not known.
    return new Map();
  }
}

function keep(key, entries) {
  try {
    sessionStorage.setItem(key, JSON.stringify([...entries].filter(([, each]) => each.length > 0)));
  } catch {
    // The storage is full: then a reload forgets what was not sent, and nothing else suffers.
  }
}
