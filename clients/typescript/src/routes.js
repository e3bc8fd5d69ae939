/**
 * Where each route of RSocket is over HTTP: `*` stands for an id of the route, `{name}` for a field of the data.
 */
const PLACES = {
  'conversations.open': 'POST conversations',
  'conversations.list': 'GET conversations',
  'conversations.*': 'GET conversations/*',
  'conversations.*.change': 'PATCH conversations/*',
  'conversations.*.send': 'POST conversations/*/messages',
  'conversations.*.history': 'GET conversations/*/messages',
  'conversations.*.edit.*': 'PATCH conversations/*/messages/*',
  'conversations.*.redact.*': 'DELETE conversations/*/messages/*',
  'conversations.*.react.*.*': 'PUT conversations/*/messages/*/reactions/*',
  'conversations.*.unreact.*.*': 'DELETE conversations/*/messages/*/reactions/*',
  'conversations.*.reactions.*.*': 'GET conversations/*/messages/*/reactions/*',
  'conversations.*.members': 'GET conversations/*/members',
  'conversations.*.members.add': 'POST conversations/*/members',
  'conversations.*.members.remove': 'DELETE conversations/*/members/{user}',
  'conversations.*.bans': 'GET conversations/*/bans',
  'conversations.*.ban': 'PUT conversations/*/bans/{user}',
  'conversations.*.unban': 'DELETE conversations/*/bans/{user}',
  'conversations.*.mute': 'PUT conversations/*/mutes/{user}',
  'conversations.*.unmute': 'DELETE conversations/*/mutes/{user}',
  'conversations.*.presence': 'GET conversations/*/presence',
  'conversations.*.receipt': 'PUT conversations/*/receipts/me',
  'conversations.*.receipts': 'GET conversations/*/receipts',
  'conversations.*.typing': 'POST conversations/*/typing',
  'contents.publish': 'POST contents',
  'contents.list': 'GET contents',
  'contents.*': 'GET contents/*',
  'contents.*.edit': 'PATCH contents/*',
  'contents.*.retract': 'DELETE contents/*',
  'contents.*.comment': 'POST contents/*/comments',
  'contents.*.comments': 'GET contents/*/comments',
  'contents.*.redact-comment.*': 'DELETE contents/*/comments/*',
  'contents.*.react-comment.*.*': 'PUT contents/*/comments/*/reactions/*',
  'contents.*.unreact-comment.*.*': 'DELETE contents/*/comments/*/reactions/*',
  'contents.*.reactions-comment.*.*': 'GET contents/*/comments/*/reactions/*',
  'contents.*.like': 'PUT contents/*/like',
  'contents.*.unlike': 'DELETE contents/*/like',
  'contents.*.react.*': 'PUT contents/*/reactions/*',
  'contents.*.unreact.*': 'DELETE contents/*/reactions/*',
  'contents.*.reactions.*': 'GET contents/*/reactions/*',
  'contents.*.applaud': 'POST contents/*/applause',
  'contents.*.view': 'POST contents/*/views',
  'contents.*.counters': 'GET contents/*/counters',
  'presence.get': 'GET presence',
  'inbox.list': 'GET inbox',
  'inbox.read': 'POST inbox/read',
  'blocks.list': 'GET blocks',
  'blocks.add': 'PUT blocks/{user}',
  'blocks.remove': 'DELETE blocks/{user}',
};

/**
 * What is asked over HTTP for a route and its data: the path below `/api/`, with its query, and the body if there is
 * one.
 */
export function httpOf(route, data) {
  const [first, second, third, ...ids] = route.split('.');
  let key = route;
  let names = [];
  if (!(route in PLACES)) {
    // Of the members, what is done to them is told by a word; all else that follows is an id.
    const isWord = third === 'members';
    key = [first, '*', ...(third ? [third] : []), ...ids.map((id) => (isWord ? id : '*'))].join('.');
    names = isWord ? [second] : [second, ...ids];
  }
  const fields = { ...data };
  const [method, place] = (PLACES[key] ?? unknown(route)).split(' ');
  const path = place.replace(/\*|{(\w+)}/g, (_, field) => {
    const name = field ? fields[field] : names.shift();
    delete fields[field];
    return encodeURIComponent(name);
  });
  return method === 'GET' || method === 'DELETE'
    ? { method, path: path + queryOf(fields) }
    : { method, path, body: JSON.stringify(fields) };
}

/** A query with its question mark; empty where there is nothing to ask for. Lists repeat their name. */
export function queryOf(fields) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value ?? undefined]) {
      if (each !== undefined) {
        query.append(name, each);
      }
    }
  }
  return query.size ?? [...query].length ? `?${query}` : '';
}

function unknown(route) {
  throw new TypeError(`There is no route ${route} over HTTP`);
}
