import { OvationError } from './client/index.js';
import { follow } from './follow.js';

const PAGE = 20;

/** The list is looked up so long after something was told of, for it comes in bursts. */
const GATHER = 250;

/** What was published, newest first: a window from the newest on, that grows as one scrolls. */
export class Feed {
  #client;
  #onChange;
  #unfollow = () => {};
  #timer = null;
  #loading = null;
  #isWanted = false;
  #closed = new AbortController();

  /** Contents, newest first, as the server last told each. */
  contents = [];
  /** Whether there is a feed, as far as it is known. */
  isThere = false;
  isKnown = false;
  hasMore = false;
  /** Why it could not be read; null when it could. */
  failure = null;

  /**
   * @param {object} options
   * @param {import('./client/index.js').Ovation} options.client
   * @param {() => void} options.onChange
   */
  constructor({ client, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
  }

  start() {
    this.#unfollow = follow(this.#client.feed.watch(), {
      onFrame: ({ type }) => type === 'published' && this.#refreshSoon(),
      onResync: () => {
        this.isThere = true;
        this.#onChange();
        if (this.#isWanted) {
          this.refresh();
        }
      },
      onFailed: () => {
        this.isThere = false;
        this.#onChange();
      },
    });
  }

  /** From here on it is kept up to date: what nobody looks at is not looked up. */
  want() {
    if (!this.#isWanted) {
      this.#isWanted = true;
      this.refresh();
    }
  }

  stop() {
    this.#closed.abort();
    clearTimeout(this.#timer);
    this.#unfollow();
  }

  /** Looks the newest up: they come before what is there, or, if they do not reach down to that, instead of it. */
  refresh() {
    return this.#load(async (signal) => {
      const { contents } = await this.#ask({ limit: PAGE }, signal);
      const listed = new Set(contents.map(({ contentId }) => contentId));
      const at = this.contents.findIndex(({ contentId }) => contentId === contents.at(-1)?.contentId);
      this.contents = [
        ...contents,
        ...this.contents.slice(at + 1).filter(({ contentId }) => at >= 0 && !listed.has(contentId)),
      ];
      if (at < 0) {
        this.hasMore = contents.length === PAGE;
      }
      this.isKnown = true;
    });
  }

  loadMore() {
    if (!this.hasMore || this.#loading) {
      return Promise.resolve();
    }
    return this.#load(async (signal) => {
      const before = this.contents.at(-1).contentId;
      const { contents } = await this.#ask({ limit: PAGE, before }, signal);
      const known = new Set(this.contents.map(({ contentId }) => contentId));
      this.contents = [...this.contents, ...contents.filter(({ contentId }) => !known.has(contentId))];
      this.hasMore = contents.length === PAGE;
    });
  }

  /** Something was told of one of them. */
  patch(contentId, change) {
    this.contents = this.contents.map((each) => (each.contentId === contentId ? { ...each, ...change } : each));
    this.#onChange();
  }

  /** It was retracted. */
  remove(contentId) {
    this.contents = this.contents.filter((each) => each.contentId !== contentId);
    this.#onChange();
  }

  #refreshSoon() {
    if (!this.#isWanted) {
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.refresh();
    }, GATHER);
  }

  #ask(range, signal) {
    return this.#client.contents.list(range, { signal });
  }

  /** One after the other: each goes on from what the last one left. */
  #load(work) {
    const { signal } = this.#closed;
    const loading = (this.#loading ?? Promise.resolve()).then(async () => {
      try {
        signal.throwIfAborted();
        await work(signal);
        this.failure = null;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (!(error instanceof OvationError)) {
          throw error;
        }
        this.failure = error;
      } finally {
        if (this.#loading === loading) {
          this.#loading = null;
        }
      }
      this.#onChange();
    });
    this.#loading = loading;
    return loading;
  }
}
