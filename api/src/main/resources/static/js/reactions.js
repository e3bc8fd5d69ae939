import { h, icon } from './dom.js';
import { countOf } from './words.js';

/**
 * Gives a reaction to a message of a thread, or takes it back.
 *
 * @param {import('./toggles.js').Toggles} toggles
 * @param {import('./conversation.js').Conversation} thread
 * @param {(messageId: string, kind: string) => object} toggleOf see sources.js
 */
export function toggleReaction(toggles, thread, toggleOf, messageId, kind) {
  const isGiven = (message) => message?.myReactions?.includes(kind) ?? false;
  toggles.turn(toggleOf(messageId, kind), !isGiven(thread.find(messageId)), (given) => {
    const message = thread.find(messageId);
    if (message && isGiven(message) !== given) {
      thread.patch(messageId, reacted(message, kind, given));
    }
  });
}

function reacted({ reactions = {}, myReactions = [] }, kind, given) {
  const others = myReactions.filter((each) => each !== kind);
  return {
    reactions: { ...reactions, [kind]: Math.max(0, (reactions[kind] ?? 0) + (given ? 1 : -1)) },
    myReactions: given ? [...others, kind] : others,
  };
}

/** A button for each kind that somebody gave; null where nobody gave any. */
export function reactionsRow({ messageId, reactions, myReactions }, onReact) {
  const given = Object.entries(reactions ?? {}).filter(([, count]) => count > 0);
  if (given.length === 0) {
    return null;
  }
  return h(
    'div',
    { class: 'reactions', role: 'group', 'aria-label': 'Reactions' },
    ...given.map(([kind, count]) =>
      h(
        'button',
        {
          type: 'button',
          class: 'reaction',
          'data-kind': kind,
          'aria-pressed': String(myReactions?.includes(kind) ?? false),
          'aria-label': countOf(count, kind),
          title: countOf(count, kind),
          onclick: () => onReact(messageId, kind),
        },
        kind === 'like' ? icon('heart') : kind,
        h('span', {}, count.toLocaleString()),
      ),
    ),
  );
}
