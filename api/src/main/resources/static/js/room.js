import { OvationError } from './client/index.js';
import { Conversation } from './conversation.js';
import { confirm } from './dialogs.js';
import { h } from './dom.js';
import { suggestName } from './names.js';
import { HOME, hashOf, linkTo } from './places.js';
import { Receipts, tickOf } from './receipts.js';
import { toggleReaction } from './reactions.js';
import { Sanctions } from './sanctions.js';
import { messagesOf, reactToMessage } from './sources.js';
import { attempt, copy, tellDelay } from './toast.js';
import { Typists } from './typing.js';
import { explain, titleOf, typingOf, whenceOf } from './words.js';

/** So many messages before the one that is gone to are shown with it. */
const BEFORE = 30;

/** So many members are shown with their roles. */
const MOST_NAMED = 200;

const byId = (id) => document.getElementById(id);

/** The conversation that is open. */
export class Room {
  outboxName = 'outbox';
  #me;
  #client;
  #room;
  #toggles;
  #outbox;
  #directory;
  #presence;
  #acknowledgements;
  #typing;
  #timeline;
  #composer;
  #people;
  #canShare;
  #onChange;
  #conversation;
  #receipts;
  #typists;
  #isMember = true;
  #othersCount = null;
  #watching = null;
  #details = null;
  // What was told to have changed since the details were asked for, whose answer may be older.
  #changed = {};
  #sanctions;

