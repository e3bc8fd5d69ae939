import { OvationError } from './errors.js';
import { Lanes } from './lanes.js';
import { Link } from './link.js';
import { Subscription } from './subscription.js';
import { uuidv7 } from './uuid.js';

export { OvationError };

/**
 * Connects to an Ovation server, and stays connected until it is closed. See `index.d.ts` for what each part takes and
 * gives.
 */
export function connect({
  url,
  token,
  transport = 'auto',
  WebSocket = globalThis.WebSocket,
  fetch,
  EventSource = fetch || canStream() ? undefined : globalThis.EventSource,
}) {
  if (!['auto', 'websocket', 'http'].includes(transport)) {
    throw new TypeError(`There is no transport ${transport}: there are auto, websocket and http`);
  }
  if (typeof WebSocket !== 'function' && transport === 'websocket') {
    throw new TypeError('This platform has no WebSocket: pass one, as in connect({ …, WebSocket })');
  }
  return new Ovation({
    ...addressesOf(url),
    token: typeof token === 'function' ? token : () => token,
    transport: typeof WebSocket === 'function' ? transport : 'http',
    WebSocket,
    fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
    EventSource,
  });
}

class Ovation {
  #link;
  #lanes = new Lanes();
  #listeners = new Set();

  constructor(options) {
    this.#link = new Link({
      ...options,
      onState: (state) => {
        for (const listener of [...this.#listeners]) {
          try {
            listener(state);
          } catch (error) {
            // The app's, and not the connection's.
            (globalThis.reportError ?? console.error)(error);
          }
        }
      },
    });
    const ask = this.#ask;
    const watch = this.#watch;
    this.conversations = {
      /** A direct conversation is found by its two people; every other has an id, so that asking twice opens one. */
      open: (conversation, options) =>
        ask(
          'conversations.open',
          conversation.kind === 'direct' ? conversation : { conversationId: uuidv7(), ...conversation },
          options,
        ),
      list: (page = {}, options) => ask('conversations.list', page, options),
      watch: (options) => watch('conversations.watch', options),
    };
    this.contents = {
      publish: ({ contentId = uuidv7(), ...content }, options) =>
        ask('contents.publish', { contentId, ...content }, options),
      list: (page = {}, options) => ask('contents.list', page, options),
    };
    this.feed = { watch: (options) => watch('feed.watch', options) };
    this.presence = {
      get: (users, options) => ask('presence.get', { users }, options),
      watch: (users, options) => watch('presence.watch', { ...options, users }),
    };
    this.inbox = {
      list: (page = {}, options) => ask('inbox.list', page, options),
      read: (cursor, options) => ask('inbox.read', { cursor }, options),
      watch: (options) => watch('inbox.watch', options),
    };
    this.blocks = {
      list: (page = {}, options) => ask('blocks.list', page, options),
      add: (user, options) => ask('blocks.add', { user }, options),
      remove: (user, options) => ask('blocks.remove', { user }, options),
    };
    this.events = {
      replay: (query = {}, options) =>
        new Subscription(
          this.#link,
          'events.replay',
          { ...options, ...query },
          { placeOf: ({ position }) => position, ends: !query.follow },
        ),
    };
  }

  get state() {
    return this.#link.state;
  }

  /** Tells each change of the state, and the present one at once; answers what stops it. */
  on(event, listener, { signal } = {}) {
    if (event !== 'state') {
      throw new TypeError(`There is no event ${event}: there is state`);
    }
    const off = () => this.#listeners.delete(listener);
    if (!signal?.aborted) {
      this.#listeners.add(listener);
      signal?.addEventListener('abort', off, { once: true });
      listener(this.#link.state);
    }
    return off;
  }

  retry() {
    this.#link.retry();
  }

  close() {
    return this.#link.close();
  }

  conversation(id) {
    const at = `conversations.${segment(id)}`;
    const ask = this.#ask;
    const lane = (work, options) => this.#lanes.run(at, work, options?.signal);
    return {
      id,
      /** What was written first arrives first, also what was written without a connection. */
      send: (body, { messageId = uuidv7(), replyTo, mentions, data, ...options } = {}) =>
        lane(() => ask(`${at}.send`, { messageId, body, replyTo, mentions, data }, options), options),
      edit: (messageId, body, { data, ...options } = {}) =>
        lane(() => ask(`${at}.edit.${segment(messageId)}`, { body, data }, options), options),
      redact: (messageId, options) => lane(() => ask(`${at}.redact.${segment(messageId)}`, {}, options), options),
      get: (options) => ask(at, {}, options),
      change: (change, options) => ask(`${at}.change`, change, options),
      history: (page = {}, options) => ask(`${at}.history`, page, options),
      watch: (options) => this.#watch(`${at}.watch`, options),
      react: (messageId, kind, options) => ask(`${at}.react.${segment(messageId)}.${segment(kind)}`, {}, options),
      unreact: (messageId, kind, options) => ask(`${at}.unreact.${segment(messageId)}.${segment(kind)}`, {}, options),
      reactions: (messageId, kind, page = {}, options) =>
        ask(`${at}.reactions.${segment(messageId)}.${segment(kind)}`, page, options),
      read: (seq, options) => ask(`${at}.receipt`, { read: seq }, options),
      delivered: (seq, options) => ask(`${at}.receipt`, { delivered: seq }, options),
      receipts: (page = {}, options) => ask(`${at}.receipts`, page, options),
      presence: (options) => ask(`${at}.presence`, {}, options),
      typing: () => this.#link.fire(`${at}.typing`, {}),
      members: {
        list: (page = {}, options) => ask(`${at}.members`, page, options),
        add: (user, role, options) => ask(`${at}.members.add`, { user, role }, options),
        remove: (user, options) => this.#remove(`${at}.members.remove`, { user }, options),
      },
      bans: {
        list: (page = {}, options) => ask(`${at}.bans`, page, options),
        add: (user, { until, reason, ...options } = {}) => ask(`${at}.ban`, { user, until, reason }, options),
        remove: (user, options) => this.#remove(`${at}.unban`, { user }, options),
      },
      mutes: {
        add: (user, { until, ...options } = {}) => ask(`${at}.mute`, { user, until }, options),
        remove: (user, options) => this.#remove(`${at}.unmute`, { user }, options),
      },
    };
  }

  content(id) {
    const at = `contents.${segment(id)}`;
    const ask = this.#ask;
    return {
      id,
      get: (options) => ask(at, {}, options),
      comment: (body, { commentId = uuidv7(), replyTo, mentions, data, ...options } = {}) =>
        this.#lanes.run(
          at,
          () => ask(`${at}.comment`, { commentId, body, replyTo, mentions, data }, options),
          options.signal,
        ),
      edit: (change, options) => ask(`${at}.edit`, change, options),
      retract: (options) => ask(`${at}.retract`, {}, options),
      redactComment: (commentId, options) => ask(`${at}.redact-comment.${segment(commentId)}`, {}, options),
      comments: (page = {}, options) => ask(`${at}.comments`, page, options),
      like: (options) => ask(`${at}.like`, {}, options),
      unlike: (options) => ask(`${at}.unlike`, {}, options),
      react: (kind, options) => ask(`${at}.react.${segment(kind)}`, {}, options),
      unreact: (kind, options) => ask(`${at}.unreact.${segment(kind)}`, {}, options),
      reactions: (kind, page = {}, options) => ask(`${at}.reactions.${segment(kind)}`, page, options),
      reactToComment: (commentId, kind, options) =>
        ask(`${at}.react-comment.${segment(commentId)}.${segment(kind)}`, {}, options),
      unreactToComment: (commentId, kind, options) =>
        ask(`${at}.unreact-comment.${segment(commentId)}.${segment(kind)}`, {}, options),
      reactionsToComment: (commentId, kind, page = {}, options) =>
        ask(`${at}.reactions-comment.${segment(commentId)}.${segment(kind)}`, page, options),
      applaud: (count = 1, { applauseId = uuidv7(), ...options } = {}) =>
        ask(`${at}.applaud`, { count, applauseId }, options),
      view: (count) => this.#link.fire(`${at}.view`, { count }),
      counters: (options) => ask(`${at}.counters`, {}, options),
      watch: (options) => this.#watch(`${at}.watch`, options),
    };
  }

  #ask = (route, data, options) => this.#link.ask(route, data, options);

  /** What the server answers with `not_found` when it is asked twice. */
  #remove = (route, data, options) => this.#link.ask(route, data, { ...options, isRemoval: true });

  #watch = (route, options) => new Subscription(this.#link, route, options);
}

/**
 * The RSocket endpoint of a server and where its HTTP is. Its address may be given with any of the schemes that it
 * speaks.
 */
function addressesOf(given) {
  const url = new URL(given, globalThis.location?.href);
  const path = url.pathname.replace(/\/(rsocket)?$/, '');
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  const at = (scheme, name) => `${scheme}${isSecure ? 's' : ''}://${url.host}${path}${name}`;
  return { url: at('ws', '/rsocket') + url.search, base: at('http', '/api/') };
}

/** React Native's `fetch` gives a body only when it is whole. One that was passed in is trusted. */
function canStream() {
  return typeof Response === 'function' && 'body' in Response.prototype;
}

/** An id within a route: a dot would part it. */
function segment(id) {
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]+$/.test(id)) {
    throw new TypeError(`${String(id)} is no id`);
  }
  return id;
}
