import { About } from './about.js';
import { avatar, h, reconcile } from './dom.js';
import { placeOf, sentenceOf } from './notices.js';
import { hashOf } from './places.js';
import { fullTimeOf, shortTimeOf } from './times.js';
import { attempt } from './toast.js';

const byId = (id) => document.getElementById(id);

/** The inbox on the page. */
export class InboxView {
  #inbox;
  #about;
  #rows = new Map();
  #listening = new AbortController();

  /**
   * @param {object} options
   * @param {import('./inbox.js').Inbox} options.inbox
   * @param {import('./client/index.js').Ovation} options.client
   * @param {() => void} options.onChange
   */
  constructor({ inbox, client, onChange }) {
    this.#inbox = inbox;
    this.#about = new About({ client, onChange });
  }

  open() {
    const { signal } = this.#listening;
    byId('read-all').addEventListener('click', () => this.#read(this.#inbox.all()[0]), { signal });
    byId('more-notifications').addEventListener('click', () => attempt(() => this.#inbox.loadMore()), { signal });
    byId('inbox-title').focus();
  }

  close() {
    this.#listening.abort();
    this.#about.close();
    byId('notifications').replaceChildren();
  }

  title() {
    return 'Inbox';
  }

  draw() {
    const all = this.#inbox.all();
    reconcile(
      byId('notifications'),
      all.map((notification) => this.#row(notification)),
    );
    byId('read-all').hidden = this.#inbox.unread === 0 || all.length === 0;
    byId('more-notifications').hidden = !this.#inbox.hasMore;
    byId('no-notifications').hidden = all.length > 0 || !this.#inbox.isKnown;
  }

  #row(notification) {
    let row = this.#rows.get(notification.notificationId);
    const about = this.#about.of(notification);
    if (row?.notification !== notification || row.about !== about) {
      row ??= { element: h('li') };
      const hadFocus = row.element.contains(document.activeElement);
      const link = this.#link(notification, about);
      row.element.replaceChildren(link);
      Object.assign(row, { notification, about });
      this.#rows.set(notification.notificationId, row);
      if (hadFocus) {
        link.focus();
      }
    }
    return row.element;
  }

  #link(notification, about) {
    const { kind, actors, at, read } = notification;
    const date = new Date(at);
    return h(
      'a',
      {
        href: hashOf(placeOf(notification)),
        class: read ? null : 'unread',
        'data-kind': kind,
        onclick: () => read || this.#read(notification),
      },
      avatar(actors[0] ?? ''),
      h(
        'span',
        { class: 'sentence', dir: 'auto' },
        sentenceOf(notification),
        about ? h('span', { class: 'about', dir: 'auto' }, about) : null,
      ),
      h('time', { datetime: at, title: fullTimeOf(date) }, shortTimeOf(date)),
      read ? null : h('span', { class: 'new' }, h('span', { class: 'hidden' }, ' Unread')),
    );
  }

  #read(notification) {
    return attempt(() => this.#inbox.markRead(notification));
  }
}
