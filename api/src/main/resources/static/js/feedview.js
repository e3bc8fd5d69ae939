import { avatar, h, icon, reconcile } from './dom.js';
import { follow } from './follow.js';
import { hashOf } from './places.js';
import { fullTimeOf, shortTimeOf } from './times.js';
import { countOf, explain } from './words.js';

/** So much of a text stands in the feed. */
const EXCERPT = 600;

const COUNTERS = [
  ['likes', 'heart', 'like'],
  ['applause', 'clap', 'clap'],
  ['comments', 'comment', 'comment'],
  ['views', 'eye', 'view'],
];

const byId = (id) => document.getElementById(id);

/** The feed on the page. The counters of what is in sight are watched. */
export class FeedView {
  #desk;
  #feed;
  #client;
  #onPublish;
  #rows = new Map();
  #unfollows = new Map();
  #inSight;
  #nearEnd;
  #listening = new AbortController();

  /**
   * @param {object} options
   * @param {object} options.desk what one person's page has: `client`, `like` and `likeWanted`
   * @param {import('./feed.js').Feed} options.feed
   * @param {() => void} options.onPublish
   */
  constructor({ desk, feed, onPublish }) {
    this.#desk = desk;
    this.#feed = feed;
    this.#client = desk.client;
    this.#onPublish = onPublish;
  }

  open() {
    const { signal } = this.#listening;
    const root = byId('feed-scroller');
    this.#inSight = new IntersectionObserver((entries) => entries.forEach((entry) => this.#seen(entry)), { root });
    this.#nearEnd = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.#feed.loadMore(), {
      root,
      rootMargin: '600px',
    });
    this.#nearEnd.observe(byId('feed-end'));
    this.#feed.want();
    byId('publish').addEventListener('click', () => this.#onPublish(), { signal });
    byId('feed-title').focus();
  }

  close() {
    this.#listening.abort();
    this.#inSight.disconnect();
    this.#nearEnd.disconnect();
    this.#unfollows.forEach((unfollow) => unfollow());
    byId('contents').replaceChildren();
  }

  title() {
    return 'Feed';
  }

  draw() {
    const { contents, isKnown, hasMore, failure } = this.#feed;
    const known = new Set(contents.map(({ contentId }) => contentId));
    for (const [contentId, { element }] of this.#rows) {
      if (!known.has(contentId)) {
        this.#inSight.unobserve(element);
        this.#unwatch(contentId);
        this.#rows.delete(contentId);
      }
    }
    reconcile(
      byId('contents'),
      contents.map((content) => this.#row(content)),
    );
    byId('feed-end').textContent = edgeOf({ isKnown, hasMore, failure, isEmpty: contents.length === 0 });
    // What has come into sight by this may leave the end there too.
    if (hasMore && !failure) {
      this.#nearEnd.unobserve(byId('feed-end'));
      this.#nearEnd.observe(byId('feed-end'));
    }
  }

  #row(content) {
    const { contentId, title, body, counters } = content;
    let row = this.#rows.get(contentId);
    if (!row) {
      row = { element: h('li', { class: 'post', 'data-id': contentId }), title: null };
      this.#rows.set(contentId, row);
      this.#inSight.observe(row.element);
    }
    if (row.title !== title || row.body !== body) {
      const hadFocus = row.element.contains(document.activeElement);
      Object.assign(row, { title, body, counters: drawCounters(() => this.#toggleLike(contentId)) });
      row.element.replaceChildren(...post(content, row.counters));
      if (hadFocus) {
        row.element.querySelector('a').focus();
      }
    }
    tellCounters(row.counters, counters);
    row.counters.likes.element.setAttribute('aria-pressed', String(this.#isLiked(content)));
    return row.element;
  }

  #isLiked({ contentId, likedByMe = false }) {
    return this.#desk.likeWanted(contentId) ?? likedByMe;
  }

  #toggleLike(contentId) {
    const content = this.#feed.contents.find((each) => each.contentId === contentId);
    this.#desk.like(contentId, !this.#isLiked(content));
  }

  #seen({ target, isIntersecting }) {
    const contentId = target.dataset.id;
    if (!isIntersecting) {
      this.#unwatch(contentId);
    } else if (!this.#unfollows.has(contentId)) {
      this.#unfollows.set(
        contentId,
        follow(this.#client.content(contentId).watch(), {
          onFrame: (frame) => frame.type === 'counters' && this.#feed.patch(contentId, { counters: countersOf(frame) }),
          onFailed: (error) => {
            this.#unfollows.delete(contentId);
            if (error.code === 'not_found') {
              this.#feed.remove(contentId);
            }
          },
        }),
      );
    }
  }

  #unwatch(contentId) {
    this.#unfollows.get(contentId)?.();
    this.#unfollows.delete(contentId);
  }
}

/** The counters of a frame or an answer. */
export function countersOf({ views, likes, applause, comments }) {
  return { views, likes, applause, comments };
}

function post({ contentId, title, body, author, publishedAt }, counters) {
  const at = new Date(publishedAt);
  return [
    h(
      'p',
      { class: 'byline' },
      avatar(author),
      h('bdi', { class: 'sender' }, author),
      h('time', { datetime: publishedAt, title: fullTimeOf(at) }, shortTimeOf(at)),
    ),
    h('h2', {}, h('a', { href: hashOf({ name: 'content', id: contentId }), dir: 'auto' }, title)),
    h('p', { class: 'excerpt', dir: 'auto' }, body.length > EXCERPT ? `${body.slice(0, EXCERPT).trimEnd()}…` : body),
    h('p', { class: 'counters' }, ...Object.values(counters).map(({ element }) => element)),
  ];
}

/** @param {() => void} onLike the likes are a button */
function drawCounters(onLike) {
  return Object.fromEntries(
    COUNTERS.map(([name, picture, one]) => {
      const number = h('span', { 'aria-hidden': 'true' });
      const words = h('span', { class: 'hidden' });
      const parts = [icon(picture), number, words];
      const element =
        name === 'likes'
          ? h('button', { type: 'button', class: 'like', 'data-counter': name, onclick: onLike }, ...parts)
          : h('span', { 'data-counter': name }, ...parts);
      return [name, { one, number, words, element }];
    }),
  );
}

function tellCounters(shown, counters) {
  for (const [name, { one, number, words, element }] of Object.entries(shown)) {
    const text = counters[name].toLocaleString();
    if (number.textContent !== text) {
      number.textContent = text;
      words.textContent = ` ${countOf(counters[name], one)} `;
      element.title = countOf(counters[name], one);
    }
  }
}

function edgeOf({ isKnown, hasMore, failure, isEmpty }) {
  if (failure) {
    return explain(failure);
  }
  if (!isKnown || hasMore) {
    return 'Loading…';
  }
  return isEmpty ? 'Nothing was published yet. Be the first.' : 'That is all of it.';
}
