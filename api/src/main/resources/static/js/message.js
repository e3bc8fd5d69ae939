import { avatar, h, icon } from './dom.js';
import { reactionsRow } from './reactions.js';
import { fullTimeOf, timeOf } from './times.js';
import { calledBy, explain, explainDelay, linksIn, partsOf } from './words.js';

/** Texts beyond this are folded. */
const LONG_TEXT = 1_500;
const MANY_LINES = 24;

const TICKS = { sent: 'Sent', delivered: 'Delivered', read: 'Read' };

/**
 * A message as it is shown.
 *
 * @param {object} message as a thread holds it, or one of the outbox with its `entry`
 * @param {object} how
 * @param {string} how.me
 * @param {Date} how.sentAt
 * @param {boolean} how.isGrouped it follows another of the same person
 * @param {object|null} how.quoted the message that it replies to, if that is at hand
 * @param {boolean} how.isUnfolded
 * @param {{tick: string}|null} how.tick
 * @param {object} how.actions `onRetry`, `onTakeBack` (entry), `onFold`, `onReveal` (messageId),
 * `onReact` (messageId, kind)
 */
export function messageRow(message, how) {
  const { me, sentAt, isGrouped, quoted, tick, actions } = how;
  const { messageId, sender, entry } = message;
  const isMine = sender === me;
  const isForMe = message.mentions?.includes(me) ?? false;
  const state = entry?.state ?? 'seen';
  const bubble = h('div', { class: 'bubble', title: fullTimeOf(sentAt) });
  if (!isGrouped) {
    const name = h('bdi', { class: 'sender' }, calledBy(me, sender));
    bubble.append(h('div', { class: 'head' }, name, h('time', { datetime: message.sentAt }, timeOf(sentAt))));
  }
  if (message.replyTo) {
    bubble.append(quote(message, quoted, how));
  }
  bubble.append(message.redacted ? h('div', { class: 'body gone' }, 'This message was deleted') : bodyOf(message, how));
  if (message.editedAt && !message.redacted) {
    bubble.append(h('span', { class: 'note', title: fullTimeOf(new Date(message.editedAt)) }, 'edited'));
  }
  if (entry) {
    bubble.append(delivery(entry, actions));
  }
  const reactions = message.redacted ? null : reactionsRow(message, actions.onReact);
  if (reactions) {
    bubble.append(reactions);
  }
  if (tick) {
    bubble.append(ticks(tick.tick));
  }
  return h(
    'li',
    {
      class: ['message', isMine && 'mine', isGrouped && 'grouped', isForMe && 'for-me', state]
        .filter(Boolean)
        .join(' '),
      'data-id': messageId,
      'data-seq': message.seq ?? null,
      'data-state': state,
      tabindex: '-1',
    },
    isMine ? null : isGrouped ? h('span', { class: 'avatar-space' }) : avatar(sender),
    isGrouped ? h('span', { class: 'hidden' }, `${calledBy(me, sender)}, ${timeOf(sentAt)}:`) : null,
    bubble,
  );
}

function bodyOf({ messageId, body, mentions }, { me, isUnfolded, actions }) {
  const element = h('div', { class: 'body', dir: 'auto' });
  for (const { text, user } of partsOf(body ?? '', mentions ?? [])) {
    if (user !== undefined) {
      element.append(h('span', { class: user === me ? 'mention me' : 'mention' }, text));
      continue;
    }
    for (const part of linksIn(text)) {
      element.append(
        part.href ? h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text) : part.text,
      );
    }
  }
  if (!isLong(body ?? '')) {
    return element;
  }
  element.classList.toggle('folded', !isUnfolded);
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'text-button',
      'aria-expanded': String(isUnfolded),
      onclick: () => actions.onFold(messageId),
    },
    isUnfolded ? 'Show less' : 'Show all',
  );
  return h('div', {}, element, toggle);
}

function quote({ replyTo }, quoted, { me, actions }) {
  if (!quoted) {
    return h('p', { class: 'quote' }, 'Reply to an earlier message');
  }
  return h(
    'button',
    { type: 'button', class: 'quote', title: 'Show that message', onclick: () => actions.onReveal(replyTo) },
    h('span', { class: 'hidden' }, 'Reply to '),
    h('bdi', { class: 'sender' }, calledBy(me, quoted.sender)),
    h('span', { dir: 'auto' }, quoted.redacted ? 'deleted' : (quoted.body ?? '').slice(0, 160)),
  );
}

function delivery(entry, actions) {
  if (entry.state === 'failed') {
    return h(
      'div',
      { class: 'delivery', role: 'alert' },
      `Not sent. ${explain(entry.error)}`,
      h('button', { type: 'button', class: 'text-button', onclick: () => actions.onRetry(entry) }, 'Try again'),
      h('button', { type: 'button', class: 'text-button', onclick: () => actions.onTakeBack(entry) }, 'Take back'),
    );
  }
  if (entry.retryAt) {
    return h('div', { class: 'delivery', role: 'status' }, explainDelay(entry.error, entry.retryAt - Date.now()));
  }
  return h('div', { class: 'delivery' }, entry.state === 'sent' ? 'Sent' : 'Sending…');
}

function ticks(tick) {
  return h(
    'span',
    { class: 'ticks', 'data-tick': tick, title: TICKS[tick] },
    icon(tick === 'sent' ? 'check' : 'checks'),
    h('span', { class: 'hidden' }, TICKS[tick]),
  );
}

function isLong(body) {
  return body.length > LONG_TEXT || body.split('\n', MANY_LINES + 1).length > MANY_LINES;
}
