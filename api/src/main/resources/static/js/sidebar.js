import { avatarWithDot, h, reconcile } from './dom.js';
import { hashOf } from './places.js';
import { shortTimeOf } from './times.js';
import { previewOf, titleOf } from './words.js';

const byId = (id) => document.getElementById(id);

/** The list of conversations at the side. */
export class Sidebar {
  #me;
  #directory;
  #presence;
  #rows = new Map();

  /**
   * @param {object} options
   * @param {string} options.me
   * @param {import('./directory.js').Directory} options.directory
   * @param {import('./presence.js').Presence} options.presence
   */
  constructor({ me, directory, presence }) {
    this.#me = me;
    this.#directory = directory;
    this.#presence = presence;
  }

  /** @param {string|null} open the conversation that is shown beside it */
  draw(open) {
    const views = this.#directory.all();
    const now = new Date();
    const shown = new Set();
    const elements = views.map((view) => {
      const { conversationId, lastMessage } = view;
      const at = lastMessage ? shortTimeOf(new Date(lastMessage.sentAt), now) : '';
      const status = this.#statusOf(view);
      const parts = [view, conversationId === open, at, status];
      shown.add(conversationId);
      let row = this.#rows.get(conversationId);
      if (!row || parts.some((part, i) => part !== row.parts[i])) {
        const hadFocus = row?.element.contains(document.activeElement);
        const link = conversationLink(view, { me: this.#me, isOpen: conversationId === open, at, status });
        row = { parts, element: row?.element ?? h('li') };
        row.element.replaceChildren(link);
        if (hadFocus) {
          link.focus();
        }
        this.#rows.set(conversationId, row);
      }
      return row.element;
    });
    [...this.#rows.keys()].filter((id) => !shown.has(id)).forEach((id) => this.#rows.delete(id));
    reconcile(byId('conversations'), elements);
    byId('no-conversations').hidden = !this.#directory.isKnown || views.length > 0;
    byId('more-conversations').hidden = !this.#directory.hasMore;
  }

  #statusOf({ kind, members }) {
    const other = kind === 'direct' ? members?.find((user) => user !== this.#me) : undefined;
    return other === undefined ? null : (this.#presence.of(other)?.status ?? null);
  }
}

function conversationLink(view, { me, isOpen, at, status }) {
  const title = titleOf(view, me);
  const { conversationId, lastMessage, unread } = view;
  return h(
    'a',
    { href: hashOf({ name: 'conversation', id: conversationId }), 'aria-current': isOpen ? 'page' : null },
    avatarWithDot(title, status),
    h(
      'span',
      { class: 'what' },
      h('bdi', { class: 'name' }, title),
      h('bdi', { class: 'last' }, lastMessage ? previewOf(lastMessage, me) : 'Nothing yet'),
    ),
    h(
      'span',
      { class: 'when' },
      h('span', {}, at),
      unread > 0
        ? h('span', { class: 'badge', 'aria-label': `${unread} unread` }, unread > 99 ? '99+' : String(unread))
        : null,
    ),
  );
}
