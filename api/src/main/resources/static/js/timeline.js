import { h, icon, reconcile } from './dom.js';
import { onceAFrame } from './frames.js';
import { messageRow } from './message.js';
import { dayKey, dayOf } from './times.js';
import { countOf, namesOf } from './words.js';

/** Messages of one person this close together stand as one group. */
const GROUP = 5 * 60_000;

/** So near to the end counts as being there, in pixels. */
const NEAR_END = 48;

/** So far above their message its buttons stand; see `.tools` in ovation.css. */
const ABOVE = 24;

/**
 * The messages of a conversation, or the comments on a content, in a window that moves as one scrolls. Draws at most
 * once a frame, whatever comes in.
 */
export class Timeline {
  #scroller;
  #list;
  #top;
  #bottom;
  #pill;
  #announcer;
  #tools;
  #actions;
  #texts;
  #rowActions;
  #conversation = null;
  #me;
  #canModerate = false;
  #rows = new Map();
  #unfolded = new Set();
  #active = null;
  #draw = onceAFrame(() => this.#drawNow());
  #tickOf = () => null;
  #revealSeq = null;
  #announceTimer = null;
  #clock = null;
  #edge = '';

  /**
   * @param {object} elements `scroller`, `list`, `top`, `bottom`, `pill` and `announcer`
   * @param {object} actions what the buttons of a message do: `onReply`, `onEdit`, `onRedact` (message), `onReact`
   * (messageId, kind), `onRetry`,
   * `onTakeBack` (entry), `onSeen` (seq), and `onWelcome`, which answers what an empty conversation shows; `onEdit` may
   * be missing
   * @param {{start: string, empty: string, latest: boolean}} texts what stands where it begins, and where there is
   * nothing; and whether the way to the latest is always shown, or only when there is something new
   */
  constructor({ scroller, list, top, bottom, pill, announcer }, actions, texts) {
    this.#texts = texts;
    this.#scroller = scroller;
    this.#list = list;
    this.#top = top;
    this.#bottom = bottom;
    this.#pill = pill;
    this.#announcer = announcer;
    this.#actions = actions;
    this.#rowActions = {
      onRetry: (entry) => actions.onRetry(entry),
      onTakeBack: (entry) => actions.onTakeBack(entry),
      onFold: (messageId) => this.#fold(messageId),
      onReveal: (messageId) => this.#reveal(messageId),
      onReact: (messageId, kind) => actions.onReact(messageId, kind),
    };
    this.#tools = h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Message' });
    scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    scroller.addEventListener('keydown', (event) => this.#onKey(event));
    list.addEventListener(
      'pointerover',
      (event) => event.pointerType === 'mouse' && this.#activate(rowOf(event.target)),
    );
    list.addEventListener('focusin', (event) => this.#activate(rowOf(event.target)));
    list.addEventListener('click', (event) => this.#activate(rowOf(event.target)));
    pill.addEventListener('click', () => this.toEnd());
    new ResizeObserver(() => this.#conversation?.following && this.#scrollToEnd()).observe(scroller);
    document.addEventListener('visibilitychange', () => this.draw());
  }

  /**
   * Shows another conversation, or none.
   *
   * @param {import('./conversation.js').Conversation|null} conversation
   * @param {object} [how]
   * @param {string} [how.me]
   * @param {number|null} [how.revealSeq] the message to go to
   * @param {(message: object) => {tick: string, delivered: number, read: number, readers: () => string[]}|null}
   * [how.tickOf] how far a message of one's own has got
   */
  show(conversation, { me = '', revealSeq = null, tickOf = () => null } = {}) {
    this.#conversation = conversation;
    this.#me = me;
    this.#revealSeq = revealSeq;
    this.#tickOf = tickOf;
    this.#rows.clear();
    this.#unfolded.clear();
    this.#active = null;
    this.#tools.remove();
    this.#list.replaceChildren();
    this.#announcer.textContent = '';
    this.#edge = '';
    this.#top.replaceChildren();
    this.draw();
  }

  set canModerate(canModerate) {
    this.#canModerate = canModerate;
  }

  /** Draws with the next frame of the screen. */
  draw() {
    this.#draw();
  }

  toEnd() {
    this.#conversation?.loadLatest();
    this.#scrollToEnd();
  }

  /** Reads a live message out to those who listen to the page; of many at once, the last. */
  announce({ sender, body, redacted }) {
    if (sender === this.#me || redacted) {
      return;
    }
    clearTimeout(this.#announceTimer);
    this.#announceTimer = setTimeout(() => {
      this.#announcer.textContent = `${sender}: ${body.slice(0, 200)}`;
    }, 500);
  }

  #drawNow() {
    const conversation = this.#conversation;
    if (!conversation) {
      return;
    }
    const anchor = conversation.following ? null : this.#anchor();
    const hadFocus = this.#list.contains(document.activeElement);
    reconcile(this.#list, this.#elements(conversation));
    if (hadFocus && !this.#list.contains(document.activeElement)) {
      this.#scroller.focus({ preventScroll: true });
    }
    this.#drawEdges(conversation);
    if (conversation.following) {
      this.#scrollToEnd();
    } else if (anchor) {
      this.#restore(anchor);
    }
    this.#revealWanted(conversation);
    this.#drawPill(conversation);
    this.#fill();
    this.#tellSeen();
  }

  #elements(conversation) {
    const elements = [];
    const used = new Set();
    let previous = null;
    const add = (key, shown, make) => {
      used.add(key);
      let row = this.#rows.get(key);
      if (!row || shown.some((part, i) => part !== row.shown[i])) {
        row = { shown, element: this.#replace(row?.element, make()) };
        this.#rows.set(key, row);
      }
      elements.push(row.element);
    };
    const all = [...conversation.rows, ...conversation.pending.map((entry) => asMessage(entry, this.#me))];
    for (const message of all) {
      const sentAt = new Date(message.sentAt);
      const isNewDay = previous === null || dayKey(previous.at) !== dayKey(sentAt);
      if (isNewDay) {
        add(`day ${dayKey(sentAt)}`, [dayOf(sentAt)], () => h('li', { class: 'day' }, h('span', {}, dayOf(sentAt))));
      }
      const isGrouped =
        !isNewDay && !message.replyTo && previous.sender === message.sender && sentAt - previous.at < GROUP;
      const quoted = message.replyTo ? (conversation.find(message.replyTo) ?? null) : null;
      const { entry } = message;
      const secondsLeft = entry?.retryAt ? Math.ceil((entry.retryAt - Date.now()) / 1000) : null;
      const isUnfolded = this.#unfolded.has(message.messageId);
      const tick = message.seq && message.sender === this.#me ? this.#tickOf(message) : null;
      const shown = [
        entry ?? message,
        entry?.state,
        secondsLeft,
        isGrouped,
        quoted,
        isUnfolded,
        tick?.tick,
        tick?.delivered,
        tick?.read,
      ];
      const how = { me: this.#me, sentAt, isGrouped, quoted, isUnfolded, tick, actions: this.#rowActions };
      add(message.messageId, shown, () => messageRow(message, how));
      previous = { sender: message.sender, at: sentAt };
    }
    for (const key of this.#rows.keys()) {
      if (!used.has(key)) {
        this.#rows.delete(key);
        this.#unfolded.delete(key);
      }
    }
    return elements;
  }

  /** The new element takes the old one's place at once, with the focus and the tools that it had. */
  #replace(old, element) {
    if (old?.isConnected) {
      const hadFocus = old.contains(document.activeElement);
      old.replaceWith(element);
      if (this.#active === old) {
        this.#active = null;
        this.#activate(element);
      }
      if (hadFocus) {
        element.focus({ preventScroll: true });
      }
    }
    return element;
  }

  #drawEdges(conversation) {
    const hasRows = conversation.rows.length > 0;
    const isEmpty = conversation.isAtEnd && !hasRows && conversation.pending.length === 0;
    const edge = hasRows
      ? conversation.isAtStart
        ? 'start'
        : 'earlier'
      : isEmpty
        ? 'empty'
        : conversation.isAtEnd
          ? ''
          : 'loading';
    if (edge !== this.#edge) {
      this.#edge = edge;
      const makes = {
        start: () => [h('p', {}, this.#texts.start)],
        earlier: () => [h('p', {}, 'Loading earlier messages…')],
        empty: () => [h('div', { class: 'welcome' }, h('h2', {}, this.#texts.empty), ...this.#actions.onWelcome())],
        loading: () => [h('p', { role: 'status' }, 'Loading…')],
      };
      this.#top.replaceChildren(...(makes[edge]?.() ?? []));
    }
    this.#bottom.hidden = !hasRows || conversation.isAtEnd;
  }

  #drawPill(conversation) {
    // Where all of it is in sight, there is nothing to follow.
    const isInSight = conversation.isAtEnd && this.#distanceToEnd() <= NEAR_END;
    if (isInSight) {
      conversation.unseen = 0;
    }
    const { unseen } = conversation;
    this.#pill.hidden =
      conversation.following || isInSight || conversation.rows.length === 0 || (unseen === 0 && !this.#texts.latest);
    this.#pill.replaceChildren(unseen > 0 ? `${unseen > 999 ? '999+' : unseen} new` : 'Latest', icon('down'));
    this.#pill.setAttribute(
      'aria-label',
      unseen > 0 ? `${unseen} new messages. Go to the latest` : 'Go to the latest message',
    );
  }

  #onScroll() {
    const conversation = this.#conversation;
    if (!conversation) {
      return;
    }
    this.#placeTools();
    // While the window is on its way to the end, being near its edge says nothing new.
    const isNear = this.#distanceToEnd() <= NEAR_END;
    const following = isNear && (conversation.isAtEnd || conversation.following);
    if (following !== conversation.following) {
      conversation.following = following;
      this.#drawPill(conversation);
      this.#tellSeen();
    }
    this.#fill();
  }

  /** Brings what lies beyond an edge before that edge comes into sight. */
  #fill() {
    const conversation = this.#conversation;
    const { scrollTop, clientHeight } = this.#scroller;
    if (clientHeight === 0 || conversation.isLoading || conversation.failure) {
      return;
    }
    if (!conversation.isAtStart && scrollTop < clientHeight * 1.5) {
      conversation.loadOlder();
    } else if (
      !conversation.isAtEnd &&
      !conversation.following &&
      conversation.rows.length > 0 &&
      this.#distanceToEnd() < clientHeight * 1.5
    ) {
      conversation.loadNewer();
    }
  }

  #tellSeen() {
    const conversation = this.#conversation;
    if (conversation.following && conversation.isAtEnd && !document.hidden && this.#scroller.clientHeight > 0) {
      this.#actions.onSeen(conversation.lastSeq);
    }
  }

  #distanceToEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /**
   * The first message in sight and where it ends: its head may go, when the one above it turns out to be of the same
   * person.
   */
  #anchor() {
    const rows = this.#list.children;
    const edge = this.#scroller.getBoundingClientRect().top;
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= edge) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    // A heading may go when what is above it comes: a message stays.
    for (let i = low; i < rows.length; i += 1) {
      if (rows[i].dataset.id) {
        return { id: rows[i].dataset.id, bottom: rows[i].getBoundingClientRect().bottom };
      }
    }
    return null;
  }

  #restore({ id, bottom }) {
    const element = this.#rows.get(id)?.element;
    if (element) {
      this.#scroller.scrollTop += element.getBoundingClientRect().bottom - bottom;
    }
  }

  /** Draws anew where the reader is, also at the end. */
  #stay() {
    if (this.#conversation) {
      this.#conversation.following = false;
      this.#drawNow();
      this.#onScroll();
    }
  }

  #fold(messageId) {
    if (!this.#unfolded.delete(messageId)) {
      this.#unfolded.add(messageId);
    }
    this.#stay();
  }

