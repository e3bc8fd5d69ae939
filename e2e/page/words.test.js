import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, sentenceOf } from '../../api/src/main/resources/static/js/notices.js';
import { hashOf, parseHash } from '../../api/src/main/resources/static/js/places.js';
import { Receipts, tickOf } from '../../api/src/main/resources/static/js/receipts.js';
import { commentsOf } from '../../api/src/main/resources/static/js/sources.js';
import { uuidv7 } from '../../clients/typescript/src/uuid.js';
import {
  calledBy,
  mentionsIn,
  namesOf,
  partsOf,
  titleOf,
  typingOf,
} from '../../api/src/main/resources/static/js/words.js';

test('a text is cut at the names that it mentions, of two the longer, and loses nothing', () => {
  const names = ['Ann', 'Ann Lee', 'مريم', 'a+b'];
  for (const [text, expected] of [
    ['@Ann', ['Ann']],
    ['hi @Ann Lee!', ['Ann Lee']],
    ['@Anna', []],
    ['mail@Ann', []],
    ['(@Ann, @a+b) @مريم؟', ['Ann', 'a+b', 'مريم']],
    ['@Ann @Ann', ['Ann']],
    ['@@Ann', ['Ann']],
    ['@', []],
  ]) {
    assert.deepEqual(mentionsIn(text, names), expected, text);
    assert.equal(
      partsOf(text, names)
        .map((part) => part.text)
        .join(''),
      text,
    );
  }
});

test('where anyone can be mentioned, an unknown word is a name too', () => {
  assert.deepEqual(mentionsIn('@Zoë, @x-1 and @Ann Lee', ['Ann Lee'], true), ['Zoë', 'x-1', 'Ann Lee']);
  assert.deepEqual(mentionsIn('@Zoë', ['Ann Lee']), []);
});

test('a conversation is called by its title, by the other, or by the others', () => {
  const conversationId = '018f0000-0000-7000-8000-0000000abcde';
  assert.equal(titleOf({ conversationId, kind: 'channel', title: 'News' }, 'me'), 'News');
  assert.equal(titleOf({ conversationId, kind: 'direct', members: ['me', 'Ann'] }, 'me'), 'Ann');
  assert.equal(titleOf({ conversationId, kind: 'direct', members: ['me'] }, 'me'), 'me');
  assert.equal(titleOf({ conversationId, kind: 'group', members: ['me', 'Ann', 'Ben'] }, 'me'), 'Ann, Ben');
  assert.equal(titleOf({ conversationId, kind: 'channel' }, 'me'), 'Room 0abcde');
});

test('a notification is a sentence with as many people as there are', () => {
  const post = { contentId: '1' };
  const message = { conversationId: '2', messageId: '3', seq: 7 };
  for (const [kind, actors, count, target, expected] of [
    ['like', ['Bob'], 1, post, 'Bob liked your post'],
    ['like', ['Bob', 'Cleo'], 2, post, 'Bob and Cleo liked your post'],
    ['like', ['Bob', 'Cleo', 'Dora'], 12, post, 'Bob and 11 others liked your post'],
    ['like', ['Bob'], 1, { contentId: '1', commentId: '4' }, 'Bob liked your comment'],
    ['like', ['Bob'], 1, message, 'Bob liked your message'],
    ['comment', ['Bob', 'Cleo'], 5, post, 'Bob and Cleo commented on your post, 5 times in all'],
    ['mention', ['Bob'], 1, message, 'Bob mentioned you'],
    ['mention', ['Bob'], 3, message, 'Bob mentioned you 3 times'],
    ['reply', ['Bob'], 1, message, 'Bob replied to your message'],
    ['message', ['Bob'], 1, message, 'Bob sent you a message'],
    ['message', ['Bob'], 3, message, 'Bob sent you 3 messages'],
    ['of a later version', ['Bob'], 1, post, 'Bob did something that concerns you'],
  ]) {
    assert.equal(sentenceOf({ kind, actors, count, target }), expected);
  }
  assert.deepEqual(placeOf({ target: post }), { name: 'content', id: '1' });
  assert.deepEqual(placeOf({ target: message }), { name: 'conversation', id: '2', seq: 7 });
});