  /**
   * @param {object} options
   * @param {object} options.desk what one person's page has: `me`, `client`, `toggles`, `messages` (an outbox),
   * `directory`, `presence`, `acknowledgements`, `typing`, and `canShare`, whether a link can bring a name with it
   * @param {object} options.parts those of the page that outlive a person
   * @param {{id: string, seq?: number}} options.place
   * @param {() => void} options.onChange something at the side is to be drawn anew
   */
  constructor({ desk, parts, place: { id, seq }, onChange }) {
    this.#me = desk.me;
    this.#client = desk.client;
    this.#room = desk.client.conversation(id);
    this.#toggles = desk.toggles;
    this.#outbox = desk.messages;
    this.#directory = desk.directory;
    this.#presence = desk.presence;
    this.#acknowledgements = desk.acknowledgements;
    this.#typing = desk.typing;
    this.#canShare = desk.canShare;
    this.#timeline = parts.timeline;
    this.#composer = parts.composer;
    this.#people = parts.people;
    this.#onChange = onChange;
    this.#receipts = new Receipts(this.#me);
    this.#sanctions = new Sanctions({ client: this.#client, id });
    this.#typists = new Typists(this.#me, () => this.drawTyping());
    this.#conversation = new Conversation({
      id,
      source: messagesOf(this.#client, id),
      from: seq ? Math.max(0, seq - BEFORE) : null,
      me: this.#me,
      outbox: this.#outbox,
      onChange: () => {
        this.#timeline.draw();
        this.#onChange();
      },
      onFrame: (frame) => this.#onFrame(frame),
    });
    this.#timeline.show(this.#conversation, {
      me: this.#me,
      revealSeq: seq ?? null,
      tickOf: (message) => this.#tickOf(message),
    });
    this.#composer.show(
      id,
      () => this.#mentionable(),
      () => this.#isChannel(),
    );
  }

  get id() {
    return this.#conversation.id;
  }

  get hasFailed() {
    return this.#conversation.failure !== null;
  }

  open() {
    this.#conversation.open();
    this.#checkMembership();
    byId(matchMedia('(pointer: fine)').matches ? 'text' : 'title').focus();
  }

  close() {
    this.#conversation.close();
    this.#typists.clear();
    this.#timeline.show(null);
    this.#presence.look('members', []);
  }

  redraw() {
    this.#timeline.draw();
    this.#timeline.tick();
  }

  confirm(entry) {
    this.#conversation.confirm(entry);
  }

  send(message) {
    this.#typing.sent();
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
    return attempt(
      async () => {
        await this.#room.edit(messageId, body, tellDelay);
        conversation.patch(messageId, { body, editedAt: new Date().toISOString() });
      },
      () => conversation.isClosed || this.#composer.takeBack(body),
    );
  }

  editLast() {
    const last = this.#conversation.rows.findLast(({ sender, redacted }) => sender === this.#me && !redacted);
    if (last) {
      this.#composer.edit(last);
    }
  }

  async redact({ messageId }) {
    const conversation = this.#conversation;
    if (await confirm('Delete this message for everyone?', 'Delete')) {
      await attempt(async () => {
        await this.#room.redact(messageId, tellDelay);
        conversation.patch(messageId, { redacted: true, body: null });
      });
    }
  }

  react(messageId, kind) {
    toggleReaction(this.#toggles, this.#conversation, reactToMessage(this.#client, this.id), messageId, kind);
  }

  async sanction(act, user) {
    await this.#sanctions[act](user);
    if (act === 'ban') {
      this.#conversation.roles.set(user, null);
      await this.#directory.refresh();
    }
  }

  /** Into a channel that is open to all. */
  join() {
    return attempt(async () => {
      await this.#room.members.add(this.#me, undefined, tellDelay);
      await this.#checkMembership();
    });
  }

  writing() {
    this.#typing.tell(this.id);
  }

  showPeople() {
    const { id } = this.#conversation;
    const view = this.#directory.get(id);
    const role = () => this.#directory.roleIn(id);
    const canAdd = () => this.#isMember && view?.kind !== 'direct' && role() !== 'member';
    this.#lookAtPeople(view?.kind !== 'direct');
    this.#people.show({
      link: linkTo(this.#place()),
      canAdd,
      canLeave: this.#isMember && view !== null && view.kind !== 'direct',
      members: () =>
        this.#members().map(({ user, role: theirs }) => ({
          user,
          role: theirs,
          status: this.#presence.of(user)?.status ?? null,
          canRemove: canAdd() && user !== this.#me,
          canSanction: canAdd() && this.#outranks(role(), theirs),
          isMe: user === this.#me,
          isBlocked: this.#sanctions.blocked.has(user),
        })),
      banned: () => this.#sanctions.banned,
    });
  }

  /** An owner all but owners, a moderator members alone. */
  #outranks(mine, theirs) {
    return theirs !== 'owner' && (mine === 'owner' || (mine === 'moderator' && theirs !== 'moderator'));
  }

  /** The roles of all, and who is kept from writing: neither is told by the stream. */
  #lookAtPeople(hasBans) {
    const conversation = this.#conversation;
    const { id } = conversation;
    return attempt(async () => {
      const { members } = await this.#room.members.list({ limit: MOST_NAMED });
      members.forEach(({ user, role }) => conversation.roles.set(user, role));
      this.#directory.setRole(id, members.find(({ user }) => user === this.#me)?.role ?? this.#directory.roleIn(id));
      this.#people.update();
      await this.#sanctions.load(hasBans && ['owner', 'moderator'].includes(this.#directory.roleIn(id)));
      this.#people.update();
    });
  }

  async addMember(user, role) {
    const conversation = this.#conversation;
    await this.#room.members.add(user, role, tellDelay);
    conversation.roles.set(user, role);
    await this.#directory.refresh();
  }

  async removeMember(user) {
    const conversation = this.#conversation;
    await this.#room.members.remove(user, tellDelay);
    conversation.roles.set(user, null);
    await this.#directory.refresh();
  }

  async leaveConversation() {
    if (!(await confirm('Leave this conversation?', 'Leave'))) {
      return false;
    }
    const { id } = this.#conversation;
    await this.#room.members.remove(this.#me, tellDelay);
    this.#directory.setRole(id, null);
    this.#directory.remove(id);
    location.hash = hashOf(HOME);
    return true;
  }

  suggestPerson() {
    return suggestName([this.#me, ...this.#members().map(({ user }) => user)]);
  }

  linkFor(user) {
    return this.#canShare ? linkTo(this.#place(), user) : null;
  }

  copyLink() {
    return copy(linkTo(this.#place()));
  }

  /** All up to this seq is in sight. */
  seen(seq) {
    this.#directory.markRead(this.id, seq);
    if (this.#isMember && seq > 0) {
      // One's own messages need no receipt: what one writes last would be one more for each.
      const others = this.#conversation.rows.findLast(({ sender }) => sender !== this.#me);
      this.#acknowledgements.read(this.id, others?.seq ?? seq);
    }
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

  /** The directory knows this conversation anew. */
  listed(view) {
    this.#isMember = true;
    this.#conversation.observe(view.lastSeq);
    this.#people.update();
    this.#look();
  }

  presenceChanged() {
    this.#people.update();
  }

  #place() {
    return { name: 'conversation', id: this.id };
  }

  async #checkMembership() {
    const isMember = await this.#directory.isMember(this.id).catch((error) => {
      if (!(error instanceof OvationError)) {
        throw error;
      }
      return false;
    });
    if ((!isMember || this.#isChannel()) && !this.#conversation.isClosed) {
      // Who only watches has it in no list, and in a channel the list does not say who may write.
      this.#changed = {};
      this.#details = await this.#room.get().catch((error) => {
        if (!(error instanceof OvationError)) {
          throw error;
        }
        return null;
      });
      if (isMember && this.#details?.role) {
        this.#directory.setRole(this.id, this.#details.role);
      }
    }
    if (!this.#conversation.isClosed) {
      this.#isMember = isMember;
      this.#look();
      this.#onChange();
      this.#timeline.draw();
    }
  }

  #onFrame(frame) {
    this.#directory.take(this.id, frame);
    switch (frame.type) {
      case 'message':
        this.#typists.stopped(frame.sender);
        this.#timeline.announce(frame);
        break;
      case 'member':
        if (frame.user === this.#me) {
          this.#isMember = !frame.removed;
        }
        if (frame.removed) {
          this.#receipts.forget(frame.user);
          this.#typists.stopped(frame.user);
        }
        this.#people.update();
        this.#look();
        this.#onChange();
        break;
      case 'receipt':
        this.#receipts.take(frame);
        this.#timeline.draw();
        break;
      case 'typing':
        this.#typists.take(frame.user);
        break;
      case 'conversation-changed':
        this.#changed = { ...this.#changed, ...frame };
        this.#onChange();
        break;
      case 'audience':
        this.#watching = frame.watching;
        this.#onChange();
        break;
      default:
      // The conversation itself has taken it.
    }
  }

  /** Watches who is there of the members that are known: with a channel, which tells none, there is nobody to watch. */
  #look() {
    const isKnown = this.#isMember && !this.#isChannel();
    const others = isKnown ? this.#others() : [];
    this.#othersCount = isKnown ? others.length : null;
    this.#presence.look('members', others);
  }

  #others() {
    return this.#members()
      .map(({ user }) => user)
      .filter((user) => user !== this.#me);
  }

  /** What stands at a message of one's own. */
  #tickOf({ seq }) {
    const counts = this.#receipts.of(seq);
    const isDirect = this.#kind() === 'direct';
    return {
      tick: tickOf(counts, this.#othersCount),
      ...(isDirect ? { delivered: 0, read: 0 } : counts),
      readers: () => (isDirect ? [] : this.#receipts.readers(seq)),
    };
  }

  #members() {
    const roles = new Map((this.#directory.get(this.#conversation.id)?.members ?? []).map((user) => [user, null]));
    if (this.#isMember) {
      roles.set(this.#me, this.#directory.roleIn(this.#conversation.id));
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
    names.delete(this.#me);
    return [...names];
  }

  #isChannel() {
    // What one watches without being a member can only be one.
    return this.#kind() === 'channel';
  }

  #kind() {
    return this.#directory.get(this.id)?.kind ?? this.#details?.kind ?? 'channel';
  }

  draw() {
    const conversation = this.#conversation;
    const view = this.#directory.get(conversation.id);
    const { failure } = conversation;
    byId('title').textContent = failure ? 'Conversation' : this.title();
    byId('title').title = byId('title').textContent;
    byId('subtitle').textContent = failure ? '' : this.#subtitle(view);
    const onlyReads = !this.#mayWrite() && !failure;
    byId('scroller').parentElement.hidden = failure !== null;
    byId('failure').hidden = failure === null;
    byId('guest').hidden = !onlyReads;
    byId('composer').hidden = onlyReads || failure !== null;
    byId('copy-link').hidden = failure !== null;
    byId('people').hidden = failure !== null || !this.#isMember;
    byId('typing').hidden = onlyReads || failure !== null;
    this.drawTyping();
    this.#timeline.canModerate =
      ['owner', 'moderator'].includes(this.#directory.roleIn(conversation.id)) && view?.kind !== 'direct';
    if (onlyReads) {
      this.#drawGuest();
    }
    if (failure) {
      byId('failure-title').textContent =
        failure.code === 'forbidden' ? 'This is for its members' : 'This conversation cannot be shown';
      byId('failure-text').textContent =
        failure.code === 'forbidden' ? `Ask one of them to add you. Your name here is ${this.#me}.` : explain(failure);
    }
  }

  /** As far as it is known: who may not is told by the server too. */
  #mayWrite() {
    const { posting } = { ...this.#details, ...this.#changed };
    return this.#isMember && !(posting === 'moderators' && this.#directory.roleIn(this.id) === 'member');
  }

  /** How one gets to write. Drawn once: the button keeps its focus. */
  #drawGuest() {
    const mayJoin = { ...this.#details, ...this.#changed }.joining === 'open';
    const shown = this.#isMember ? 'member' : mayJoin ? 'join' : this.#me;
    if (byId('guest').dataset.shown !== shown) {
      byId('guest').dataset.shown = shown;
      byId('guest').replaceChildren(...this.#wayToWrite(mayJoin));
    }
    byId('guest').onclick = ({ target }) => target.id === 'join' && this.join();
  }

  #wayToWrite(mayJoin) {
    if (this.#isMember) {
      return ['Only owners and moderators write here.'];
    }
    return mayJoin
      ? ['You are reading along. ', h('button', { type: 'button', id: 'join', class: 'primary' }, 'Join')]
      : ['You are reading along. To write, ask an owner to add ', h('bdi', {}, this.#me), '.'];
  }

  drawTyping() {
    byId('typing').textContent = typingOf(this.#typists.users);
  }

  title() {
    const details = { conversationId: this.id, ...this.#details, ...this.#changed };
    return titleOf(this.#directory.get(this.id) ?? details, this.#me);
  }

  #subtitle(view) {
    if (this.#client.state.name !== 'live') {
      // Who is there is not known then, whatever was told last.
      return 'Not connected';
    }
    switch (view?.kind) {
      case 'direct':
        return whenceOf(this.#presence.of(titleOf(view, this.#me))) ?? 'Direct';
      case 'group': {
        const members = this.#members();
        const online = this.#others().filter((user) => this.#presence.of(user)?.status === 'online').length;
        return [
          'Group',
          `${members.length} ${members.length === 1 ? 'person' : 'people'}`,
          ...(online > 0 ? [`${online} other${online === 1 ? '' : 's'} online`] : []),
        ].join(' · ');
      }
      default:
        return this.#watching > 1
          ? `Channel · ${this.#watching.toLocaleString()} watching`
          : 'Channel · anyone may read';
    }
  }
}
