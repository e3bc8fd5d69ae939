import { Composer } from './composer.js';
import { Desk, copy, linkTo } from './desk.js';
import { NewDialog, PeopleDialog, prepareDialogs } from './dialogs.js';
import { h } from './dom.js';
import { RSocketError } from './rsocket.js';
import { Session } from './session.js';
import { Timeline } from './timeline.js';
import { explain, suggestName } from './words.js';

const NAMES_KEY = 'ovation.names';
const MOST_NAMES = 5;

const byId = (id) => document.getElementById(id);

/** `#/c/<conversationId>?as=NAME` */
function parseRoute() {
  const [path, query] = location.hash.replace(/^#/, '').split('?');
  return {
    conversationId: /^\/c\/([^/]+)$/.exec(path)?.[1] ?? null,
    as: new URLSearchParams(query).get('as')?.trim().slice(0, 200) || null,
  };
}

/** Names that were used in this browser, the latest first. */
const knownNames = {
  all() {
    try {
      return JSON.parse(localStorage.getItem(NAMES_KEY) ?? '[]');
    } catch {
      // Another version's.
      return [];
    }
  },
  add(name) {
    localStorage.setItem(NAMES_KEY, JSON.stringify([name, ...this.all().filter((each) => each !== name)].slice(0, MOST_NAMES)));
  },
};

/** The page: who sits at it, and where they are. */
class Page {
  #desk = null;
  #parts;

  start() {
    const desk = () => this.#desk;
    prepareDialogs();
    const composer = new Composer(
      {
        form: byId('composer'),
        input: byId('text'),
        context: byId('context'),
        contextText: byId('context-text'),
        cancel: byId('context-cancel'),
        counter: byId('counter'),
        suggestions: byId('suggestions'),
      },
      {
        onSend: (message) => desk().send(message),
        onEdit: (message, body) => desk().edit(message, body),
        onEditLast: () => desk().editLast(),
      },
    );
    const timeline = new Timeline(
      {
        scroller: byId('scroller'),
        list: byId('messages'),
        top: byId('top'),
        bottom: byId('bottom'),
        pill: byId('pill'),
        announcer: byId('announcer'),
      },
      {
        onReply: (message) => composer.replyTo(message),
        onEdit: (message) => composer.edit(message),
        onRedact: (message) => desk().redact(message),
        onRetry: (entry) => desk().retry(entry),
        onTakeBack: (entry) => desk().takeBack(entry),
        onSeen: (seq) => desk().seen(seq),
        onWelcome: () => desk().welcome(),
      },
    );
    const people = new PeopleDialog({
      add: (user, role) => desk().addMember(user, role),
      remove: (user) => desk().removeMember(user),
      leave: () => desk().leaveConversation(),
      linkFor: (user) => desk().linkFor(user),
      suggest: () => desk().suggestPerson(),
      copy,
    });
    this.#parts = { composer, timeline, people, newDialog: new NewDialog((wanted) => desk().open(wanted)) };
    byId('sign-in').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#signIn();
    });
    addEventListener('hashchange', () => this.#go());
    this.#go();
  }

  /** Goes where the address says, as whom it says. */
  async #go() {
    const { conversationId, as } = parseRoute();
    if (as) {
      // Who one is does not belong into an address that gets passed on.
      history.replaceState(null, '', linkTo(conversationId));
    }
    if (as && as !== (this.#desk?.user ?? Session.restore()?.user)) {
      this.#desk?.leave(null);
      byId('name').value = as;
      await this.#signIn();
    } else if (this.#desk) {
      this.#desk.show(conversationId);
    } else {
      const session = Session.restore();
      if (session) {
        this.#sit(session);
      } else {
        this.#askName(null);
      }
    }
  }

  #askName(why) {
    this.#desk = null;
    document.title = 'Ovation';
    const names = knownNames.all();
    byId('names').replaceChildren(...names.map((value) => h('option', { value })));
    byId('name').value ||= suggestName(names);
    byId('sign-in-error').textContent = why ?? '';
    if (parseRoute().conversationId) {
      byId('sign-in-why').textContent = 'Pick a name to come in.';
    }
    byId('welcome').hidden = false;
    byId('name').select();
  }

  async #signIn() {
    const button = byId('sign-in').querySelector('[type=submit]');
    button.disabled = true;
    try {
      const wantsToken = !byId('token-field').hidden;
      const session = wantsToken ? Session.usePasted(byId('token').value.trim()) : await Session.signIn(byId('name').value.trim());
      knownNames.add(session.user);
      byId('name').value = '';
      this.#sit(session);
    } catch (error) {
      if (!(error instanceof RSocketError)) {
        throw error;
      }
      const handsOutNone = ['not_found', 'forbidden', 'unauthenticated'].includes(error.code);
      if (handsOutNone) {
        byId('token-field').hidden = false;
        byId('name').required = false;
      }
      this.#askName(handsOutNone ? null : explain(error));
    } finally {
      button.disabled = false;
    }
  }

  #sit(session) {
    byId('welcome').hidden = true;
    this.#desk = new Desk({ session, parts: this.#parts, onLeave: (why) => this.#askName(why) });
    this.#desk.start();
    this.#desk.show(parseRoute().conversationId);
  }
}

new Page().start();