  /** Goes to the message that this was opened for, once it is there. */
  #revealWanted(conversation) {
    const wanted = this.#revealSeq && conversation.rows.find(({ seq }) => seq === this.#revealSeq);
    if (wanted) {
      this.#revealSeq = null;
      this.#reveal(wanted.messageId);
    }
  }

  #reveal(messageId) {
    const element = this.#rows.get(messageId)?.element;
    if (element) {
      this.#conversation.following = false;
      element.scrollIntoView({ block: 'center' });
      element.focus({ preventScroll: true });
      element.classList.add('revealed');
    }
  }

  /**
   * There is one set of buttons, at the message that is pointed at or has the focus: 300 sets would be 900 stops of the
   * Tab key.
   */
  #activate(element) {
    if (!element || element === this.#active) {
      return;
    }
    this.#active?.setAttribute('tabindex', '-1');
    this.#active = element;
    element.setAttribute('tabindex', '0');
    const message = this.#conversation?.find(element.dataset.id);
    const buttons = [];
    const button = (name, label, act) =>
      buttons.push(
        h('button', { type: 'button', 'aria-label': label, title: label, onclick: () => act(message) }, icon(name)),
      );
    if (message && !message.redacted) {
      const isMine = message.sender === this.#me;
      button('reply', 'Reply', this.#actions.onReply);
      if (message.seq) {
        button('heart', 'Like', ({ messageId }) => this.#actions.onReact(messageId, 'like'));
      }
      if (isMine && this.#actions.onEdit) {
        button('edit', 'Edit', this.#actions.onEdit);
      }
      if (isMine || this.#canModerate) {
        button('delete', 'Delete', this.#actions.onRedact);
      }
    }
    this.#tools.replaceChildren(...this.#readBy(message), ...buttons);
    this.#tools.remove();
    if (buttons.length > 0) {
      element.querySelector('.bubble').append(this.#tools);
      this.#placeTools();
    }
  }

  /** The buttons stand above their message, or within it where its top is out of sight. */
  #placeTools() {
    const bubble = this.#tools.parentElement?.getBoundingClientRect();
    if (!bubble) {
      return;
    }
    const { top } = this.#scroller.getBoundingClientRect();
    const lowest = bubble.height - this.#tools.offsetHeight;
    const wanted = Math.min(top - bubble.top + 8, lowest);
    this.#tools.style.insetBlockStart = wanted > -ABOVE ? `${wanted}px` : '';
  }

  /** By whom a message of one's own has been read, where that is not told by its ticks alone. */
  #readBy(message) {
    const tick = message?.seq && message.sender === this.#me ? this.#tickOf(message) : null;
    if (!tick || tick.delivered === 0) {
      return [];
    }
    const text =
      tick.read > 0
        ? `Read by ${namesOf(tick.readers())}`
        : `Delivered to ${countOf(tick.delivered, 'person', 'people')}`;
    return [h('span', { class: 'read-by', dir: 'auto' }, text)];
  }

  #onKey(event) {
    const messages = [...this.#list.querySelectorAll('.message')];
    const current = messages.indexOf(rowOf(document.activeElement));
    const message = current >= 0 ? this.#conversation?.find(messages[current].dataset.id) : null;
    const isRow = current >= 0 && document.activeElement === messages[current];
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const step = event.key === 'ArrowUp' ? -1 : 1;
      const next = current < 0 ? messages.findLast((each) => this.#isInSight(each)) : messages[current + step];
      if (next) {
        event.preventDefault();
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: 'nearest' });
      }
    } else if (isRow && message && !message.redacted) {
      const isMine = message.sender === this.#me;
      const act = {
        r: this.#actions.onReply,
        e: isMine ? (this.#actions.onEdit ?? null) : null,
        Delete: isMine || this.#canModerate ? this.#actions.onRedact : null,
      }[event.key];
      if (act) {
        event.preventDefault();
        act(message);
      }
    }
  }

  #isInSight(element) {
    const { top } = element.getBoundingClientRect();
    return top < this.#scroller.getBoundingClientRect().bottom;
  }

  /** Counts down the seconds of what waits for a busy server. */
  tick() {
    clearTimeout(this.#clock);
    if (this.#conversation?.pending.some((entry) => entry.retryAt)) {
      this.draw();
      this.#clock = setTimeout(() => this.tick(), 1_000);
    }
  }
}

function rowOf(target) {
  return target instanceof Element ? target.closest('.message') : null;
}

function asMessage(entry, me) {
  const { messageId, body, replyTo, mentions, writtenAt } = entry;
  return { messageId, body, replyTo, mentions, sender: me, sentAt: entry.sentAt ?? writtenAt, entry };
}
