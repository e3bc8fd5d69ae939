import { OvationError } from './client/index.js';
import { follow } from './follow.js';

const PAGE = 50;

/** So many read marks and roles are kept. */
const MOST_KEPT = 500;

/**
 * The conversations that one is a member of, last active first, with what is unread in them.
 *
 * Unread is what the server counts, less what was seen here: the browser keeps how far one has read, as the server is
 * told of it without an answer.
 */
export class Directory {
  #client;
  #me;
  #onChange;
  #onListed;
  #acknowledgements;
  #views = new Map();
  #unfollow = null;
  #marks;
  #marksKey;
  #roles;
  #rolesKey;
  #refreshing = null;
  #again = null;
  #isStopped = false;

  /** Whether there are more than are listed. */
  hasMore = false;
  /** Whether the list has come at least once. */
  isKnown = false;

  /**
   * @param {object} options
   * @param {import('./client/index.js').Ovation} options.client
   * @param {string} options.me
   * @param {import('./acknowledgements.js').Acknowledgements} options.acknowledgements
   * @param {() => void} options.onChange something is to be shown anew
   * @param {(view: object) => void} options.onListed a conversation as the server knows it now
   */
  constructor({ client, me, acknowledgements, onChange, onListed }) {
    this.#client = client;
    this.#acknowledgements = acknowledgements;
    this.#me = me;
    this.#onChange = onChange;
    this.#onListed = onListed;
    this.#marksKey = `ovation.read.${me}`;
    this.#marks = restore(this.#marksKey);
    this.#rolesKey = `ovation.roles.${me}`;
    this.#roles = restore(this.#rolesKey);
  }

