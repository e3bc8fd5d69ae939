/**
 * Makes an element. What is text stays text: strings among the children become text nodes, and nothing here ever parses
 * HTML.
 *
 * @param {string} name
 * @param {object} [properties] `class`, `on<event>` listeners, `data-…`, `aria-…` and other attributes; null and false
 * leave one out, true sets it empty
 * @param {...(Node|string|null)} children
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== null && value !== false && value !== undefined) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An icon of those that stand at the top of the page, so that none is ever missing while there is no network. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** The round picture of a person or a room: a letter on a colour, both of the name. */
export function avatar(name) {
  return h('span', { class: `avatar hue-${hueOf(name)}`, 'aria-hidden': 'true' }, initialOf(name));
}

/** The same of a person with how they are: `online` or `offline`, or null where it is not known. */
export function avatarWithDot(name, status) {
  if (status === null) {
    return avatar(name);
  }
  const text = status === 'online' ? 'Online' : 'Offline';
  return h(
    'span',
    { class: 'with-dot' },
    avatar(name),
    h('span', { class: 'dot', 'data-status': status, title: text }, h('span', { class: 'hidden' }, `${text}, `)),
  );
}

/** Joins the children of a list to these elements, in order, touching only what differs. */
export function reconcile(parent, elements) {
  const wanted = new Set(elements);
  [...parent.children].filter((child) => !wanted.has(child)).forEach((child) => child.remove());
  let next = parent.firstElementChild;
  for (const element of elements) {
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(element, next);
    }
  }
}

function hueOf(name) {
  let hash = 7;
  for (const char of name) {
    hash = (hash * 31 + char.codePointAt(0)) >>> 0;
  }
  return hash % 10;
}

function initialOf(name) {
  const first = [...name.trim()].find((char) => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(char));
  return (first ?? '#').toLocaleUpperCase();
}
