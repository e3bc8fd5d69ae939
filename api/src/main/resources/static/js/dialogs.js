import { avatarWithDot, h, icon } from './dom.js';
import { bannedRow, personMenu } from './personmenu.js';
import { explain } from './words.js';

const byId = (id) => document.getElementById(id);

/** Opens a dialog and answers when it is closed, with its return value. A click beside it closes it too. */
function show(dialog) {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }));
}

export function prepareDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.querySelectorAll('[data-close]').forEach((button) => button.addEventListener('click', () => dialog.close()));
  }
}

/** Asks before something that can't be undone. */
export async function confirm(text, yes) {
  byId('confirm-text').textContent = text;
  byId('confirm-yes').textContent = yes;
  return (await show(byId('confirm-dialog'))) === 'yes';
}

/** Asks what to open. Stays until `open` has done it, and tells what kept it from that. */
export class NewDialog {
  #dialog = byId('new-dialog');
  #form = byId('new-form');
  #open;

  /** @param {(wanted: {kind: string, title?: string, members: string[], posting?: string}) => Promise<void>} open */
  constructor(open) {
    this.#open = open;
    this.#form.addEventListener('change', () => this.#adapt());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  show() {
    this.#form.reset();
    byId('new-error').textContent = '';
    this.#adapt();
    show(this.#dialog);
    byId('new-name').focus();
  }

  #adapt() {
    const { kind } = this.#form.elements;
    const isDirect = kind.value === 'direct';
    byId('new-title-field').hidden = isDirect;
    byId('new-posting').hidden = kind.value !== 'channel';
    byId('new-members-label').textContent = isDirect ? 'With' : 'People';
    byId('new-members-hint').hidden = isDirect;
    byId('new-members').required = isDirect;
    byId('new-members').maxLength = isDirect ? 200 : 20_000;
  }

  async #submit() {
    const { kind, title, members, posting } = this.#form.elements;
    const isDirect = kind.value === 'direct';
    const names = isDirect ? [members.value.trim()] : [...new Set(members.value.split(',').map((name) => name.trim()))];
    try {
      await this.#open({
        kind: kind.value,
        title: isDirect ? undefined : title.value.trim() || undefined,
        members: names.filter((name) => name !== ''),
        posting: kind.value === 'channel' && posting.checked ? 'moderators' : undefined,
      });
      this.#dialog.close();
    } catch (error) {
      byId('new-error').textContent = explain(error);
    }
  }
}

/** Asks what to publish. Stays until `publish` has done it, and tells what kept it from that. */
export class PublishDialog {
  #dialog = byId('publish-dialog');
  #form = byId('publish-form');
  #publish;

  /** @param {(wanted: {title: string, body: string}) => Promise<void>} publish */
  constructor(publish) {
    this.#publish = publish;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** What was begun and not published is still there. */
  show() {
    byId('publish-error').textContent = '';
    show(this.#dialog);
    byId('publish-name').focus();
  }

  async #submit() {
    const { title, body } = this.#form.elements;
    const button = this.#form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      await this.#publish({ title: title.value.trim(), body: body.value.trimEnd() });
      this.#form.reset();
      this.#dialog.close();
    } catch (error) {
      byId('publish-error').textContent = explain(error);
    } finally {
      button.disabled = false;
    }
  }
}

/** Who is in a conversation, and its link; adds and removes people. */
export class PeopleDialog {
  #dialog = byId('people-dialog');
  #actions;
  #shown = null;
  #openMenu = null;

