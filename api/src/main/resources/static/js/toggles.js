import { attempt } from './toast.js';

/**
 * What one button gives and takes back, such as a like: shown at once, and asked for one request after the other, so
 * that of several clicks the last one counts, though the first is put off by a busy server. It lives as long as a
 * person sits at the page: a click in the feed and the next one, on the post itself, are in order too.
 */
export class Toggles {
  /** Those under way, by their key. */
  #turns = new Map();

  /** What was clicked last and is not yet known to be recorded; undefined where nothing is under way. */
  wanted({ key }) {
    return this.#turns.get(key)?.wanted;
  }

  /**
   * Gives it, or takes it back.
   *
   * @param {{key: string, give: () => Promise<any>, takeBack: () => Promise<any>}} toggle
   * @param {boolean} isGiven what is wanted; the opposite of what is shown
   * @param {(isGiven: boolean) => void} show is called at once, and again once it is known what the server has
   */
  turn(toggle, isGiven, show) {
    show(isGiven);
    const turn = this.#turns.get(toggle.key);
    if (turn) {
      Object.assign(turn, { wanted: isGiven, show });
    } else {
      this.#run(toggle, { wanted: isGiven, recorded: !isGiven, show });
    }
  }

  async #run(toggle, turn) {
    this.#turns.set(toggle.key, turn);
    while (turn.wanted !== turn.recorded) {
      const { wanted } = turn;
      await attempt(
        async () => {
          await (wanted ? toggle.give() : toggle.takeBack());
          turn.recorded = wanted;
        },
        () => {
          turn.wanted = turn.recorded;
        },
      );
    }
    this.#turns.delete(toggle.key);
    turn.show(turn.recorded);
  }
}
