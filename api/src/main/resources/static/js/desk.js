import { Acknowledgements } from './acknowledgements.js';
import { connect } from './client/index.js';
import { Outbox } from './client/outbox.js';
import { ConnectionState } from './connection.js';
import { ContentView } from './contentview.js';
import { Directory } from './directory.js';
import { avatar } from './dom.js';
import { Feed } from './feed.js';
import { FeedView } from './feedview.js';
import { onceAFrame } from './frames.js';
import { Inbox } from './inbox.js';
import { InboxView } from './inboxview.js';
import { HOME, hashOf } from './places.js';
import { Presence } from './presence.js';
import { Room } from './room.js';
import { Sidebar } from './sidebar.js';
import { likeOf, sendComment, sendMessage } from './sources.js';
import { attempt, tellDelay } from './toast.js';
import { Toggles } from './toggles.js';
import { TypingTeller } from './typing.js';
import { explain } from './words.js';

/** The places of the page, each with the call of the client that brings what is seen there. */
const PLACES = {
  home: 'conversations.watch()',
  conversation: 'conversation(id).watch()',
  feed: 'feed.watch()',
  content: 'content(id).watch()',
  inbox: 'inbox.watch()',
};

const byId = (id) => document.getElementById(id);

/** Everything of one signed-in person; made anew when another name is picked. */
export class Desk {
  #session;
  #parts;
  #onLeave;
  #connection = new ConnectionState();
  #sidebar;
  #inbox;
  #feed;
  #place = HOME;
  #view = null;
  #seenContents = new Set();
  #listening = new AbortController();
  #draw = onceAFrame(() => this.#listening.signal.aborted || this.#drawNow());

  /**
   * @param {{session: Session, parts: object, onLeave: (why: string|null) => void}} options `parts` are those of the
   * page that outlive a person
   */
  constructor({ session, parts, onLeave }) {
    this.#session = session;
    this.#parts = parts;
    this.#onLeave = onLeave;
    this.me = session.user;
    this.canShare = !session.isPasted;
    this.client = connect({ url: new URL('.', location.href), token: (refused) => session.tokenAfter(refused) });
    this.toggles = new Toggles();
    this.messages = this.#outbox('outbox', sendMessage(this.client));
    this.comments = this.#outbox('comments', sendComment(this.client));
    this.presence = new Presence(this.client, () => {
      this.room?.presenceChanged();
      this.#draw();
    });
    this.acknowledgements = new Acknowledgements(this.client);
    this.typing = new TypingTeller(this.client);
    this.directory = new Directory({
      client: this.client,
      me: this.me,
      acknowledgements: this.acknowledgements,
      onChange: () => {
        this.#lookAtOthers();
        this.#draw();
      },
      onListed: (view) => this.#onListed(view),
    });
    this.#sidebar = new Sidebar({ me: this.me, directory: this.directory, presence: this.presence });
    this.#inbox = new Inbox({ client: this.client, onChange: () => this.#draw() });
    this.#feed = new Feed({ client: this.client, onChange: () => this.#draw() });
  }

  /** The conversation that is open; null when there is none. */
  get room() {
    return this.#view instanceof Room ? this.#view : null;
  }

  /** The content that is open; null when there is none. */
  get content() {
    return this.#view instanceof ContentView ? this.#view : null;
  }

