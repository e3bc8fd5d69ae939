import { OvationError } from './errors.js';
import { abortable, delayOf } from './retry.js';

/** How long whoever gives tokens may take. */
const PATIENCE = 15_000;

/** So long before a token expires the next one is asked for; of a short-lived one, at four fifths of its time. */
const AHEAD = 60_000;

/** So many refusals in a row, and nobody is let in any more. */
const MOST_REFUSALS = 6;

/** The longest that a timer of the platform can be set to. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The tokens of one client. There is at most one call of the supplier under way, however many ask. A token is used
 * until shortly before its end, or until the server refuses it.
 */
export class Credentials {
  #supply;
  #onDue;
  #token = null;
  #pending = null;
  #refusals = 0;
  #delays = 0;
  #whyRefused = null;
  #timer;

  lastFailure = null;

  /**
   * @param {(refused: OvationError | null) => (string | Promise<string>)} supply is told why the server refused the
   * last token, where it did
   * @param {() => void} onDue when the token that was accepted last will soon have expired
   */
  constructor(supply, onDue) {
    this.#supply = supply;
    this.#onDue = onDue;
  }

  /** Whether it is of no use to try again by itself. */
  get exhausted() {
    return this.#refusals >= MOST_REFUSALS;
  }

  /** A token that is good as far as is known here; fails with an OvationError. */
  async get(signal) {
    if (this.#token !== null && leftOf(this.#token) > 0) {
      return this.#token;
    }
    this.#pending ??= this.#ask().finally(() => (this.#pending = null));
    const token = await abortable(this.#pending, signal);
    this.#token = token;
    return token;
  }

  /** The server took the token. */
  accepted() {
    this.#refusals = 0;
    this.#delays = 0;
    this.#whyRefused = null;
    clearTimeout(this.#timer);
    const left = leftOf(this.#token);
    if (left !== Infinity) {
      const due = Math.max(1_000, left - Math.min(AHEAD, left / 5));
      this.#timer = setTimeout(
        () => {
          this.#token = null;
          this.#onDue();
        },
        Math.min(due, LONGEST_TIMER),
      );
    }
  }

  /** The token that is due did not come, or the server had no time for it: it is due again soon. */
  postpone(error) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onDue, delayOf(error, this.#delays++));
  }

  /** The server did not take the token: the next one has to be another. */
  refused(why) {
    this.#token = null;
    this.#whyRefused = why;
    this.#refusals += 1;
  }

  /** It is tried again: once, or as often as at first, where somebody wants it to be. */
  forgive(isAsked) {
    this.#refusals = isAsked ? 0 : MOST_REFUSALS - 1;
  }

  close() {
    clearTimeout(this.#timer);
  }

  async #ask() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('It took too long')), PATIENCE);
    });
    try {
      const token = await Promise.race([Promise.resolve().then(() => this.#supply(this.#whyRefused)), late]);
      if (typeof token !== 'string' || token === '') {
        throw new Error('It is no text');
      }
      if (leftOf(token) <= 0) {
        throw new Error('It has expired');
      }
      return token;
    } catch (cause) {
      if (cause instanceof OvationError && cause.code === 'unauthenticated') {
        this.#refusals = MOST_REFUSALS;
        throw (this.lastFailure = cause);
      }
      this.#refusals += 1;
      this.lastFailure = new OvationError('no_token', `No token: ${cause?.message ?? cause}`, { cause });
      throw this.lastFailure;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** How many milliseconds a token is still good for, by its own word; without end where it does not say. */
function leftOf(token) {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))));
    return typeof exp === 'number' ? exp * 1_000 - Date.now() : Infinity;
  } catch {
    return Infinity;
  }
}
