import { OvationError } from './client/index.js';
import { follow } from './follow.js';

const PAGE = 30;

/** What concerns one, newest first, and how much of it is not read. */
export class Inbox {
  #client;
  #onChange;
  #unfollow = () => {};
  #byId = new Map();
  #closed = new AbortController();

  /** Whether there is an inbox, as far as it is known. */
  isThere = false;
  isKnown = false;
  hasMore = false;
  unread = 0;

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
    this.#unfollow = follow(this.#client.inbox.watch(), {
      onFrame: (frame) => this.#take(frame),
      onResync: () => {
        this.isThere = true;
        this.#load({ limit: PAGE });
      },
      onFailed: () => {
        this.isThere = false;
        this.#onChange();
      },
    });
  }

  stop() {
    this.#closed.abort();
    this.#unfollow();
  }

  /** The newest first; one that counts up comes to the front. */
  all() {
    return [...this.#byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  }

  loadMore() {
    return this.#load({ limit: PAGE, before: this.all().at(-1).notificationId });
  }

  /** This one, and all that were told before it, are read; what has folded into any of them since is not. */
  async markRead(notification) {
    const readAt = Date.parse(notification.at);
    const before = this.unread;
    for (const each of this.#byId.values()) {
      if (!each.read && Date.parse(each.at) <= readAt) {
        this.#byId.set(each.notificationId, { ...each, read: true });
        this.unread = Math.max(0, this.unread - 1);
      }
    }
    if (this.unread !== before) {
      this.#onChange();
    }
    await this.#client.inbox.read(notification.cursor, { signal: this.#closed.signal });
  }

  #take(frame) {
    if (frame.type === 'notification') {
      const { type, ...notification } = frame;
      this.#byId.set(notification.notificationId, notification);
    } else if (frame.type === 'unread') {
      const wasReadElsewhere = frame.unread < this.#unreadKnown();
      this.unread = frame.unread;
      if (wasReadElsewhere) {
        this.#load({ limit: PAGE });
      }
    }
    this.#onChange();
  }

  #unreadKnown() {
    return [...this.#byId.values()].filter(({ read }) => !read).length;
  }

  async #load(range) {
    try {
      const { notifications, unread } = await this.#client.inbox.list(range, {
        signal: this.#closed.signal,
      });
      this.unread = unread;
      this.isKnown = true;
      if (range.before || this.#byId.size <= PAGE) {
        this.hasMore = notifications.length === PAGE;
      }
      notifications.forEach((each) => this.#byId.set(each.notificationId, each));
    } catch (error) {
      // The server has none, or would not tell: what is shown stays.
      if (!this.#closed.signal.aborted && !(error instanceof OvationError)) {
        throw error;
      }
    }
    this.#onChange();
  }
}