  start() {
    const { signal } = this.#listening;
    byId('my-name').textContent = this.me;
    byId('my-name').title = this.me;
    byId('home-name').textContent = this.me;
    byId('my-avatar').replaceChildren(avatar(this.me));
    const on = (id, act) => byId(id).addEventListener('click', act, { signal });
    on('new-room', () => this.#newRoom());
    on('home-room', () => this.#newRoom());
    on('new-other', () => this.#parts.newDialog.show());
    on('more-conversations', () => attempt(() => this.directory.loadMore()));
    on('sign-out', () => this.leave(null));
    on('retry-now', () => this.client.retry());
    on('failure-retry', () => this.show(this.#place));
    on('copy-link', () => this.room.copyLink());
    on('people', () => this.room.showPeople());
    byId('app').hidden = false;
    const show = () => this.#show(this.client.state);
    addEventListener('online', show, { signal });
    addEventListener('offline', show, { signal });
    this.#inbox.start();
    this.#feed.start();
    this.client.on('state', (state) => this.#became(state), { signal });
  }

  /** Ends it all. */
  leave(why) {
    this.#listening.abort();
    this.#connection.stop();
    this.#view?.close();
    this.#view = null;
    this.directory.stop();
    this.presence.stop();
    this.acknowledgements.stop();
    this.#inbox.stop();
    this.#feed.stop();
    this.client.close();
    byId('app').hidden = true;
    document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
    this.#session.end();
    this.#onLeave(why);
  }

  /** Shows a place of those in places.js. */
  show(place) {
    this.#view?.close();
    this.#place = place;
    byId('app').classList.toggle('in-main', place.name !== 'home');
    Object.keys(PLACES).forEach((name) => {
      byId(name).hidden = name !== place.name;
    });
    byId('behind').textContent = PLACES[place.name];
    this.#view = this.#viewOf(place);
    this.#view?.open();
    this.#draw();
  }

  /** Opens what was asked for and goes there. */
  async open({ kind, title, members, posting }) {
    const { conversationId } = await this.client.conversations.open({ kind, title, members, posting }, tellDelay);
    this.directory.setRole(conversationId, 'owner');
    await this.directory.refresh();
    location.hash = hashOf({ name: 'conversation', id: conversationId });
  }

  /** Publishes, and goes there. */
  async publish({ title, body }) {
    const { contentId } = await this.client.contents.publish({ title, body }, tellDelay);
    location.hash = hashOf({ name: 'content', id: contentId });
  }

  /** Likes a content, or takes the like back; it shows wherever that content is shown. */
  like(contentId, isLiked) {
    this.toggles.turn(likeOf(this.client, contentId), isLiked, (given) => {
      this.#feed.patch(contentId, { likedByMe: given });
      if (this.content?.id === contentId) {
        this.content.liked(given);
      }
    });
  }

  /** One's like, or that it is taken back, while it is not known to be recorded; undefined otherwise. */
  likeWanted(contentId) {
    return this.toggles.wanted(likeOf(this.client, contentId));
  }

  #became(state) {
    if (state.name === 'refused' && state.until === undefined) {
      const { why } = state;
      this.leave(why?.code === 'unauthenticated' ? 'Your token is not valid any more' : explain(why));
      return;
    }
    if (state.name === 'live') {
      this.directory.connected();
    }
    this.#show(state);
  }

  #show(state) {
    this.#connection.show(state);
    this.room?.presenceChanged();
    this.#draw();
  }

  #viewOf(place) {
    const onChange = () => this.#draw();
    switch (place.name) {
      case 'conversation':
        return new Room({ desk: this, parts: this.#parts, place, onChange });
      case 'content':
        return new ContentView({ desk: this, parts: this.#parts, place, seen: this.#seenContents, onChange });
      case 'feed':
        return new FeedView({ desk: this, feed: this.#feed, onPublish: () => this.#parts.publishDialog.show() });
      case 'inbox':
        return new InboxView({ inbox: this.#inbox, client: this.client, onChange });
      default:
        return null;
    }
  }

  /**
   * What is written goes on being sent while another place is shown: it is told there only when it is the one that is
   * open.
   */
  #outbox(name, send) {
    const openView = (id) => (this.#view?.outboxName === name && this.#view.id === id ? this.#view : null);
    const outbox = new Outbox({
      send,
      storage: sessionStorage,
      key: `ovation.${name}.${this.me}`,
      onChange: (id) => openView(id)?.redraw(),
      onSent: (id, entry) => {
        const view = openView(id);
        if (view) {
          view.confirm(entry);
        } else {
          outbox.remove(id, entry.messageId);
        }
      },
    });
    return outbox;
  }

  async #newRoom() {
    const titles = new Set(this.directory.all().map(({ title }) => title));
    const title = `${[...this.me].slice(0, 150).join('')}’s room`;
    let free = title;
    for (let n = 2; titles.has(free); n += 1) {
      free = `${title} ${n}`;
    }
    await attempt(() => this.open({ kind: 'channel', title: free }));
  }

  #onListed(view) {
    if (view.conversationId !== this.room?.id) {
      return;
    }
    if (this.room.hasFailed) {
      // One was let in.
      this.show(this.#place);
    } else {
      this.room.listed(view);
    }
  }

  /** Watches who is there of those whom one talks with alone. */
  #lookAtOthers() {
    const directs = this.directory.all().filter(({ kind }) => kind === 'direct');
    this.presence.look(
      'directs',
      directs.flatMap(({ members }) => (members ?? []).filter((user) => user !== this.me)),
    );
  }

  #drawNow() {
    const open = this.room?.id ?? null;
    this.#sidebar.draw(open);
    this.#view?.draw();
    this.#drawLinks();
    const views = this.directory.all();
    const unread = views.reduce(
      (sum, view) => sum + (view.conversationId === open && !document.hidden ? 0 : view.unread),
      0,
    );
    const where = this.#view?.title();
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${where ? `${where} · ` : ''}Ovation`;
  }

  #drawLinks() {
    const { isThere, unread } = this.#inbox;
    const mark = (id, name) =>
      this.#place.name === name
        ? byId(id).setAttribute('aria-current', 'page')
        : byId(id).removeAttribute('aria-current');
    byId('to-feed').hidden = !this.#feed.isThere;
    byId('home-feed').hidden = !this.#feed.isThere;
    byId('to-inbox').hidden = !isThere;
    mark('to-feed', 'feed');
    mark('to-inbox', 'inbox');
    byId('to-inbox').setAttribute('aria-label', unread > 0 ? `Inbox, ${unread} unread` : 'Inbox');
    byId('inbox-badge').hidden = unread === 0;
    byId('inbox-badge').textContent = unread > 99 ? '99+' : String(unread);
  }
}
