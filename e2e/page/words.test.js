import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from '../../api/src/main/resources/static/js/uuid.js';
import { mentionsIn, partsOf, titleOf } from '../../api/src/main/resources/static/js/words.js';

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

test('ids are UUIDs of version 7 that sort by time', () => {
  const ids = [0, 1, 2 ** 32, Date.parse('2026-01-01'), 2 ** 48 - 1].map((now) => uuidv7(now));
  ids.forEach((id) => assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  assert.deepEqual(ids, [...ids].sort());
  assert.ok(ids[1].startsWith('00000000-0001'));
  assert.ok(ids[4].startsWith('ffffffff-ffff'));
  assert.notEqual(uuidv7(1), uuidv7(1));
});
