import { OvationError } from './client/index.js';

/** So long clicks are gathered before they are told: whoever applauds does not stop at one. */
const GATHER = 250;

/** The most of one request. */
const MOST_APPLAUSE = 50;

/** One content: what it says, its counters, and what one does to it. The comments are a thread of their own. */
export class Content {
  #content;
  #likeWanted;
  #onChange;
  #onTrouble;
  #clicks = 0;
  #isApplauding = false;
  #closed = new AbortController();

  /** `{title, body, author, publishedAt, …}`; null until it has come. */
  view = null;
  /** As they were last told; null until they were. */
  counters = null;
  isLiked = false;
  /** Applause of one's own that is not yet known to be recorded. */
  applauding = 0;

  /**
   * @param {object} options
   * @param {import('./client/index.js').Content} options.content as the client has it
   * @param {() => boolean|undefined} options.likeWanted one's like, while it is not known to be recorded
   * @param {() => void} options.onChange
   * @param {(error: OvationError) => void} options.onTrouble something could not be done
   */
  constructor({ content, likeWanted, onChange, onTrouble }) {
    this.#content = content;
    this.#likeWanted = likeWanted;
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
  }

  close() {
    this.#closed.abort();
  }

  async load() {
    try {
      const view = await this.#content.get({ signal: this.#closed.signal });
      this.view = view;
      this.counters ??= view.counters;
      this.isLiked = this.#likeWanted() ?? view.likedByMe;
      this.#onChange();
    } catch (error) {
      // Whatever keeps it from being read ends its stream too, and is shown as that.
      if (!this.#closed.signal.aborted && !(error instanceof OvationError)) {
        throw error;
      }
    }
  }

  take({ views, likes, applause, comments }) {
    this.counters = { views, likes, applause, comments };
    this.#onChange();
  }

  /** Tells that it was opened. */
  countView() {
    this.#content.view(1);
  }

  liked(isLiked) {
    this.isLiked = isLiked;
    this.#onChange();
  }

  /** Clicks within a moment, and those while the last ones are under way, are one request. */
  applaud() {
    this.applauding += 1;
    this.#clicks += 1;
    this.#onChange();
    if (!this.#isApplauding) {
      this.#isApplauding = true;
      setTimeout(() => this.#applaud(), GATHER);
    }
  }

  async #applaud() {
    while (this.#clicks > 0) {
      const count = Math.min(this.#clicks, MOST_APPLAUSE);
      this.#clicks -= count;
      try {
        await this.#content.applaud(count);
      } catch (error) {
        this.#trouble(error);
      }
      this.applauding -= count;
      this.#onChange();
    }
    this.#isApplauding = false;
  }

  #trouble(error) {
    if (!(error instanceof OvationError)) {
      throw error;
    }
    this.#onTrouble(error);
    this.#onChange();
  }
}
