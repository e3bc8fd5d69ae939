import { RSocketError } from './rsocket.js';

const KEY = 'ovation.session';

/**
 * Who this tab speaks as. Kept for the tab alone, so that two tabs can be two people.
 *
 * A name becomes a development token, which only a stand-alone server hands out, and which is renewed as often as
 * needed. On any other server a token is pasted, and when it has expired the next one is asked for.
 */
export class Session {
  constructor(user, token, isPasted) {
    this.user = user;
    this.token = token;
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

  /** Fails with an RSocketError: `not_found` or `forbidden` where the server hands out no development tokens. */
  static async signIn(user) {
    return new Session(user, await developmentToken(user), false).#keep();
  }

  /** Fails with `validation_failed` when this is not a token of someone. */
  static usePasted(token) {
    return new Session(subjectOf(token), token, true).#keep();
  }

  /** Gets a new token for the same user; fails with `unauthenticated` where that takes a person. */
  async renew() {
    if (this.isPasted) {
      throw new RSocketError('unauthenticated', 'The token has expired');
    }
    this.token = await developmentToken(this.user);
    this.#keep();
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
    sessionStorage.setItem(KEY, JSON.stringify({ user: this.user, token: this.token, isPasted: this.isPasted }));
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
    throw new RSocketError('disconnected', 'The server cannot be reached');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const byStatus = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };
    throw new RSocketError(
      answer.code ?? byStatus[response.status] ?? 'unavailable',
      answer.detail ?? 'No token was given',
      {
        problem: answer,
      },
    );
  }
  return answer.token;
}

function subjectOf(token) {
  try {
    const base64 = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))));
    if (typeof claims.sub === 'string' && claims.sub !== '') {
      return claims.sub;
    }
  } catch {
    // Told below, as a token without a subject is.
  }
  throw new RSocketError('validation_failed', 'This is not an access token');
}
