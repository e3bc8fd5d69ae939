import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ErrorCodes } from 'rsocket-core';
import { CurlStream, RSocketUser, curl, freshName, tokenOf } from './foreign.js';

const upTo = (n, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

describe('two people, one with rsocket-js and one with curl', { timeout: 120_000 }, () => {
  let anna;
  let ben;
  let bensToken;
  let room;
  const streams = [];

  const keep = (stream) => {
    streams.push(stream);
    return stream;
  };
  const curlWatches = async (options) => keep(await CurlStream.watch(room, bensToken, options));
  const annaSends = (body, more = {}) => anna.request(`conversations.${room}.send`, { body, ...more });
  const benSends = (body, more = {}) =>
    curl('POST', `/api/conversations/${room}/messages`, { token: bensToken, body: { body, ...more } });

  before(async () => {
    anna = await RSocketUser.connect(freshName('Anna'));
    ben = freshName('Ben');
    bensToken = await tokenOf(ben);
  });

  beforeEach(async () => {
    ({ conversationId: room } = await anna.request('conversations.open', {
      kind: 'group',
      title: 'Two people',
      members: [ben],
    }));
  });

  after(async () => {
    anna.close();
    await Promise.all(streams.filter((stream) => stream instanceof CurlStream).map((stream) => stream.close()));
  });

  test('what one sends over RSocket the other sees on SSE, byte for byte', async () => {
    const watching = await curlWatches();
    const body = 'Grüße — “quoted” \\ \t\n\u2028 𝄞 😄 \u0001 </script>';
    const messageId = randomUUID();

    const sent = await annaSends(body, { messageId, mentions: [ben] });
    await watching.messageCount(1);

    assert.equal(sent.messageId, messageId);
    assert.equal(sent.seq, 1);
    const [{ cursor, at, ...frame }] = watching.messages;
    assert.deepEqual(frame, {
      type: 'message',
      conversationId: room,
      messageId,
      seq: 1,
      sender: anna.user,
      body,
      sentAt: sent.sentAt,
      mentions: [ben],
    });
    assert.ok(at > 0);
    assert.equal(watching.ids.at(-1), cursor);
  });

  test('what one posts with curl the other sees on RSocket, with edits and redactions after it', async () => {
    const watching = await anna.watch(room);

    const first = await benSends('one');
    assert.equal(first.status, 201);
    const answer = await benSends('two', { replyTo: first.body.messageId });
    const path = `/api/conversations/${room}/messages/${first.body.messageId}`;
    assert.equal((await curl('PATCH', path, { token: bensToken, body: { body: 'One' } })).status, 204);
    assert.equal((await curl('DELETE', path, { token: bensToken })).status, 204);
    await watching.until((all) => all.some(({ type }) => type === 'message-redacted'), 'the redaction');

    assert.deepEqual(
      watching.all
        .filter(({ type }) => type.startsWith('message'))
        .map(({ type, messageId, body, replyTo }) => [type, messageId, body, replyTo]),
      [
        ['message', first.body.messageId, 'one', undefined],
        ['message', answer.body.messageId, 'two', first.body.messageId],
        ['message-edited', first.body.messageId, 'One', undefined],
        ['message-redacted', first.body.messageId, undefined, undefined],
      ],
    );
    watching.cancel();
  });

  test('both talk at once, and everyone sees one order', async () => {
    const streamsOfBoth = [await anna.watch(room), await curlWatches()];

    await Promise.all(upTo(40).map((n) => (n % 2 ? annaSends(`message ${n}`) : benSends(`message ${n}`))));
    await Promise.all(streamsOfBoth.map((stream) => stream.messageCount(40)));

    const [onRSocket, onSse] = streamsOfBoth.map(({ messages }) => messages.map(({ at, ...frame }) => frame));
    assert.deepEqual(
      onRSocket.map(({ seq }) => seq),
      upTo(40),
    );
    assert.deepEqual(onSse, onRSocket);
    assert.equal(new Set(onSse.map(({ body }) => body)).size, 40);
    const history = await curl('GET', `/api/conversations/${room}/messages?limit=200`, { token: bensToken });
    assert.deepEqual(
      history.body.messages.map(({ seq, body }) => [seq, body]),
      onSse.map(({ seq, body }) => [seq, body]),
    );
    assert.equal(history.body.lastSeq, 40);
  });

  test('a message is recorded once, however often it is sent and on whatever transport', async () => {
    const messageId = randomUUID();
    const watching = await anna.watch(room);

    const answers = await Promise.all(upTo(5).map(() => benSends('once', { messageId })));
    const bensSocket = await RSocketUser.connect(ben);
    const again = await bensSocket.request(`conversations.${room}.send`, { messageId, body: 'once' });
    await annaSends('the next');
    await watching.messageCount(2);

    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
    answers.forEach(({ body }) => assert.deepEqual(body, again));
    assert.deepEqual(
      watching.messages.map(({ body }) => body),
      ['once', 'the next'],
    );
    assert.equal((await benSends('another text', { messageId })).body.code, 'conflict');
    bensSocket.close();
  });

  test('REQUEST_N is honoured to the frame', async () => {
    const everything = await curlWatches();
    const one = anna.stream(`conversations.${room}.watch`, {}, 1);
    await one.until((all) => all.length === 1, 'the first frame');

    for (const n of upTo(10)) {
      await annaSends(`message ${n}`);
    }
    // a watcher of another transport has all, and the connection has answered since: what had to come has come
    await everything.messageCount(10);
    await anna.request(`conversations.${room}.history`, {});
    assert.equal(one.all.length, 1);

    one.request(3);
    await one.until((all) => all.length === 4, 'three more');
    await anna.request(`conversations.${room}.history`, {});
    assert.equal(one.all.length, 4);
    assert.deepEqual(one.seqs, [1, 2, 3]);

    one.request(100);
    await one.messageCount(10);
    assert.deepEqual(one.seqs, upTo(10));
    one.cancel();
  });

  test('a cursor is good on either transport: nothing is missed and nothing told twice', async () => {
    const first = await anna.watch(room);
    for (const n of upTo(5)) {
      await annaSends(`message ${n}`);
    }
    await first.messageCount(5);
    first.cancel();
    const { cursor } = first.messages[2];
    for (const n of upTo(8, 6)) {
      await benSends(`message ${n}`);
    }

    const resumed = [
      await anna.watch(room, { after: cursor }),
      await curlWatches({ lastEventId: cursor }),
      await curlWatches({ after: cursor }),
      // the header wins over the parameter
      await curlWatches({ after: first.messages[0].cursor, lastEventId: cursor }),
    ];
    await Promise.all([annaSends('message 9'), benSends('message 10')]);
    await Promise.all(resumed.map((stream) => stream.messageCount(7)));

    resumed.forEach((stream) => assert.deepEqual(stream.seqs, upTo(10, 4)));
    resumed[0].cancel();
  });

  test('a cursor that cannot be served is answered with reset, and the stream goes on live', async () => {
    const lost = [
      await anna.watch(room, { after: 'no cursor of ours' }),
      await curlWatches({ lastEventId: 'no cursor of ours' }),
    ];

    await Promise.all(
      lost.map((stream) => stream.until((all) => all.some(({ type }) => type === 'reset'), 'the reset')),
    );
    await annaSends('live');
    await Promise.all(lost.map((stream) => stream.messageCount(1)));

    lost.forEach((stream) => assert.equal(stream.all.filter(({ type }) => type === 'reset').length, 1));
    lost[0].cancel();
  });
});

describe('errors, as rsocket-js and curl see them', { timeout: 120_000 }, () => {
  let anna;
  let stranger;
  let room;

  before(async () => {
    anna = await RSocketUser.connect(freshName('Anna'));
    stranger = await RSocketUser.connect(freshName('Stranger'));
    ({ conversationId: room } = await anna.request('conversations.open', { kind: 'group', members: [] }));
  });

  after(() => {
    anna.close();
    stranger.close();
  });

  /** The same request on both transports, and what both have to answer. */
  const cases = [
    ['what does not exist', 'anna', () => `conversations.${randomUUID()}.send`, { body: 'x' }, 404, 'not_found'],
    ['what is not yours', 'stranger', () => `conversations.${room}.send`, { body: 'x' }, 403, 'forbidden'],
    [
      'an unknown field',
      'anna',
      () => `conversations.${room}.send`,
      { body: 'x', colour: 'red' },
      400,
      'validation_failed',
    ],
    ['a field of the wrong type', 'anna', () => `conversations.${room}.send`, { body: 3 }, 400, 'validation_failed'],
    ['a missing field', 'anna', () => `conversations.${room}.send`, {}, 400, 'validation_failed'],
    [
      'an id that is none',
      'anna',
      () => `conversations.${room}.send`,
      { body: 'x', messageId: 'x' },
      400,
      'validation_failed',
    ],
    [
      'a body over its limit',
      'anna',
      () => `conversations.${room}.send`,
      { body: 'é'.repeat(4097) },
      400,
      'validation_failed',
    ],
    ['text that is no JSON', 'anna', () => `conversations.${room}.send`, '{"body":', 400, 'validation_failed'],
  ];
  for (const [what, who, route, data, status, code] of cases) {
    test(`${what} is ${code}`, async () => {
      const user = who === 'anna' ? anna : stranger;
      const told = await user.rejection(route(), data);
      assert.equal(told.rsocket, ErrorCodes.APPLICATION_ERROR);

      const [, id] = route().split('.');
      const http = await curl('POST', `/api/conversations/${id}/messages`, {
        token: await tokenOf(user.user),
        body: data,
      });
      assert.equal(http.status, status);
      assert.match(http.contentType, /^application\/problem\+json/);
      for (const problem of [told, http.body]) {
        assert.equal(problem.code, code);
        assert.equal(problem.status, status);
        assert.equal(typeof problem.title, 'string');
        assert.equal(typeof problem.detail, 'string');
        if (code === 'validation_failed') {
          assert.ok(problem.errors.length > 0);
          problem.errors.forEach(({ field, message }) =>
            assert.deepEqual([typeof field, typeof message], ['string', 'string']),
          );
        }
      }
    });
  }

  test('nothing of all that was recorded, and the connection goes on', async () => {
    const { seq } = await anna.request(`conversations.${room}.send`, { body: 'the first' });
    assert.equal(seq, 1);
  });

  test('an unknown route is not_found', async () => {
    assert.equal((await anna.rejection('conversations.of.the.moon')).code, 'not_found');
    assert.equal((await curl('GET', '/api/moon', { token: await tokenOf(anna.user) })).body.code, 'not_found');
  });

  test('a stream that may not be watched ends with the reason', async () => {
    const refused = stranger.stream(`conversations.${room}.watch`);
    const error = await refused.reason();
    assert.equal(error.code, ErrorCodes.APPLICATION_ERROR);
    assert.equal(JSON.parse(error.message).code, 'forbidden');
  });

  test('a connection without a token, or with a forged one, is refused at SETUP', async () => {
    const forged = `${(await tokenOf('x')).split('.').slice(0, 2).join('.')}.c2lnbmF0dXJl`;
    for (const token of [null, forged, 'no token']) {
      const refused = await RSocketUser.connect('x', { token });
      const error = await refused.closed;
      assert.equal(error?.code, ErrorCodes.REJECTED_SETUP, String(error));
    }
    assert.equal((await curl('GET', '/api/conversations')).status, 401);
    assert.equal((await curl('GET', '/api/conversations', { token: forged })).body.code, 'unauthenticated');
  });
});