  /** There is a connection: what is told of the list goes on where it was, and the list is looked up as it is. */
  connected() {
    if (this.#unfollow) {
      this.refresh();
      return;
    }
    this.#unfollow = follow(this.#client.conversations.watch(), {
      onFrame: (frame) => this.#listen(frame),
      onResync: () => this.refresh(),
      onFailed: () => this.refresh(),
    });
  }

  stop() {
    this.#isStopped = true;
    this.#unfollow?.();
  }

  get(conversationId) {
    return this.#views.get(conversationId) ?? null;
  }

  all() {
    return [...this.#views.values()].sort((a, b) => activity(b) - activity(a));
  }

  /** Whether one is a member, be it of a conversation far down the list. */
  async isMember(conversationId) {
    if (!this.#views.has(conversationId)) {
      // One may have been let in a moment ago.
      await this.refresh();
    }
    while (!this.#views.has(conversationId) && this.hasMore && !this.#isStopped) {
      await this.loadMore();
    }
    return this.#views.has(conversationId);
  }

  /** What one may do there, as far as it was ever told; null when it was not. */
  roleIn(conversationId) {
    return this.#roles.get(conversationId) ?? null;
  }

  setRole(conversationId, role) {
    this.#roles.delete(conversationId);
    if (role) {
      this.#roles.set(conversationId, role);
    }
    keep(this.#rolesKey, this.#roles);
  }

  /**
   * Looks the list up again. While that is under way already, once more after it: it may be too old for what is asked
   * now.
   */
  refresh() {
    if (this.#refreshing) {
      this.#again ??= this.#refreshing.then(() => {
        this.#again = null;
        return this.refresh();
      });
      return this.#again;
    }
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async loadMore() {
    const last = [...this.#views.values()].at(-1);
    this.#take(await this.#client.conversations.list({ limit: PAGE, before: last.conversationId }), {
      isFirst: false,
    });
  }

  /** A frame of the conversation that is open, which is told there before it is in the list. */
  take(conversationId, frame) {
    const view = this.#views.get(conversationId);
    switch (frame.type) {
      case 'member':
        if (frame.user === this.#me) {
          this.setRole(conversationId, frame.removed ? null : frame.role);
        }
        this.refresh();
        break;
      case 'message':
        if (view && frame.seq > view.lastSeq) {
          this.#arrived(view, frame);
        }
        break;
      case 'message-edited':
      case 'message-redacted':
        if (view?.lastMessage?.messageId === frame.messageId) {
          const change =
            frame.type === 'message-redacted' || frame.redacted ? { redacted: true, body: null } : { body: frame.body };
          this.#views.set(conversationId, { ...view, lastMessage: { ...view.lastMessage, ...change } });
          this.#onChange();
        }
        break;
      case 'conversation-changed':
        if (view && frame.title) {
          this.#views.set(conversationId, { ...view, title: frame.title });
          this.#onChange();
        }
        break;
      case 'receipt':
        if (frame.user === this.#me) {
          this.#readElsewhere(conversationId, frame.read ?? 0);
        }
        break;
      default:
      // What goes on in a conversation, and does not show in the list of them.
    }
  }

  /** All up to this `seq` was seen. */
  markRead(conversationId, seq) {
    const view = this.#views.get(conversationId);
    if (this.#markOf(conversationId) < seq) {
      this.#marks.delete(conversationId);
      this.#marks.set(conversationId, seq);
      keep(this.#marksKey, this.#marks);
    }
    if (view && view.unread > 0 && seq >= view.lastSeq) {
      this.#views.set(conversationId, { ...view, unread: 0 });
      this.#onChange();
    }
  }

  #arrived(view, frame) {
    const { conversationId } = view;
    const isOthers = frame.sender !== this.#me;
    const isNew = isOthers && this.#markOf(conversationId) < frame.seq;
    if (isOthers) {
      this.#acknowledgements.delivered(conversationId, frame.seq);
    }
    const unread = isOthers ? view.unread + (isNew ? 1 : 0) : 0;
    this.#views.set(conversationId, { ...view, lastMessage: frame, lastSeq: frame.seq, unread });
    this.#onChange();
  }

  /** One's own mark, as another page of the same person moved it. */
  #readElsewhere(conversationId, seq) {
    if (seq > this.#markOf(conversationId)) {
      const isAll = seq >= (this.#views.get(conversationId)?.lastSeq ?? 0);
      this.markRead(conversationId, seq);
      if (!isAll) {
        this.refresh();
      }
    }
  }

  /** A frame of the list: what one came into or left, and how each conversation stands in it. */
  #listen({ type, conversationId, change, ...summary }) {
    if (type === 'conversation') {
      if (change === 'left') {
        this.setRole(conversationId, null);
        this.remove(conversationId);
      } else {
        this.refresh();
      }
    } else if (type === 'summary' && this.#views.has(conversationId)) {
      this.#summarise(this.#views.get(conversationId), summary);
    }
  }

  #summarise(view, { title, lastSeq, lastMessage, unread }) {
    if (lastSeq < view.lastSeq) {
      // The conversation that is open was told earlier.
      return;
    }
    const { conversationId } = view;
    if (lastSeq > view.lastSeq && lastMessage.sender !== this.#me) {
      this.#acknowledgements.delivered(conversationId, lastSeq);
    }
    const now = { conversationId, title: title ?? null, lastSeq, lastMessage: lastMessage ?? null, unread };
    this.#views.set(conversationId, { ...view, ...now, unread: this.#unreadOf(now) });
    this.#onChange();
  }

  remove(conversationId) {
    if (this.#views.delete(conversationId)) {
      this.#onChange();
    }
  }

  async #refresh() {
    try {
      this.#take(await this.#client.conversations.list({ limit: PAGE }), { isFirst: true });
    } catch (error) {
      // The server would not list them, or this was let go of: what is shown stays until the next look-up.
      if (!(error instanceof OvationError)) {
        throw error;
      }
    }
  }

  #take({ conversations }, { isFirst }) {
    if (isFirst) {
      // What the first page lacks is either further down or not ours any more: what is older than the page may stay.
      const oldest = conversations.length < PAGE ? -1 : activity(conversations.at(-1));
      const listed = new Set(conversations.map(({ conversationId }) => conversationId));
      [...this.#views.values()]
        .filter((view) => !listed.has(view.conversationId) && activity(view) > oldest)
        .forEach((view) => this.remove(view.conversationId));
    }
    if (!isFirst || this.#views.size <= PAGE) {
      this.hasMore = conversations.length === PAGE;
    }
    this.isKnown = true;
    for (const listed of conversations) {
      const { conversationId, lastSeq } = listed;
      const known = this.#views.get(conversationId);
      const unread = this.#unreadOf(listed);
      // The list may be a moment behind what is watched.
      const isBehind = known !== undefined && known.lastSeq > lastSeq;
      const view = isBehind
        ? { ...listed, lastMessage: known.lastMessage, lastSeq: known.lastSeq, unread: known.unread }
        : { ...listed, unread };
      this.#views.set(conversationId, view);
      this.#acknowledge(listed);
      this.#onListed(view);
    }
    this.#onChange();
  }

  /**
   * What is listed has come, and of what is counted as unread, some may have been read here before the server was told.
   */
  #acknowledge({ conversationId, lastSeq, unread }) {
    if (unread > 0) {
      this.#acknowledgements.delivered(conversationId, lastSeq);
      const mark = Math.min(this.#markOf(conversationId), lastSeq);
      if (mark > 0) {
        this.#acknowledgements.read(conversationId, mark);
      }
    }
  }

  #unreadOf({ conversationId, lastMessage, lastSeq, unread }) {
    return lastMessage?.sender === this.#me ? 0 : Math.min(unread, Math.max(0, lastSeq - this.#markOf(conversationId)));
  }

  #markOf(conversationId) {
    return this.#marks.get(conversationId) ?? 0;
  }
}

/**
 * Orders conversations: the time of the last message, or, as ids of version 7 begin with their time, what stands for
 * that of the opening.
 */
function activity({ conversationId, lastMessage }) {
  return lastMessage ? Date.parse(lastMessage.sentAt) : timeOfId(conversationId);
}

function timeOfId(id) {
  return id[14] === '7' ? Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) : 0;
}

function restore(key) {
  try {
    return new Map(JSON.parse(localStorage.getItem(key) ?? '[]'));
  } catch {
    // Another version's: nothing is known then.
    return new Map();
  }
}

function keep(key, entries) {
  try {
    localStorage.setItem(key, JSON.stringify([...entries].slice(-MOST_KEPT)));
  } catch {
    // The storage is full or closed: what is known lasts as long as the page.
  }
}
