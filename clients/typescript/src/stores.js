import { backoff, pause } from './retry.js';

/**
 * What is shown of a server: each store follows one thing while somebody subscribes to it, and holds a snapshot that is
 * a new object only when something has changed. There is one store a client and thing, however many look at it.
 */
const stores = new WeakMap();

/** So long a store goes on without a subscriber: a view that is taken off and put on again finds it as it was. */
const LINGER = 1_000;

/** So many messages are read at first. */
const PAGE = 50;

class Store {
  #initial;
  #listeners = new Set();
  #follow;
  #running = null;
  #lingering;
  #snapshot;

  constructor(initial, follow) {
    this.#initial = initial;
    this.#snapshot = initial;
    this.#follow = follow;
  }

  getSnapshot = () => this.#snapshot;

  subscribe = (listener) => {
    clearTimeout(this.#lingering);
    this.#listeners.add(listener);
    this.#running ??= this.#run();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#lingering = setTimeout(() => this.#stop(), LINGER);
      }
    };
  };

  set(change) {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  #run() {
    const abort = new AbortController();
    this.#follow(this, abort.signal).catch((error) => {
      if (!abort.signal.aborted) {
        this.set({ error });
      }
    });
    return abort;
  }

  #stop() {
    if (this.#listeners.size === 0) {
      this.#running?.abort();
      this.#running = null;
      // Nothing tells what happens meanwhile: shown again, it could have holes, and texts that are redacted by then.
      this.#snapshot = this.#initial;
    }
  }
}

/** A conversation: `{messages, lastSeq, typing, isLoaded, error}`; messages ascend by seq. */
export function conversationStore(client, id) {
  return storeOf(client, `conversation ${id}`, () => {
    const room = client.conversation(id);
    return new Store({ messages: [], lastSeq: 0, typing: [], isLoaded: false, error: null }, async (store, signal) => {
      const typing = new Map();
      const readings = new Set();
      const merge = (messages) => {
        const bySeq = new Map(store.getSnapshot().messages.map((each) => [each.seq, each]));
        messages.forEach((each) => bySeq.set(each.seq, { ...bySeq.get(each.seq), ...each }));
        const sorted = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
        store.set({ messages: sorted, lastSeq: Math.max(store.getSnapshot().lastSeq, sorted.at(-1)?.seq ?? 0) });
      };
      const change = (messageId, changed) => {
        readings.forEach((changes) => changes.push([messageId, changed]));
        store.set({
          messages: store
            .getSnapshot()
            .messages.map((each) => (each.messageId === messageId ? { ...each, ...changed } : each)),
        });
      };
      const load = async () => {
        // The answer may be from before what is told meanwhile.
        const changes = [];
        readings.add(changes);
        const { messages } = await room.history({ limit: PAGE }, { signal }).finally(() => readings.delete(changes));
        merge(messages);
        changes.forEach((each) => change(...each));
        store.set({ isLoaded: true, error: null });
      };
      const stopTyping = (user) => {
        clearTimeout(typing.get(user));
        if (typing.delete(user)) {
          store.set({ typing: [...typing.keys()] });
        }
      };
      signal.addEventListener('abort', () => typing.forEach((timer) => clearTimeout(timer)));
      const watch = room.watch({ signal });
      watch.started.then(load).catch((error) => signal.aborted || store.set({ error }));
      for await (const frame of watch) {
        switch (frame.type) {
          case 'message':
            stopTyping(frame.sender);
            merge([withoutFrame(frame)]);
            break;
          case 'message-edited':
            change(frame.messageId, { body: frame.body, data: frame.data, editedAt: frame.editedAt });
            break;
          case 'message-redacted':
            change(frame.messageId, { body: undefined, mentions: undefined, data: undefined, redacted: true });
            break;
          case 'reactions':
            change(frame.messageId, { reactions: frame.reactions });
            break;
          case 'typing':
            clearTimeout(typing.get(frame.user));
            typing.set(frame.user, setTimeout(stopTyping, 5_000, frame.user));
            store.set({ typing: [...typing.keys()] });
            break;
          case 'gap':
            store.set({ messages: [] });
            await load();
            break;
          default:
        }
      }
    });
  });
}

/** A content's counters: `{views, likes, applause, comments, isLoaded, error}`. */
export function countersStore(client, id) {
  return storeOf(client, `counters ${id}`, () => {
    const initial = { views: 0, likes: 0, applause: 0, comments: 0, isLoaded: false, error: null };
    return new Store(initial, async (store, signal) => {
      for await (const { type, views, likes, applause, comments } of client.content(id).watch({ signal })) {
        if (type === 'counters') {
          store.set({ views, likes, applause, comments, isLoaded: true });
        }
      }
    });
  });
}

/** How people are: `{of: {user: {status, since}}, error}`. */
export function presenceStore(client, users) {
  const people = [...new Set(users)].sort();
  return storeOf(
    client,
    `presence ${JSON.stringify(people)}`,
    () =>
      new Store({ of: {}, error: null }, async (store, signal) => {
        // Nobody, as before the app knows who: there is nothing to ask.
        const told = people.length > 0 ? client.presence.watch(people, { signal }) : [];
        for await (const { type, user, status, since } of told) {
          if (type === 'presence') {
            store.set({ of: { ...store.getSnapshot().of, [user]: { status, since } } });
          }
        }
      }),
  );
}

/** The inbox: `{notifications, unread, cursor, isLoaded, error}`, newest first. */
export function inboxStore(client) {
  return storeOf(
    client,
    'inbox',
    () =>
      new Store({ notifications: [], unread: 0, cursor: null, isLoaded: false, error: null }, async (store, signal) => {
        const load = async () => {
          const { notifications, unread, cursor } = await client.inbox.list({}, { signal });
          store.set({ notifications, unread, cursor, isLoaded: true, error: null });
        };
        const watch = client.inbox.watch({ signal });
        watch.started.then(load).catch((error) => signal.aborted || store.set({ error }));
        let isLooking = false;
        for await (const frame of watch) {
          if (frame.type === 'unread') {
            store.set({ unread: frame.unread });
          } else if ((frame.type === 'notification' || frame.type === 'gap') && !isLooking) {
            // Notifications fold on the server; what comes in a burst is looked up once.
            isLooking = true;
            pause(backoff(0), signal)
              .then(() => {
                isLooking = false;
                return load();
              })
              .catch((error) => signal.aborted || store.set({ error }));
          }
        }
      }),
  );
}

function storeOf(client, key, make) {
  let own = stores.get(client);
  if (!own) {
    stores.set(client, (own = new Map()));
  }
  let store = own.get(key);
  if (!store) {
    own.set(key, (store = make()));
  }
  return store;
}

function withoutFrame({ type, cursor, conversationId, watch, ...message }) {
  return message;
}
