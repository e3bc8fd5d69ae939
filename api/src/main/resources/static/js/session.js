import { OvationError } from './client/index.js';

const KEY = 'ovation.session';

/**
 * Who this tab speaks as. Kept for the tab alone, so that two tabs can be two people.
 *
 * A name becomes a development token, which only a stand-alone server hands out, and which is renewed as often as
 * needed. On any other server a token is pasted, and when it has expired the next one is asked for.
 */
export class Session {
  #token;
  #isNew = true;

  constructor(user, token, isPasted) {
    this.user = user;
    this.#token = token;
    this.isPasted = isPasted;
  }

  /** The session that this tab had before it was reloaded; null when there is none. */
  static restore() {
    try {
      const { user, token, isPasted } = JSON.parse(sessionStorage.getItem(KEY));
      return new Session(user, token, isPasted);
    } catch {
      // There was none, or another version's.
      return null;
    }
  }

  /** Fails with an OvationError: `not_found` or `forbidden` where the server hands out no development tokens. */
  static async signIn(user) {
    return new Session(user, await developmentToken(user), false).#keep();
  }

  /** Fails with `validation_failed` when this is not a token of someone. */
  static usePasted(token) {
    return new Session(subjectOf(token), token, true).#keep();
  }

  /**
   * A token, for the client: it asks when it has none, before the last one expires, and when the server refused it.
   *
   * @param {OvationError|null} refused why it did
   * @returns {Promise<string>} fails with `unauthenticated` where it takes a person to get one
   */
  async tokenAfter(refused) {
    const isGood = refused === null && Number(claimsOf(this.#token)?.exp ?? Infinity) * 1_000 > Date.now();
    if (isGood && (this.#isNew || this.isPasted)) {
      this.#isNew = false;
      return this.#token;
    }
    if (this.isPasted) {
      throw new OvationError('unauthenticated', 'The token has expired');
    }
    try {
      this.#token = await developmentToken(this.user);
    } catch (error) {
      throw takesAPerson(error) ? new OvationError('unauthenticated', error.message, { cause: error }) : error;
    }
    this.#keep();
    return this.#token;
  }

  end() {
    sessionStorage.removeItem(KEY);
  }

  /** Takes away what this browser keeps of a person: who signs out leaves nothing to who comes next. */
  static forget(user) {
    for (const storage of [sessionStorage, localStorage]) {
      Object.keys(storage)
        .filter((key) => /^ovation\.\w+\./.test(key) && key.replace(/^ovation\.\w+\./, '') === user)
        .forEach((key) => storage.removeItem(key));
    }
  }

  #keep() {
    sessionStorage.setItem(KEY, JSON.stringify({ user: this.user, token: this.#token, isPasted: this.isPasted }));
    return this;
  }
}

async function developmentToken(user) {
  let response;
  try {
    response = await fetch('api/dev/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    });
  } catch {
    throw new OvationError('disconnected', 'The server cannot be reached');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const byStatus = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };
    throw new OvationError(
      answer.code ?? byStatus[response.status] ?? 'unavailable',
      answer.detail ?? 'No token was given',
      {
        problem: answer,
      },
    );
  }
  return answer.token;
}

/** Whether this is the end of a session, and not of an attempt to renew it. */
function takesAPerson(error) {
  return ['unauthenticated', 'forbidden', 'not_found', 'validation_failed'].includes(error.code);
}

function subjectOf(token) {
  const subject = claimsOf(token)?.sub;
  if (typeof subject !== 'string' || subject === '') {
    throw new OvationError('validation_failed', 'This is not an access token');
  }
  return subject;
}

/** What a token says of itself; null where it is none. */
function claimsOf(token) {
  try {
    const base64 = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))));
  } catch {
    return null;
  }
}
