/**
 * Where one can be on this page: `{name, id?, seq?}` with the names `home`, `feed`, `inbox`, `conversation` and
 * `content`; `seq` is the message or the comment to go to.
 */
const LETTERS = { conversation: 'c', content: 'p' };
/** What the server takes for an id. Anything else would be spliced into a route. */
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WITH_ID = new Map(Object.entries(LETTERS).map(([name, letter]) => [letter, name]));

export const HOME = { name: 'home' };

/** The part of an address after the `#`. */
export function hashOf({ name, id, seq }, as) {
  const path = name === 'home' ? '' : LETTERS[name] ? `${LETTERS[name]}/${encodeURIComponent(id)}` : name;
  const query = new URLSearchParams({ ...(seq && { at: seq }), ...(as && { as }) }).toString();
  return `#/${path}${query ? `?${query}` : ''}`;
}

/** The address of a place; with the name to open it as, if one is given. */
export function linkTo(place, as) {
  return `${location.origin}${location.pathname}${hashOf(place, as)}`;
}

/** The place of an address, and the name that it brings. */
export function parseHash(hash) {
  const [path, query] = hash.replace(/^#/, '').split('?');
  const params = new URLSearchParams(query);
  const [, letter, written] = /^\/([cp])\/([^/]+)$/.exec(path) ?? [];
  const id = written && ID.test(written) ? written.toLowerCase() : null;
  const name = (id && WITH_ID.get(letter)) ?? /^\/(feed|inbox)$/.exec(path)?.[1] ?? 'home';
  const seq = Number(params.get('at'));
  return {
    place: { name, ...(id && { id }), ...(Number.isSafeInteger(seq) && seq > 0 && { seq }) },
    as: params.get('as')?.trim().slice(0, 200) || null,
  };
}