test('an address leads to the place that it was made of', () => {
  const [A, B] = [uuidv7(), uuidv7()];
  const places = [
    { name: 'home' },
    { name: 'feed' },
    { name: 'inbox' },
    { name: 'conversation', id: A },
    { name: 'content', id: B },
    { name: 'conversation', id: A, seq: 12 },
  ];
  for (const place of places) {
    assert.deepEqual(parseHash(hashOf(place)), { place, as: null });
    assert.deepEqual(parseHash(hashOf(place, 'Zoë & co')), { place, as: 'Zoë & co' });
  }
  assert.deepEqual(parseHash(`#/c/${A}?at=-1`).place, { name: 'conversation', id: A });
  assert.deepEqual(parseHash('#/nowhere/x').place, { name: 'home' });
});

test('ticks go by the last of the others where they are known, and never back', () => {
  const receipts = new Receipts('me');
  assert.equal(tickOf(receipts.of(5), 2), 'sent');
  receipts.take({ user: 'me', delivered: 9, read: 9 });
  receipts.take({ user: 'Ann', delivered: 5, read: 4 });
  assert.equal(tickOf(receipts.of(5), 2), 'sent');
  assert.equal(tickOf(receipts.of(5), null), 'delivered');
  receipts.take({ user: 'Ben', delivered: 7, read: 7 });
  assert.equal(tickOf(receipts.of(5), 2), 'delivered');
  assert.deepEqual(receipts.readers(5), ['Ben']);
  receipts.take({ user: 'Ann', read: 5 });
  receipts.take({ user: 'Ann', delivered: 1, read: 1 });
  assert.equal(tickOf(receipts.of(5), 2), 'read');
  assert.equal(tickOf(receipts.of(6), 2), 'sent');
  receipts.forget('Ann');
  assert.equal(tickOf(receipts.of(6), 1), 'read');
});

test('a comment is read as a message is', () => {
  const source = commentsOf({ content: () => ({}) }, 'c');
  const comment = { commentId: '1', seq: 3, author: 'Ann', body: 'hm', at: '2026-01-01T00:00:00Z' };
  const message = { messageId: '1', seq: 3, sender: 'Ann', body: 'hm', sentAt: '2026-01-01T00:00:00Z' };
  assert.deepEqual(source.page({ comments: [comment], lastSeq: 3 }), { messages: [message], lastSeq: 3 });
  assert.equal(source.frame({ type: 'comment', ...comment }).type, 'message');
  assert.equal(source.frame({ type: 'comment-redacted', commentId: '1' }).messageId, '1');
  assert.deepEqual(source.frame({ type: 'counters', views: 1 }), { type: 'counters', views: 1 });
});

test('people are named, as many as there is room for', () => {
  assert.equal(typingOf([]), '');
  assert.equal(typingOf(['Ann']), 'Ann is writing…');
  assert.equal(typingOf(['Ann', 'Ben', 'Cleo']), 'Ann and 2 others are writing…');
  assert.equal(namesOf(['Ann', 'Ben', 'Cleo']), 'Ann, Ben and Cleo');
  assert.equal(namesOf(['Ann', 'Ben', 'Cleo', 'Dora']), 'Ann, Ben and 2 others');
});

test('who is named You is told apart from oneself', () => {
  assert.equal(calledBy('Anna', 'Anna'), 'You');
  assert.equal(calledBy('You', 'You'), 'You');
  assert.equal(calledBy('Anna', 'Ben'), 'Ben');
  for (const name of ['You', 'you', 'Y o u', 'Ｙｏｕ', 'Yo\u0301u']) {
    assert.equal(calledBy('Anna', name), `${name} (someone else)`);
  }
});

test('an id in an address is one, or the address is none of a place', () => {
  const id = '018f0000-0000-7000-8000-00000000000A';
  assert.deepEqual(parseHash(`#/c/${id}`).place, { name: 'conversation', id: id.toLowerCase() });
  for (const wrong of ['x', `${id}.send`, `${id}%2Fx`, '..', `${id}0`, 'watch']) {
    assert.deepEqual(parseHash(`#/c/${wrong}`).place, { name: 'home' }, wrong);
    assert.deepEqual(parseHash(`#/p/${wrong}`).place, { name: 'home' }, wrong);
  }
});
