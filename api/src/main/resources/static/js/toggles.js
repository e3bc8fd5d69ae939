import { attempt } from './toast.js';

/**
 * What one button gives and takes back, such as a like: shown at once, and asked for one request after the other, so
 * that of several clicks the last one counts, though the first is put off by a busy server. It lives as long as a
 * person sits at the page: a click in the feed and the next one, on the post itself, are in order too.
 */
export class Toggles {
  #link;
  /** Those under way, by the route that gives. */
  #turns = new Map();

  /** @param {import('./link.js').Link} link */
  constructor(link) {
    this.#link = link;
  }

  /** What was clicked last and is not yet known to be recorded; undefined where nothing is under way. */
  wanted({ give }) {
    return this.#turns.get(give)?.wanted;
  }

  /**
   * Gives it, or takes it back.
   *
   * @param {{give: string, takeBack: string}} routes
   * @param {boolean} isGiven what is wanted; the opposite of what is shown
   * @param {(isGiven: boolean) => void} show is called at once, and again once it is known what the server has
   */
  turn(routes, isGiven, show) {
    show(isGiven);
    const turn = this.#turns.get(routes.give);
    if (turn) {
      Object.assign(turn, { wanted: isGiven, show });
    } else {
      this.#run(routes, { wanted: isGiven, recorded: !isGiven, show });
    }
  }

  async #run(routes, turn) {
    this.#turns.set(routes.give, turn);
    while (turn.wanted !== turn.recorded) {
      const { wanted } = turn;
      await attempt(
        async () => {
          await this.#link.ask(wanted ? routes.give : routes.takeBack, {});
          turn.recorded = wanted;
        },
        () => {
          turn.wanted = turn.recorded;
        },
      );
    }
    this.#turns.delete(routes.give);
    turn.show(turn.recorded);
  }
}
