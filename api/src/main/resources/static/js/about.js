import { RSocketError } from './rsocket.js';

/** So much of a text is shown. */
const EXCERPT = 120;

/** What notifications are about: the text of a message or comment, or the title of a post; looked up once each. */
export class About {
  #link;
  #onChange;
  #texts = new Map();
  #last = Promise.resolve();
  #closed = new AbortController();

  /** @param {{link: import('./link.js').Link, onChange: () => void}} options */
  constructor({ link, onChange }) {
    this.#link = link;
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
      if (!signal.aborted && !(error instanceof RSocketError)) {
        throw error;
      }
    }
  }

  async #ask({ conversationId, contentId, seq }, signal) {
    const only = { after: seq - 1, before: seq + 1, limit: 1 };
    if (conversationId && seq) {
      const { messages } = await this.#link.ask(`conversations.${conversationId}.history`, only, { signal });
      return messages[0]?.body;
    }
    if (contentId && seq) {
      const { comments } = await this.#link.ask(`contents.${contentId}.comments`, only, { signal });
      return comments[0]?.body;
    }
    return contentId ? (await this.#link.ask(`contents.${contentId}`, {}, { signal })).title : null;
  }
}
