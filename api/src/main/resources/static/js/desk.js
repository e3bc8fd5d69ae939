import { Conversation } from './conversation.js';
import { confirm } from './dialogs.js';
import { Directory } from './directory.js';
import { avatar, h, reconcile } from './dom.js';
import { Link } from './link.js';
import { Outbox } from './outbox.js';
import { RSocketError } from './rsocket.js';
import { uuidv7 } from './uuid.js';
import { explain, explainDelay, previewOf, shortTimeOf, suggestName, titleOf } from './words.js';

const TOAST = 6_000;

const byId = (id) => document.getElementById(id);

/** The address of a conversation, or of the start for null; with the name to open it as, if one is given. */
export function linkTo(conversationId, as) {
  const path = conversationId ? `c/${conversationId}` : '';
  const query = as ? `?${new URLSearchParams({ as })}` : '';
  return `${location.origin}${location.pathname}#/${path}${query}`;
}

function rsocketUrl() {
  const url = new URL('rsocket', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.search = '';
  url.hash = '';
  return url.href;
}

let toastTimer;

function toast(text) {
  const element = byId('toast');
  element.textContent = text;
  element.showPopover();
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => element.hidePopover(), TOAST);
}

const tellDelay = { onDelay: (error, milliseconds) => toast(explainDelay(error, milliseconds)) };

/** Puts a link where it can be pasted from. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('The link is copied');
  } catch {
    // Only a secure page may write there: the dialog of the people shows the link to copy by hand.
    toast('This browser does not let a page copy: take the link from the address bar');
  }
}

/** Everything of one signed-in person; made anew when another name is picked. */
export class Desk {
  #session;
  #link;
  #outbox;
  #directory;
  #timeline;
  #composer;
  #people;
  #new;
  #conversation = null;
  #isMember = true;
  #rows = new Map();
  #isScheduled = false;
  #countdown = null;
  #listening = new AbortController();
  #onLeave;

