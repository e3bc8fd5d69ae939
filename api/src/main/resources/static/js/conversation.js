import { OvationError } from './client/index.js';
import { follow } from './follow.js';

/** How many messages are held, and so shown, at a time; the rest is a scroll away. */
const WINDOW = 300;

/** How many messages a scroll brings. */
const PAGE = 60;

/** The most that one answer brings: for catching up. */
const LARGEST_PAGE = 200;

/** How many live messages wait for a page of the history that they follow on. */
const MOST_ARRIVED = 1_000;

/** How often a history that lags behind the live stream is asked again, a little later each time. */
const MOST_LAGS = 6;

/**
 * One conversation, or the comments on one content, as it is seen: a window over its messages, gapless by `seq`, at the
 * end of which the live stream goes on.
 *
 * While `following`, the window stays at the end and loses its oldest; otherwise it stays where it is read, and what
 * doesn't fit is left for scrolling.
 */
export class Conversation {
  #outbox;
  #me;
  #onChange;
  #onFrame;
  #onResync;
  #source;
  #from;
  #unfollow;
  #loading = null;
  #arrived = [];
  #patches = new Map();
  #closed = new AbortController();
  #following = true;

  /** The messages of the window, ascending by `seq`. A message that changes is another object. */
  rows = [];
  /** The last `seq` that is known of. */
  lastSeq = 0;
  /** Whether the window reaches to the last message. */
  isAtEnd = false;
  /** Whether the window begins with the first message. */
  isAtStart = false;
  /** Why there is nothing to see; null while there is. */
  failure = null;
  /** How many messages of others came while not following. */
  unseen = 0;
  /** Roles that the stream told, by user; null for those removed. */
  roles = new Map();

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {object} options.source see sources.js
   * @param {number|null} [options.from] the window begins after this seq; for null it is at the end
   * @param {string} options.me
   * @param {import('./client/outbox.js').Outbox} options.outbox
   * @param {() => void} options.onChange something is to be shown anew
   * @param {(frame: object) => void} options.onFrame something came live
   * @param {() => void} [options.onResync] the stream begins anew
   */
  constructor({ id, source, from = null, me, outbox, onChange, onFrame, onResync = () => {} }) {
    this.id = id;
    this.#source = source;
    this.#from = from;
    this.#onResync = onResync;
    this.#following = from === null;
    this.#me = me;
    this.#outbox = outbox;
    this.#onChange = onChange;
    this.#onFrame = onFrame;
  }

