const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const SUGGESTIONS = [
  'Ada',
  'Ben',
  'Cleo',
  'Dara',
  'Emil',
  'Fay',
  'Gus',
  'Hana',
  'Ivo',
  'Juno',
  'Kofi',
  'Lena',
  'Milo',
  'Nora',
  'Otto',
  'Pia',
  'Rosa',
  'Sam',
  'Tove',
  'Uma',
  'Vito',
  'Wren',
  'Yara',
  'Zeno',
];

/** A first name that nobody here has yet. */
export function suggestName(taken = []) {
  const free = SUGGESTIONS.filter((name) => !taken.includes(name));
  return (free.length > 0 ? free : SUGGESTIONS)[Math.floor(Math.random() * (free.length || SUGGESTIONS.length))];
}

/** What an error means to the person who sees it, and what they can do. */
export function explain(error) {
  switch (error.code) {
    case 'rate_limited':
      return 'Slow down a little';
    case 'unavailable':
      return 'The server is busy just now';
    case 'disconnected':
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

export function timeOf(date) {
  return time.format(date);
}

export function fullTimeOf(date) {
  return full.format(date);
}

/** The day for a heading: Today, Yesterday, or its date. */
export function dayOf(date, now = new Date()) {
  const days = daysBetween(date, now);
  if (days === 0) {
    return 'Today';
  }
  return days === 1 ? 'Yesterday' : (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
}

/** As short as it can be told: a time today, a weekday this week, else a date. */
export function shortTimeOf(date, now = new Date()) {
  const days = daysBetween(date, now);
  if (days <= 0) {
    return time.format(date);
  }
  return (days < 7 ? weekday : shortDay).format(date);
}

/** A key that is the same for all times of one day where the reader is. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
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

/** A message in one line. */
export function previewOf({ sender, body, redacted }, me) {
  return `${sender === me ? 'You' : sender}: ${redacted ? 'deleted' : (body ?? '').slice(0, 200)}`;
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

function isWithinWord(text, at) {
  return at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
}

function endsWord(text, at) {
  return at >= text.length || !/[\p{L}\p{N}]/u.test(text[at]);
}

function daysBetween(date, now) {
  const midnight = (each) => Date.UTC(each.getFullYear(), each.getMonth(), each.getDate());
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}
