import { shortTimeOf } from './times.js';

/** What an error means to the person who sees it, and what they can do. */
export function explain(error) {
  switch (error.code) {
    case 'rate_limited':
      return 'Slow down a little';
    case 'unavailable':
      return 'The server is busy just now';
    case 'disconnected':
    case 'closed':
      return 'The server cannot be reached';
    case 'unauthenticated':
      return 'You need to sign in again';
    case 'payload_too_large':
      return 'That is too long';
    case 'validation_failed':
      return error.errors?.length > 0
        ? error.errors.map(({ message }) => message).join('. ')
        : (error.detail ?? 'The server does not take that');
    default:
      return error.detail ?? 'That did not work';
  }
}

/** The same with the time until it is tried again. */
export function explainDelay(error, milliseconds) {
  return `${explain(error)}: trying again in ${Math.max(1, Math.ceil(milliseconds / 1000))} s`;
}

export function titleOf({ conversationId, kind, title, members }, me) {
  const others = (members ?? []).filter((user) => user !== me);
  if (kind === 'direct') {
    return others[0] ?? me;
  }
  if (title) {
    return title;
  }
  return kind === 'group' && others.length > 0 ? others.join(', ') : `Room ${conversationId.slice(-6)}`;
}

/** How someone is, who is one of two; null where it is not known. */
export function whenceOf(presence) {
  if (presence === null) {
    return null;
  }
  if (presence.status === 'online') {
    return 'Online';
  }
  return presence.since ? `Offline · last here ${shortTimeOf(new Date(presence.since))}` : 'Offline';
}

/** Who writes just now; empty when nobody does. */
export function typingOf(users) {
  switch (users.length) {
    case 0:
      return '';
    case 1:
      return `${users[0]} is writing…`;
    case 2:
      return `${users[0]} and ${users[1]} are writing…`;
    default:
      return `${users[0]} and ${users.length - 1} others are writing…`;
  }
}

/** A number of things: `1 like`, `1,204 likes`. */
export function countOf(number, one, many = `${one}s`) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** Some names, and how many more there are. */
export function namesOf(users, most = 3) {
  const named = users.length > most ? users.slice(0, most - 1) : users;
  const rest = users.length - named.length;
  const all = rest > 0 ? [...named, `${rest} others`] : named;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** What a name is for the eye, whatever it is written with. */
function looksOf(name) {
  return name
    .normalize('NFKD')
    .replace(/[\s\p{C}\p{M}]/gu, '')
    .toLowerCase();
}

/** How a person is called where one calls oneself `You`: someone else of that name must not look like oneself. */
export function calledBy(me, user) {
  if (user === me) {
    return 'You';
  }
  return looksOf(user) === 'you' ? `${user} (someone else)` : user;
}

/** A message in one line. */
export function previewOf({ sender, body, redacted }, me) {
  return `${calledBy(me, sender)}: ${redacted ? 'deleted' : (body ?? '').slice(0, 200)}`;
}

/**
 * Whom a text names with an @.
 *
 * @param {string[]} names those whose names are known, with whatever they are made of
 * @param {boolean} [takesAnyone] whether one word after an @ is a name too when it is not known
 */
export function mentionsIn(text, names, takesAnyone = false) {
  const words = takesAnyone ? [...text.matchAll(/@([\p{L}\p{N}][\p{L}\p{N}_-]*)/gu)].map(([, word]) => word) : [];
  const users = partsOf(text, [...new Set([...names, ...words])]).map(({ user }) => user);
  return [...new Set(users.filter((user) => user !== undefined))];
}

/** Cuts a text into `{text, user?}`: `user` where it is an @ and one of these names; of two that fit, the longer. */
export function partsOf(text, names) {
  const sorted = [...names].sort((a, b) => b.length - a.length);
  const parts = [];
  let plain = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const user = isWithinWord(text, at)
      ? undefined
      : sorted.find((name) => text.startsWith(name, at + 1) && endsWord(text, at + 1 + name.length));
    if (user !== undefined) {
      if (at > plain) {
        parts.push({ text: text.slice(plain, at) });
      }
      plain = at + 1 + user.length;
      parts.push({ text: text.slice(at, plain), user });
      at = plain - 1;
    }
  }
  if (plain < text.length) {
    parts.push({ text: text.slice(plain) });
  }
  return parts;
}

/** Cuts a text into `{text, href?}`: `href` where it is the address of a page. */
export function linksIn(text) {
  const parts = [];
  let plain = 0;
  for (const found of text.matchAll(/\bhttps?:\/\/[^\s<>"']+/giu)) {
    const link = trimmed(found[0]);
    if (URL.canParse(link)) {
      if (found.index > plain) {
        parts.push({ text: text.slice(plain, found.index) });
      }
      plain = found.index + link.length;
      parts.push({ text: link, href: link });
    }
  }
  if (plain < text.length) {
    parts.push({ text: text.slice(plain) });
  }
  return parts;
}

/** Without what ends a sentence, or a bracket that the address does not open. */
function trimmed(link) {
  let end = link.replace(/[.,;:!?…]+$/u, '');
  while (end.endsWith(')') && !end.includes('(')) {
    end = end.slice(0, -1).replace(/[.,;:!?…]+$/u, '');
  }
  return end;
}

function isWithinWord(text, at) {
  return at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
}

function endsWord(text, at) {
  return at >= text.length || !/[\p{L}\p{N}]/u.test(text[at]);
}
