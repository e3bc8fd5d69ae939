/** So long a person is muted. */
const MUTED_FOR = 60 * 60_000;

/** The most that one answer names. */
const PAGE = 200;

/** What keeps people from writing: bans and mutes in one conversation, and whom one blocks everywhere. */
export class Sanctions {
  #link;
  #at;

  /** Who is banned here, as far as one may know it. */
  banned = [];
  /** Whom one blocks. */
  blocked = new Set();

  /** @param {{link: import('./link.js').Link, id: string}} options */
  constructor({ link, id }) {
    this.#link = link;
    this.#at = `conversations.${id}`;
  }

  /** @param {boolean} moderates whether one may know who is banned */
  async load(moderates) {
    const [blocked, banned] = await Promise.all([
      this.#all('blocks.list', ({ blocks }) => blocks),
      moderates ? this.#all(`${this.#at}.bans`, ({ bans }) => bans) : [],
    ]);
    this.blocked = new Set(blocked);
    this.banned = banned;
  }

  /** The names of all pages. */
  async #all(route, listOf) {
    const users = [];
    let after;
    do {
      const page = await this.#link.ask(route, { limit: PAGE, after });
      users.push(...listOf(page).map(({ user }) => user));
      after = page.next;
    } while (after !== undefined);
    return users;
  }

  async ban(user) {
    await this.#link.ask(`${this.#at}.ban`, { user });
    this.banned = [...this.banned.filter((each) => each !== user), user];
  }

  async unban(user) {
    await this.#link.ask(`${this.#at}.unban`, { user });
    this.banned = this.banned.filter((each) => each !== user);
  }

  mute(user) {
    return this.#link.ask(`${this.#at}.mute`, { user, until: new Date(Date.now() + MUTED_FOR).toISOString() });
  }

  unmute(user) {
    return this.#link.ask(`${this.#at}.unmute`, { user });
  }

  async block(user) {
    await this.#link.ask('blocks.add', { user });
    this.blocked.add(user);
  }

  async unblock(user) {
    await this.#link.ask('blocks.remove', { user });
    this.blocked.delete(user);
  }
}
