import { OvationError } from './client/index.js';

/** So much of a text is shown. */
const EXCERPT = 120;

/** What notifications are about: the text of a message or comment, or the title of a post; looked up once each. */
export class About {
  #client;
  #onChange;
  #texts = new Map();
  #last = Promise.resolve();
  #closed = new AbortController();

  /** @param {{client: import('./client/index.js').Ovation, onChange: () => void}} options */
  constructor({ client, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
  }

  close() {
    this.#closed.abort();
  }

  /** The text, or null while it is not known. */
  of({ target }) {
    const key = target.messageId ?? target.commentId ?? target.contentId;
    if (!this.#texts.has(key)) {
      this.#texts.set(key, null);
      // One after the other: an inbox is opened often, and seldom read to its end.
      this.#last = this.#last.then(() => this.#look(key, target));
    }
    return this.#texts.get(key);
  }

  async #look(key, target) {
    const { signal } = this.#closed;
    try {
      const text = await this.#ask(target, signal);
      if (text) {
        this.#texts.set(key, text.length > EXCERPT ? `${text.slice(0, EXCERPT).trimEnd()}…` : text);
        this.#onChange();
      }
    } catch (error) {
      // What may not be read any more is not shown.
      if (!signal.aborted && !(error instanceof OvationError)) {
        throw error;
      }
    }
  }

  async #ask({ conversationId, contentId, seq }, signal) {
    const only = { after: seq - 1, before: seq + 1, limit: 1 };
    if (conversationId && seq) {
      const { messages } = await this.#client.conversation(conversationId).history(only, { signal });
      return messages[0]?.body;
    }
    if (contentId && seq) {
      const { comments } = await this.#client.content(contentId).comments(only, { signal });
      return comments[0]?.body;
    }
    return contentId ? (await this.#client.content(contentId).get({ signal })).title : null;
  }
}
