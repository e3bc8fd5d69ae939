import { Composer } from './composer.js';
import { Desk } from './desk.js';
import { NewDialog, PeopleDialog, PublishDialog, confirm, prepareDialogs } from './dialogs.js';
import { h } from './dom.js';
import { suggestName } from './names.js';
import { linkTo, parseHash } from './places.js';
import { OvationError } from './client/index.js';
import { Session } from './session.js';
import { Timeline } from './timeline.js';
import { copy } from './toast.js';
import { explain } from './words.js';

const NAMES_KEY = 'ovation.names';
const MOST_NAMES = 5;

const byId = (id) => document.getElementById(id);

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
  remove(name) {
    localStorage.setItem(NAMES_KEY, JSON.stringify(this.all().filter((each) => each !== name)));
  },
  add(name) {
    localStorage.setItem(
      NAMES_KEY,
      JSON.stringify([name, ...this.all().filter((each) => each !== name)].slice(0, MOST_NAMES)),
    );
  },
};

/** What shows and writes the messages of the conversation that is open. */
function messageParts(room) {
  const composer = new Composer(composerElements(''), {
    onSend: (message) => room().send(message),
    onEdit: (message, body) => room().edit(message, body),
    onEditLast: () => room().editLast(),
    onWriting: () => room()?.writing(),
  });
  const timeline = new Timeline(
    timelineElements('', 'messages'),
    {
      onReply: (message) => composer.replyTo(message),
      onEdit: (message) => composer.edit(message),
      onRedact: (message) => room().redact(message),
      onReact: (messageId, kind) => room().react(messageId, kind),
      onRetry: (entry) => room().retry(entry),
      onTakeBack: (entry) => room().takeBack(entry),
      onSeen: (seq) => room().seen(seq),
      onWelcome: () => room().welcome(),
    },
    { start: 'This is where it begins.', empty: 'Nobody has written here yet', latest: true },
  );
  const people = new PeopleDialog({
    add: (user, role) => room().addMember(user, role),
    remove: (user) => room().removeMember(user),
    leave: () => room().leaveConversation(),
    ...Object.fromEntries(
      ['ban', 'unban', 'mute', 'unmute', 'block', 'unblock'].map((act) => [act, (user) => room().sanction(act, user)]),
    ),
    linkFor: (user) => room().linkFor(user),
    suggest: () => room().suggestPerson(),
    copy,
  });
  return { composer, timeline, people };
}

/** The same for the comments on the content that is open. */
function commentParts(content) {
  const commentComposer = new Composer(composerElements('comment-'), {
    onSend: (comment) => content().send(comment),
    onEdit: () => {},
    onEditLast: () => {},
    onWriting: () => {},
  });
  const comments = new Timeline(
    timelineElements('comment-', 'comments'),
    {
      onReply: (comment) => commentComposer.replyTo(comment),
      onRedact: (comment) => content().redact(comment),
      onReact: (commentId, kind) => content().react(commentId, kind),
      onRetry: (entry) => content().retry(entry),
      onTakeBack: (entry) => content().takeBack(entry),
      onSeen: () => {},
      onWelcome: () => [h('p', {}, 'Write the first one.')],
    },
    { start: '', empty: 'No comments yet', latest: false },
  );
  return { commentComposer, comments };
}

function composerElements(prefix) {
  return {
    form: byId(`${prefix}composer`),
    input: byId(`${prefix}text`),
    context: byId(`${prefix}context`),
    contextText: byId(`${prefix}context-text`),
    cancel: byId(`${prefix}context-cancel`),
    counter: byId(`${prefix}counter`),
    suggestions: byId(`${prefix}suggestions`),
  };
}

function timelineElements(prefix, list) {
  return {
    scroller: byId(`${prefix}scroller`),
    list: byId(list),
    top: byId(`${prefix}top`),
    bottom: byId(`${prefix}bottom`),
    pill: byId(`${prefix}pill`),
    announcer: byId(`${prefix}announcer`),
  };
}

/** The page: who sits at it, and where they are. */
class Page {
  #desk = null;
  #parts;
  /** Who sat here last: what they had begun to write is still in the page. */
  #last = null;

  start() {
    prepareDialogs();
    this.#parts = {
      ...messageParts(() => this.#desk.room),
      ...commentParts(() => this.#desk.content),
      newDialog: new NewDialog((wanted) => this.#desk.open(wanted)),
      publishDialog: new PublishDialog((wanted) => this.#desk.publish(wanted)),
    };
    byId('sign-in').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#signIn();
    });
    addEventListener('hashchange', () => this.#go());
    this.#go();
  }

  /** Goes where the address says, as whom it says. */
  async #go() {
    const { place, as } = parseHash(location.hash);
    if (as) {
      // Who one is does not belong into an address that gets passed on.
      history.replaceState(null, '', linkTo(place));
    }
    const session = this.#desk ? null : Session.restore();
    if (this.#desk) {
      this.#desk.show(place);
    } else if (session) {
      this.#sit(session);
    } else if (as) {
      byId('name').value = as;
      await this.#signIn();
    } else {
      this.#askName(null);
    }
    if (as && this.#desk && as !== this.#desk.me) {
      await this.#changeTo(as, place);
    }
  }

  /** Anyone can make a link: it may offer another name to who follows it, and not end their session. */
  async #changeTo(name, place) {
    const { me } = this.#desk;
    if (byId('confirm-dialog').open) {
      return;
    }
    if (await confirm(`This link is for ${name}, and you are ${me} here. Sign out, and go on as ${name}?`, 'Change')) {
      history.replaceState(null, '', linkTo(place, name));
      this.#desk?.leave(null);
    }
  }

  /** Someone has left. A page that is loaded anew holds nothing that they wrote or read. */
  #left(user, why) {
    if (why === null) {
      Session.forget(user);
      knownNames.remove(user);
      location.reload();
    } else {
      this.#askName(why);
    }
  }

  #askName(why) {
    this.#desk = null;
    document.title = 'Ovation';
    const names = knownNames.all();
    byId('names').replaceChildren(...names.map((value) => h('option', { value })));
    byId('name').value ||= suggestName(names);
    byId('sign-in-error').textContent = why ?? '';
    if (parseHash(location.hash).place.id) {
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
      const pasted = byId('token').value.trim();
      byId('token').value = '';
      const session = wantsToken ? Session.usePasted(pasted) : await Session.signIn(byId('name').value.trim());
      knownNames.add(session.user);
      byId('name').value = '';
      this.#sit(session);
    } catch (error) {
      if (!(error instanceof OvationError)) {
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
    if (this.#last !== null && this.#last !== session.user) {
      Session.forget(this.#last);
      knownNames.remove(this.#last);
      location.reload();
      return;
    }
    this.#last = session.user;
    byId('welcome').hidden = true;
    this.#desk = new Desk({ session, parts: this.#parts, onLeave: (why) => this.#left(session.user, why) });
    this.#desk.start();
    this.#desk.show(parseHash(location.hash).place);
  }
}

new Page().start();
