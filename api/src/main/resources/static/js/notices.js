import { namesOf } from './words.js';

/** So many of the latest are named by the server; when it names as many, there may be more. */
const MOST_ACTORS = 10;

/** A notification as a sentence, such as `Bob and 11 others liked your post`. */
export function sentenceOf({ kind, actors, count, target }) {
  switch (kind) {
    case 'like':
      // Each like is another person's.
      return `${whoOf(actors, count)} liked your ${thingOf(target)}`;
    case 'comment':
      return `${whoOf(actors, peopleOf(actors, count))} commented on your post${timesOf(count, actors)}`;
    case 'reply':
      return `${whoOf(actors, peopleOf(actors, count))} replied to your ${thingOf(target)}${timesOf(count, actors)}`;
    case 'mention':
      return `${whoOf(actors, peopleOf(actors, count))} mentioned you${timesOf(count, actors)}`;
    case 'message':
      return count > 1
        ? `${namesOf(actors)} sent you ${count.toLocaleString()} messages`
        : `${namesOf(actors)} sent you a message`;
    default:
      return `${whoOf(actors, peopleOf(actors, count))} did something that concerns you`;
  }
}

/** Where it leads to. */
export function placeOf({ target }) {
  return target.conversationId
    ? { name: 'conversation', id: target.conversationId, ...(target.seq && { seq: target.seq }) }
    : { name: 'content', id: target.contentId, ...(target.seq && { seq: target.seq }) };
}

function whoOf(actors, people) {
  const others = people - 1;
  switch (others) {
    case 0:
      return actors[0];
    case 1:
      return actors.length > 1 ? `${actors[0]} and ${actors[1]}` : `${actors[0]} and 1 other`;
    default:
      return `${actors[0]} and ${others.toLocaleString()} others`;
  }
}

/** How many people there are at least, where one may have done it several times. */
function peopleOf(actors, count) {
  return Math.min(actors.length, MOST_ACTORS, count);
}

function timesOf(count, actors) {
  if (count <= actors.length) {
    return '';
  }
  return actors.length === 1 ? ` ${count.toLocaleString()} times` : `, ${count.toLocaleString()} times in all`;
}

function thingOf(target) {
  if (target.messageId) {
    return 'message';
  }
  return target.commentId ? 'comment' : 'post';
}