  /**
   * @param {{session: Session, parts: object, onLeave: (why: string|null) => void}} options `parts` are those of the page that outlive a
   * person
   */
  constructor({ session, parts, onLeave }) {
    this.#session = session;
    this.#onLeave = onLeave;
    this.#timeline = parts.timeline;
    this.#composer = parts.composer;
    this.#people = parts.people;
    this.#new = parts.newDialog;
    this.#link = new Link({
      url: rsocketUrl(),
      session,
      greet: (connection) => this.#directory.greet(connection),
      onState: (state) => this.#showConnection(state),
      onUnauthenticated: () => this.leave('Your token is not valid any more'),
    });
    this.#outbox = new Outbox({
      link: this.#link,
      user: session.user,
      onChange: (conversationId) => {
        if (conversationId === this.#conversation?.id) {
          this.#timeline.draw();
          this.#timeline.tick();
        }
      },
      onSent: (conversationId, entry) => {
        if (conversationId === this.#conversation?.id) {
          this.#conversation.confirm(entry);
        } else {
          this.#outbox.remove(conversationId, entry.messageId);
        }
      },
    });
    this.#directory = new Directory({
      link: this.#link,
      me: session.user,
      onChange: () => this.#draw(),
      onListed: (view) => this.#onListed(view),
    });
  }

  get user() {
    return this.#session.user;
  }

  start() {
    const { signal } = this.#listening;
    byId('my-name').textContent = this.#session.user;
    byId('my-name').title = this.#session.user;
    byId('home-name').textContent = this.#session.user;
    byId('my-avatar').replaceChildren(avatar(this.#session.user));
    const on = (id, act) => byId(id).addEventListener('click', act, { signal });
    on('new-room', () => this.#newRoom());
    on('home-room', () => this.#newRoom());
    on('new-other', () => this.#new.show());
    on('more-conversations', () => this.#attempt(() => this.#directory.loadMore()));
    on('sign-out', () => this.leave(null));
    on('retry-now', () => this.#link.retryNow());
    on('failure-retry', () => this.show(this.#conversation.id));
    on('copy-link', () => copy(linkTo(this.#conversation.id)));
    on('people', () => this.showPeople());
    byId('app').hidden = false;
    this.#link.start();
    this.#outbox.start();
  }

  /** Ends it all. */
  leave(why) {
    this.#listening.abort();
    clearInterval(this.#countdown);
    this.#directory.stop();
    this.#conversation?.close();
    this.#conversation = null;
    this.#timeline.show(null);
    this.#link.stop();
    byId('app').hidden = true;
    document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
    this.#session.end();
    this.#onLeave(why);
  }

  /** Shows a conversation, or the start for null. */
  show(conversationId) {
    this.#conversation?.close();
    this.#conversation = null;
    byId('app').classList.toggle('in-conversation', conversationId !== null);
    byId('home').hidden = conversationId !== null;
    byId('conversation').hidden = conversationId === null;
    if (conversationId === null) {
      this.#timeline.show(null);
      this.#directory.setOpen(null);
      this.#draw();
      return;
    }
    const conversation = new Conversation({
      id: conversationId,
      me: this.#session.user,
      link: this.#link,
      outbox: this.#outbox,
      onChange: () => this.#onConversation(conversation),
      onFrame: (frame) => this.#onFrame(conversation, frame),
    });
    this.#conversation = conversation;
    this.#isMember = true;
    this.#directory.setOpen(conversationId);
    this.#timeline.show(conversation, this.#session.user);
    this.#composer.show(
      conversationId,
      () => this.#mentionable(),
      () => this.#isChannel(),
    );
    conversation.open();
    this.#onConversation(conversation);
    this.#checkMembership();
    if (matchMedia('(pointer: fine)').matches) {
      byId('text').focus();
    } else {
      byId('title').focus();
    }
  }

  /** Opens what was asked for and goes there. */
  async open({ kind, title, members, posting }) {
    const wanted = { conversationId: uuidv7(), kind, title, members, posting };
    const { conversationId } = await this.#link.ask('conversations.open', wanted, tellDelay);
    this.#directory.setRole(conversationId, 'owner');
    await this.#directory.refresh();
    location.hash = `#/c/${conversationId}`;
  }

  send(message) {
    this.#outbox.add(this.#conversation.id, message);
    this.#timeline.toEnd();
  }

  retry(entry) {
    this.#outbox.retry(this.#conversation.id, entry.messageId);
  }

  takeBack(entry) {
    this.#outbox.remove(this.#conversation.id, entry.messageId);
    this.#composer.takeBack(entry.body);
  }

  edit({ messageId }, body) {
    const conversation = this.#conversation;
    return this.#attempt(
      async () => {
        await this.#link.ask(`conversations.${conversation.id}.edit.${messageId}`, { body }, tellDelay);
        conversation.patch(messageId, { body, editedAt: new Date().toISOString() });
      },
      () => conversation === this.#conversation && this.#composer.takeBack(body),
    );
  }

  editLast() {
    const last = this.#conversation.rows.findLast(({ sender, redacted }) => sender === this.#session.user && !redacted);
    if (last) {
      this.#composer.edit(last);
    }
  }

  async redact({ messageId }) {
    const conversation = this.#conversation;
    if (await confirm('Delete this message for everyone?', 'Delete')) {
      await this.#attempt(async () => {
        await this.#link.ask(`conversations.${conversation.id}.redact.${messageId}`, {}, tellDelay);
        conversation.patch(messageId, { redacted: true, body: null });
      });
    }
  }

  showPeople() {
    const { id } = this.#conversation;
    const view = this.#directory.get(id);
    const role = this.#directory.roleIn(id);
    const canAdd = this.#isMember && view?.kind !== 'direct' && role !== 'member';
    this.#people.show({
      link: linkTo(id),
      canAdd,
      canLeave: this.#isMember && view !== null && view.kind !== 'direct',
      members: () =>
        this.#members().map(({ user, role: theirs }) => ({ user, role: theirs, canRemove: canAdd && user !== this.#session.user })),
    });
  }

  async addMember(user, role) {
    const conversation = this.#conversation;
    await this.#link.ask(`conversations.${conversation.id}.members.add`, { user, role }, tellDelay);
    conversation.roles.set(user, role);
    await this.#directory.refresh();
  }

  async removeMember(user) {
    const conversation = this.#conversation;
    await this.#link.ask(`conversations.${conversation.id}.members.remove`, { user }, tellDelay);
    conversation.roles.set(user, null);
    await this.#directory.refresh();
  }

  async leaveConversation() {
    if (!(await confirm('Leave this conversation?', 'Leave'))) {
      return false;
    }
    const { id } = this.#conversation;
    await this.#link.ask(`conversations.${id}.members.remove`, { user: this.#session.user }, tellDelay);
    this.#directory.setRole(id, null);
    this.#directory.remove(id);
    location.hash = '#/';
    return true;
  }

  suggestPerson() {
    return suggestName([this.#session.user, ...this.#members().map(({ user }) => user)]);
  }

  linkFor(user) {
    return this.#session.isPasted ? null : linkTo(this.#conversation.id, user);
  }

  seen(seq) {
    this.#directory.markRead(this.#conversation.id, seq);
  }

  /** What an empty conversation says. */
  welcome() {
    const view = this.#directory.get(this.#conversation.id);
    if (view?.kind === 'direct' || !this.#isMember) {
      return [h('p', {}, 'Say something.')];
    }
    return [
      h('p', {}, 'Write something below, or let someone in: add a name, and open a second tab as that person.'),
      h('button', { type: 'button', onclick: () => this.showPeople() }, 'Add someone'),
    ];
  }

  async #newRoom() {
    const titles = new Set(this.#directory.all().map(({ title }) => title));
    const title = `${[...this.#session.user].slice(0, 150).join('')}’s room`;
    let free = title;
    for (let n = 2; titles.has(free); n += 1) {
      free = `${title} ${n}`;
    }
    await this.#attempt(() => this.open({ kind: 'channel', title: free }));
  }

  async #checkMembership() {
    const conversation = this.#conversation;
    const isMember = await this.#directory.isMember(conversation.id).catch((error) => {
      if (!(error instanceof RSocketError)) {
        throw error;
      }
      return false;
    });
    if (conversation === this.#conversation) {
      this.#isMember = isMember;
      this.#draw();
      this.#timeline.draw();
    }
  }

  #onConversation(conversation) {
    if (conversation === this.#conversation) {
      this.#timeline.draw();
      this.#draw();
    }
  }

  #onFrame(conversation, frame) {
    this.#directory.take(conversation.id, frame);
    if (conversation === this.#conversation) {
      if (frame.type === 'message') {
        this.#timeline.announce(frame);
      } else if (frame.type === 'member') {
        this.#people.update();
        if (frame.user === this.#session.user) {
          this.#isMember = !frame.removed;
        }
        this.#draw();
      }
    }
  }

  #onListed(view) {
    if (view.conversationId !== this.#conversation?.id) {
      return;
    }
    this.#isMember = true;
    if (this.#conversation.failure) {
      // One was let in.
      this.show(view.conversationId);
    } else {
      this.#conversation.observe(view.lastSeq);
      this.#people.update();
    }
  }

  #members() {
    const roles = new Map((this.#directory.get(this.#conversation.id)?.members ?? []).map((user) => [user, null]));
    if (this.#isMember) {
      roles.set(this.#session.user, this.#directory.roleIn(this.#conversation.id));
    }
    this.#conversation.roles.forEach((role, user) => (role === null ? roles.delete(user) : roles.set(user, role)));
    return [...roles].map(([user, role]) => ({ user, role }));
  }

  /** Members, and in a channel, which tells no members, whoever is seen there. */
  #mentionable() {
    const names = new Set(this.#members().map(({ user }) => user));
    if (this.#isChannel()) {
      this.#conversation.rows.forEach(({ sender }) => names.add(sender));
    }
    names.delete(this.#session.user);
    return [...names];
  }

  #isChannel() {
    // What one watches without being a member can only be one.
    return (this.#directory.get(this.#conversation.id)?.kind ?? 'channel') === 'channel';
  }

  /** Does it, or says what kept it from being done. */
  async #attempt(work, otherwise = () => {}) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RSocketError)) {
        throw error;
      }
      toast(explain(error));
      otherwise();
    }
  }

  #draw() {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      requestAnimationFrame(() => {
        this.#isScheduled = false;
        if (!this.#listening.signal.aborted) {
          this.#drawList();
          this.#drawConversation();
        }
      });
    }
  }

  #drawList() {
    const me = this.#session.user;
    const open = this.#conversation?.id;
    const views = this.#directory.all();
    const now = new Date();
    const shown = new Set();
    const elements = views.map((view) => {
      const { conversationId, lastMessage, unread } = view;
      const at = lastMessage ? shortTimeOf(new Date(lastMessage.sentAt), now) : '';
      const parts = [view, conversationId === open, at];
      shown.add(conversationId);
      let row = this.#rows.get(conversationId);
      if (!row || parts.some((part, i) => part !== row.parts[i])) {
        const hadFocus = row?.element.contains(document.activeElement);
        const link = conversationLink(view, { me, isOpen: conversationId === open, at });
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
    const unread = views.reduce((sum, view) => sum + (view.conversationId === open && !document.hidden ? 0 : view.unread), 0);
    const where = open ? `${this.#title()} · ` : '';
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${where}Ovation`;
  }

  #drawConversation() {
    const conversation = this.#conversation;
    if (!conversation) {
      return;
    }
    const view = this.#directory.get(conversation.id);
    const { failure } = conversation;
    byId('title').textContent = failure ? 'Conversation' : this.#title();
    byId('title').title = byId('title').textContent;
    byId('subtitle').textContent = failure ? '' : this.#subtitle(view);
    const isGuest = !this.#isMember && !failure;
    byId('scroller').parentElement.hidden = failure !== null;
    byId('failure').hidden = failure === null;
    byId('guest').hidden = !isGuest;
    byId('composer').hidden = isGuest || failure !== null;
    byId('copy-link').hidden = failure !== null;
    byId('people').hidden = failure !== null || !this.#isMember;
    this.#timeline.canModerate = ['owner', 'moderator'].includes(this.#directory.roleIn(conversation.id)) && view?.kind !== 'direct';
    if (isGuest && byId('guest').querySelector('bdi')?.textContent !== this.#session.user) {
      byId('guest').replaceChildren('You are reading along. To write, ask an owner to add ', h('bdi', {}, this.#session.user), '.');
    }
    if (failure) {
      byId('failure-title').textContent = failure.code === 'forbidden' ? 'This is for its members' : 'This conversation cannot be shown';
      byId('failure-text').textContent =
        failure.code === 'forbidden' ? `Ask one of them to add you. Your name here is ${this.#session.user}.` : explain(failure);
    }
  }

  #title() {
    const { id } = this.#conversation;
    return titleOf(this.#directory.get(id) ?? { conversationId: id }, this.#session.user);
  }

  #subtitle(view) {
    switch (view?.kind) {
      case 'direct':
        return 'Direct';
      case 'group':
        return `Group · ${this.#members().length} ${this.#members().length === 1 ? 'person' : 'people'}`;
      default:
        return 'Channel · anyone may read';
    }
  }

  #showConnection({ name, retryAt }) {
    if (this.#listening.signal.aborted) {
      return;
    }
    const texts = { connecting: 'Connecting…', connected: 'Connected', waiting: 'Reconnecting', offline: 'Offline' };
    byId('connection').dataset.state = name;
    if (byId('connection').textContent !== texts[name]) {
      byId('connection').textContent = texts[name];
    }
    clearInterval(this.#countdown);
    const isWaiting = name === 'waiting' || name === 'offline';
    if (isWaiting) {
      byId('banner-text').textContent = name === 'offline' ? 'You are offline.' : 'The connection was lost.';
      const count = () => {
        byId('banner-countdown').textContent = ` Trying again in ${Math.max(1, Math.ceil((retryAt - Date.now()) / 1000))} s`;
      };
      count();
      this.#countdown = setInterval(count, 250);
    } else {
      byId('banner-countdown').textContent = name === 'connecting' ? ' Trying again…' : '';
    }
    byId('retry-now').hidden = !isWaiting;
    // While it tries, the banner stays as it was: at the first attempt hidden, after a cut shown.
    if (name !== 'connecting') {
      byId('banner').hidden = !isWaiting;
    }
  }
}

function conversationLink(view, { me, isOpen, at }) {
  const title = titleOf(view, me);
  const { conversationId, lastMessage, unread } = view;
  return h(
    'a',
    { href: `#/c/${conversationId}`, 'aria-current': isOpen ? 'page' : null },
    avatar(title),
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
      unread > 0 ? h('span', { class: 'badge', 'aria-label': `${unread} unread` }, unread > 99 ? '99+' : String(unread)) : null,
    ),
  );
}
