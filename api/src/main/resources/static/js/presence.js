import { follow } from './follow.js';

/** So long a group that could not be watched is let alone. */
const REST = 10_000;

/** So many people are watched at a time, of each kind of them. */
const MOST = 200;

/**
 * Who is there, of those that one looks at: each group of them is a stream of its own, for one whom one may not see
 * would end it.
 */
export class Presence {
  #client;
  #onChange;
  #groups = new Map();
  #isThere = true;

  /**
   * @param {import('./client/index.js').Ovation} client
   * @param {() => void} onChange
   */
  constructor(client, onChange) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /**
   * @param {string} name of a group, which is watched instead of what was watched by this name
   * @param {string[]} users
   */
  look(name, users) {
    const wanted = [...new Set(users)].slice(0, MOST).sort();
    const key = JSON.stringify(wanted);
    const known = this.#groups.get(name);
    if (known?.key === key || !this.#isThere) {
      return;
    }
    known?.unfollow();
    const group = { key, unfollow: () => {}, statuses: new Map() };
    wanted.forEach((user) => known?.statuses.has(user) && group.statuses.set(user, known.statuses.get(user)));
    this.#groups.set(name, group);
    if (wanted.length > 0) {
      // The current status of each comes first, and again on each connection.
      group.unfollow = follow(this.#client.presence.watch(wanted), this.#watcher(group));
    }
  }

  /** `{status, since}` as it was last told; null when it was not, and while nobody tells. */
  of(user) {
    if (this.#client.state.name !== 'live') {
      return null;
    }
    for (const { statuses } of this.#groups.values()) {
      if (statuses.has(user)) {
        return statuses.get(user);
      }
    }
    return null;
  }

  stop() {
    this.#groups.forEach(({ unfollow }) => unfollow());
    this.#groups.clear();
  }

  #watcher(group) {
    return {
      onFrame: ({ type, user, status, since }) => {
        if (type === 'presence') {
          group.statuses.set(user, { status, since: since ?? null });
          this.#onChange();
        }
      },
      onFailed: (error) => {
        // A server without presence, or a group with someone in it whom one shares nothing with any more: the next look
        // says who is left.
        this.#isThere = error.code !== 'not_found';
        group.statuses.clear();
        setTimeout(() => {
          group.key = null;
        }, REST);
        this.#onChange();
      },
    };
  }
}