  /**
   * @param {object} actions `add(user, role)`, `remove(user)`, `leave()`, `ban(user)`, `unban(user)`, `mute(user)`,
   * `unmute(user)`, `block(user)` and `unblock(user)`, which fail with an OvationError;
   * `copy(text)`; `linkFor(user)`, which answers null where a link can't bring a name with it; `suggest()`
   */
  constructor(actions) {
    this.#actions = actions;
    byId('add-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#add(byId('add-name').value.trim(), byId('add-role').value);
    });
    byId('share-copy').addEventListener('click', () => this.#actions.copy(byId('share-link').value));
    byId('share-link').addEventListener('focus', (event) => event.target.select());
    byId('leave').addEventListener('click', () =>
      this.#run(async () => {
        if (await this.#actions.leave()) {
          this.#dialog.close();
        }
      }),
    );
  }

  /**
   * @param {object} shown
   * @param {string} shown.link
   * @param {() => boolean} shown.canAdd as far as it is known; the server tells the role a moment later
   * @param {boolean} shown.canLeave
   * @param {() => {user: string, role: string|null, status: string|null, canRemove: boolean, canSanction: boolean,
   * isMe: boolean, isBlocked: boolean}[]} shown.members
   * @param {() => string[]} shown.banned
   */
  show(shown) {
    this.#shown = shown;
    this.#openMenu = null;
    byId('share-link').value = shown.link;
    this.#offerToAdd();
    byId('leave').hidden = !shown.canLeave;
    byId('add-name').value = '';
    byId('add-name').placeholder = `A name, such as ${this.#actions.suggest()}`;
    byId('add-role').value = 'member';
    byId('add-error').textContent = '';
    byId('added').replaceChildren();
    show(this.#dialog);
    this.update();
    if (shown.canAdd()) {
      byId('add-name').focus();
    }
  }

  update() {
    if (!this.#dialog.open) {
      return;
    }
    this.#offerToAdd();
    const focused = byId('members').contains(document.activeElement)
      ? document.activeElement.getAttribute('aria-label')
      : null;
    byId('members').replaceChildren(
      ...this.#shown.members().map(({ user, role, status, canRemove, canSanction, isMe, isBlocked }) =>
        h(
          'li',
          {},
          avatarWithDot(user, status),
          h('bdi', {}, user),
          h('span', { class: 'hint' }, [role !== 'member' && role, isBlocked && 'blocked'].filter(Boolean).join(', ')),
          canRemove
            ? h(
                'button',
                {
                  type: 'button',
                  class: 'icon-button',
                  'aria-label': `Remove ${user}`,
                  title: `Remove ${user}`,
                  onclick: () => this.#run(() => this.#actions.remove(user)),
                },
                icon('close'),
              )
            : null,
          isMe
            ? null
            : personMenu({ user, canSanction, isBlocked, isOpen: user === this.#openMenu }, this.#menuActions()),
        ),
      ),
    );
    const banned = this.#shown.banned();
    byId('banned-people').hidden = banned.length === 0;
    byId('banned').replaceChildren(
      ...banned.map((user) => bannedRow(user, () => this.#run(() => this.#actions.unban(user)))),
    );
    [...byId('members').querySelectorAll('button, summary')]
      .find((button) => button.getAttribute('aria-label') === focused)
      ?.focus();
  }

  /** The focus does not vanish with the form. */
  #offerToAdd() {
    const hadFocus = byId('add-form').contains(document.activeElement);
    byId('add-form').hidden = !this.#shown.canAdd();
    if (hadFocus && byId('add-form').hidden) {
      this.#done().focus();
    }
  }

  #done() {
    return this.#dialog.querySelector('[data-close]');
  }

  #menuActions() {
    const act = (name, done) => async (user) => {
      await this.#run(async () => {
        await this.#actions[name](user);
        byId('added').replaceChildren(h('bdi', {}, user), ` ${done}.`);
        this.#openMenu = null;
      });
      const menu = [...byId('members').querySelectorAll('summary')].find(({ title }) => title === `More about ${user}`);
      (menu ?? this.#done()).focus();
    };
    return {
      mute: act('mute', 'cannot write here for an hour'),
      unmute: act('unmute', 'may write again'),
      ban: act('ban', 'was banned'),
      block: act('block', 'is blocked: they cannot write to you directly'),
      unblock: act('unblock', 'is not blocked any more'),
      opened: (user, isOpen) => {
        if (isOpen) {
          this.#openMenu = user;
        } else if (this.#openMenu === user) {
          this.#openMenu = null;
        }
      },
    };
  }

  async #add(user, role) {
    await this.#run(async () => {
      await this.#actions.add(user, role);
      const link = this.#actions.linkFor(user);
      byId('added').replaceChildren(h('bdi', {}, user), ' was added. ');
      if (link) {
        byId('added').append(
          h('a', { href: link, target: '_blank', rel: 'noopener' }, 'Open a tab as ', h('bdi', {}, user)),
        );
      }
      byId('add-name').value = '';
      byId('add-name').focus();
    });
  }

  async #run(work) {
    byId('add-error').textContent = '';
    try {
      await work();
      this.update();
    } catch (error) {
      byId('add-error').textContent = explain(error);
    }
  }
}