  open() {
    this.#unfollow = follow(this.#source.watch(), {
      onFrame: (frame) => this.#take(this.#source.frame(frame)),
      onResync: () => this.#resync(),
      onFailed: (error) => {
        this.#loading?.abort();
        this.failure = error;
        this.#onChange();
      },
    });
  }

  close() {
    this.#closed.abort();
    this.#unfollow();
  }

  get isClosed() {
    return this.#closed.signal.aborted;
  }

  /** What waits to be sent; shown after the last message. */
  get pending() {
    return this.isAtEnd || this.#following ? this.#outbox.of(this.id) : [];
  }

  get isLoading() {
    return this.#loading !== null && !this.#loading.signal.aborted;
  }

  get following() {
    return this.#following;
  }

  set following(following) {
    this.#following = following;
    if (following) {
      this.unseen = 0;
    }
  }

  get #last() {
    return this.rows.at(-1)?.seq ?? 0;
  }

  find(messageId) {
    return this.rows.find((message) => message.messageId === messageId);
  }

  /** Brings the messages before the window, if there are any. */
  loadOlder() {
    if (this.isAtStart || this.rows.length === 0) {
      return Promise.resolve();
    }
    return this.#load(async (signal) => {
      const before = this.rows[0].seq;
      const { messages } = await this.#history({ before, limit: PAGE }, signal);
      if (this.rows[0].seq !== before) {
        // Live messages have moved the window on meanwhile: this page is no neighbour of it any more.
        return;
      }
      this.#place([...messages, ...this.rows]);
      if (this.rows.length > WINDOW) {
        this.rows.length = WINDOW;
        this.isAtEnd = false;
      }
      this.isAtStart ||= messages.length === 0;
    });
  }

  /** Brings the messages after the window, if there are any; while following, all of them. */
  loadNewer() {
    return this.#load((signal) => this.#catchUp(signal));
  }

  /** Moves the window to the end. */
  loadLatest() {
    this.following = true;
    if (this.isAtEnd) {
      this.#onChange();
      return Promise.resolve();
    }
    this.#loading?.abort();
    return this.#load(async (signal) => {
      const { messages, lastSeq } = await this.#history({ limit: PAGE }, signal);
      this.#knowOf(lastSeq);
      this.#place(messages);
      await this.#catchUp(signal);
    });
  }

  /** Someone else knows of this `seq`: what lies between is brought. */
  observe(seq) {
    const isBehind = seq > this.lastSeq || (this.#following && !this.isAtEnd);
    if (isBehind && !this.failure && !this.isLoading) {
      this.#knowOf(seq);
      this.isAtEnd = false;
      if (this.#following) {
        this.loadNewer();
      }
    }
  }

  /** A message of the outbox has got its place. */
  confirm(entry) {
    const last = this.#last;
    if (this.isAtEnd && entry.seq === last + 1) {
      const { messageId, seq, body, sentAt, replyTo, mentions } = entry;
      this.#arrive({ messageId, seq, sender: this.#me, body, sentAt, replyTo, mentions });
    } else if (entry.seq <= last) {
      this.#outbox.remove(this.id, entry.messageId);
    }
  }

  /** Shows a change that the server acknowledged before the stream tells it. */
  patch(messageId, change) {
    const at = this.rows.findIndex((message) => message.messageId === messageId);
    if (at >= 0) {
      this.rows[at] = { ...this.rows[at], ...change };
      this.#onChange();
    }
  }

  #take(frame) {
    const change = changeOf(frame);
    if (frame.type === 'message') {
      this.#arrive(frame);
    } else if (change !== null) {
      if (this.isLoading) {
        // A page on its way may be older than this.
        this.#patches.set(frame.messageId, { ...this.#patches.get(frame.messageId), ...change });
        this.#arrived
          .filter((each) => each.messageId === frame.messageId)
          .forEach((each) => Object.assign(each, change));
      }
      this.patch(frame.messageId, change);
    } else if (frame.type === 'member') {
      this.roles.set(frame.user, frame.removed ? null : frame.role);
    }
    this.#onFrame(frame);
  }

  #arrive(message) {
    this.#knowOf(message.seq);
    if (!this.isAtEnd) {
      if (this.isLoading) {
        this.#arrived.push(message);
        if (this.#arrived.length > MOST_ARRIVED) {
          this.#arrived.shift();
        }
      } else if (this.#following) {
        this.loadNewer();
      }
    } else if (!this.#append(message) && message.seq > this.#last) {
      this.isAtEnd = false;
      this.loadNewer();
      this.#arrived.push(message);
    }
    if (message.sender === this.#me) {
      this.#outbox.remove(this.id, message.messageId);
    } else if (!this.#following) {
      this.unseen += 1;
    }
    this.#onChange();
  }

  /** Puts a message after the last one, where that is its place. */
  #append(message) {
    if (message.seq !== this.#last + 1) {
      return false;
    }
    if (!this.#following && this.rows.length >= WINDOW) {
      this.isAtEnd = false;
      return true;
    }
    this.rows.push(message);
    this.isAtStart ||= message.seq === 1;
    this.#dropOldest();
    return true;
  }

  #dropOldest() {
    if (this.rows.length > WINDOW) {
      this.rows.splice(0, this.rows.length - WINDOW);
      this.isAtStart = false;
    }
  }

  /** The stream begins anew: what was shown may have changed meanwhile, so all of it is read again. */
  #resync() {
    this.failure = null;
    this.#loading?.abort();
    this.#onResync();
    const first = this.rows[0]?.seq;
    const last = this.rows.at(-1)?.seq;
    this.isAtEnd = false;
    if (this.#following || (first === undefined && this.#from === null)) {
      this.loadLatest();
      return;
    }
    if (first === undefined) {
      this.#loadFrom(this.#from);
      return;
    }
    this.#load(async (signal) => {
      const rows = [];
      for (let after = first - 1; after < last; after = rows.at(-1).seq) {
        const { messages, lastSeq } = await this.#history(
          { after, limit: Math.min(LARGEST_PAGE, last - after) },
          signal,
        );
        this.#knowOf(lastSeq);
        if (messages.length === 0) {
          break;
        }
        rows.push(...messages);
      }
      this.#place(rows);
    });
  }

  #loadFrom(after) {
    return this.#load(async (signal) => {
      const { messages, lastSeq } = await this.#history({ after, limit: PAGE }, signal);
      this.#knowOf(lastSeq);
      this.#place(messages);
      if (messages.length === 0 && lastSeq > 0) {
        this.following = true;
        await this.#catchUp(signal);
      } else {
        this.#drain();
      }
    });
  }

  async #catchUp(signal) {
    let lags = 0;
    this.#drain();
    while (!this.isAtEnd) {
      const last = this.#last;
      const { messages, lastSeq } = await this.#history(
        { after: last, limit: this.#following ? LARGEST_PAGE : PAGE },
        signal,
      );
      this.#knowOf(lastSeq);
      this.#place([...this.rows, ...messages]);
      this.#dropOldest();
      this.#drain();
      this.#onChange();
      if (messages.length > 0) {
        if (!this.#following) {
          break;
        }
        lags = 0;
      } else if (!this.isAtEnd) {
        // Another node told of more than this one's history holds yet.
        lags += 1;
        if (lags > MOST_LAGS) {
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** lags));
        signal.throwIfAborted();
      }
    }
  }

  /** Joins the live messages that waited on to the window. */
  #drain() {
    const arrived = this.#arrived.splice(0);
    this.isAtEnd = true;
    arrived.forEach((message) => this.isAtEnd && this.#append(message));
    this.isAtEnd &&= this.#last >= this.lastSeq;
  }

  /** One load at a time: each begins where the window ends, so two at once would be at odds. */
  async #load(work) {
    if (this.isLoading || this.failure) {
      return;
    }
    const loading = new AbortController();
    this.#loading = loading;
    this.#onChange();
    try {
      await work(AbortSignal.any([loading.signal, this.#closed.signal]));
    } catch (error) {
      if (loading.signal.aborted || this.#closed.signal.aborted) {
        return;
      }
      if (!(error instanceof OvationError)) {
        throw error;
      }
      this.failure = error;
    } finally {
      if (this.#loading === loading) {
        this.#loading = null;
        this.#patches.clear();
        this.#arrived = [];
        this.#onChange();
      }
    }
  }

  async #history(range, signal) {
    const answer = await this.#source.history(range, { signal });
    signal.throwIfAborted();
    return this.#source.page(answer);
  }

  #place(rows) {
    const isThere = new Set(rows.map(({ messageId }) => messageId));
    const last = rows.at(-1)?.seq ?? 0;
    this.#outbox
      .of(this.id)
      .filter(({ messageId, seq }) => isThere.has(messageId) || seq <= last)
      .forEach(({ messageId }) => this.#outbox.remove(this.id, messageId));
    this.rows = rows.map((message) =>
      this.#patches.has(message.messageId) ? { ...message, ...this.#patches.get(message.messageId) } : message,
    );
    this.isAtStart = rows.length > 0 ? rows[0].seq === 1 : this.lastSeq === 0;
  }

  #knowOf(seq) {
    this.lastSeq = Math.max(this.lastSeq, seq);
  }
}

/** What a frame changes in a message; null for a frame of something else. */
function changeOf(frame) {
  switch (frame.type) {
    case 'message-edited':
      return frame.redacted ? { redacted: true, body: null } : { body: frame.body, editedAt: frame.editedAt };
    case 'message-redacted':
      return { redacted: true, body: null };
    case 'reactions':
      return frame.messageId ? { reactions: frame.reactions } : null;
    default:
      return null;
  }
}
