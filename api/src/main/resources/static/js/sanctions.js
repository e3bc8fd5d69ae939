/** So long a person is muted. */
const MUTED_FOR = 60 * 60_000;

/** The most that one answer names. */
const PAGE = 200;

/** What keeps people from writing: bans and mutes in one conversation, and whom one blocks everywhere. */
export class Sanctions {
  #client;
  #room;

  /** Who is banned here, as far as one may know it. */
  banned = [];
  /** Whom one blocks. */
  blocked = new Set();

  /** @param {{client: import('./client/index.js').Ovation, id: string}} options */
  constructor({ client, id }) {
    this.#client = client;
    this.#room = client.conversation(id);
  }

  /** @param {boolean} moderates whether one may know who is banned */
  async load(moderates) {
    const [blocked, banned] = await Promise.all([
      this.#all(this.#client.blocks, ({ blocks }) => blocks),
      moderates ? this.#all(this.#room.bans, ({ bans }) => bans) : [],
    ]);
    this.blocked = new Set(blocked);
    this.banned = banned;
  }

  /** The names of all pages. */
  async #all(paged, listOf) {
    const users = [];
    let after;
    do {
      const page = await paged.list({ limit: PAGE, after });
      users.push(...listOf(page).map(({ user }) => user));
      after = page.next;
    } while (after !== undefined);
    return users;
  }

  async ban(user) {
    await this.#room.bans.add(user);
    this.banned = [...this.banned.filter((each) => each !== user), user];
  }

  async unban(user) {
    await this.#room.bans.remove(user);
    this.banned = this.banned.filter((each) => each !== user);
  }

  mute(user) {
    return this.#room.mutes.add(user, { until: new Date(Date.now() + MUTED_FOR).toISOString() });
  }

  unmute(user) {
    return this.#room.mutes.remove(user);
  }

  async block(user) {
    await this.#client.blocks.add(user);
    this.blocked.add(user);
  }

  async unblock(user) {
    await this.#client.blocks.remove(user);
    this.blocked.delete(user);
  }
}
