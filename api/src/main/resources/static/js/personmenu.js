import { h, icon } from './dom.js';

/**
 * What can be done with a person, behind one button. The browser opens and closes it.
 *
 * @param {object} person `user`, `canSanction`, `isBlocked` and `isOpen`
 * @param {object} actions `mute`, `unmute`, `ban`, `block`, `unblock` (user), and `opened` (user, isOpen)
 */
export function personMenu({ user, canSanction, isBlocked, isOpen }, actions) {
  const item = (label, act) =>
    h(
      'button',
      { type: 'button', class: 'text-button', 'aria-label': `${label}: ${user}`, onclick: () => act(user) },
      label,
    );
  return h(
    'details',
    { class: 'person-menu', open: isOpen, ontoggle: ({ target }) => actions.opened(user, target.open) },
    h('summary', { 'aria-label': `More about ${user}`, title: `More about ${user}` }, icon('more')),
    h(
      'div',
      { role: 'group', 'aria-label': user },
      canSanction ? item('Mute for an hour', actions.mute) : null,
      canSanction ? item('Unmute', actions.unmute) : null,
      canSanction ? item('Ban', actions.ban) : null,
      isBlocked ? item('Unblock', actions.unblock) : item('Block', actions.block),
    ),
  );
}

/** Those who are banned, each with the way back. */
export function bannedRow(user, onUnban) {
  return h(
    'li',
    {},
    h('bdi', {}, user),
    h(
      'button',
      { type: 'button', 'aria-label': `Lift the ban of ${user}`, onclick: () => onUnban(user) },
      'Lift the ban',
    ),
  );
}
