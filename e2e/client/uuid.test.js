import assert from 'node:assert/strict';
import test from 'node:test';
import { uuidv7 } from '../../clients/typescript/src/uuid.js';

test('ids are UUIDs of version 7 that sort by time', () => {
  const ids = [0, 1, 2 ** 32, Date.parse('2026-01-01'), 2 ** 48 - 1].map((now) => uuidv7(now));
  ids.forEach((id) => assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  assert.deepEqual(ids, [...ids].sort());
  assert.ok(ids[1].startsWith('00000000-0001'));
  assert.ok(ids[4].startsWith('ffffffff-ffff'));
  assert.notEqual(uuidv7(1), uuidv7(1));
});
