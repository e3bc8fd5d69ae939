import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { clientOf, take, tokenOf } from './kit.js';

const people = (name) => `${name}-${randomUUID().slice(0, 8)}`;

// Each method once, by each transport: what it does, not that it is there.
for (const transport of ['websocket', 'http']) {
  test(`a conversation, method by method (${transport})`, async (t) => {
    const [ada, bob, eve] = [people('ada'), people('bob'), people('eve')];
    const owner = clientOf(t, ada, { transport });
    const member = clientOf(t, bob, { transport });
    const list = member.conversations.watch();
    const opened = take(list, 1, 'conversation');
    await list.started;
    const { conversationId } = await owner.conversations.open({
      kind: 'group',
      title: 'Tea',
      members: [bob],
      data: { topic: 7 },
    });
    assert.equal((await opened)[0].conversationId, conversationId);
    const tea = owner.conversation(conversationId);
    const seen = member.conversation(conversationId);
    const watch = seen.watch();
    const kinds = ['message', 'message-edited', 'message-redacted', 'conversation-changed', 'member', 'typing'];
    const left = new Set(kinds);
    const all = (async () => {
      for await (const { type } of watch) {
        left.delete(type);
        if (left.size === 0) {
          return;
        }
      }
    })();
    await watch.started;

    const { messageId, seq } = await tea.send('Hello', { mentions: [bob], data: { colour: 'green' } });
    const answer = await seen.send('Yes', { replyTo: messageId });
    await tea.edit(messageId, 'Hello there');
    await seen.react(messageId, 'like');
    assert.deepEqual(await tea.reactions(messageId, 'like'), { users: [bob] });
    await seen.unreact(messageId, 'like');
    await seen.read(seq);
    await seen.delivered(answer.seq);
    const { receipts } = await tea.receipts();
    assert.deepEqual(receipts.find(({ user }) => user === bob), { user: bob, delivered: answer.seq, read: seq });
    await tea.redact(messageId);
    const { messages, lastSeq } = await seen.history({ limit: 10 });
    assert.equal(lastSeq, 2);
    assert.deepEqual([messages[0].redacted, messages[0].body, messages[1].replyTo], [true, undefined, messageId]);

    assert.deepEqual((await seen.get()).data, { topic: 7 });
    await tea.change({ title: 'Green tea', slowMode: 0 });
    assert.equal((await seen.get()).title, 'Green tea');
    assert.equal((await owner.conversations.list()).conversations[0].title, 'Green tea');
    assert.ok((await tea.presence()).users.includes(bob));

    await tea.members.add(eve, 'moderator');
    assert.deepEqual((await tea.members.list()).members, [
      { user: ada, role: 'owner' },
      { user: bob, role: 'member' },
      { user: eve, role: 'moderator' },
    ]);
    tea.typing();
    await all;
    await tea.mutes.add(bob);
    await assert.rejects(seen.send('x'), { code: 'forbidden' });
    await tea.mutes.remove(bob);
    await seen.send('Again');
    await tea.bans.add(eve, { reason: 'noise', until: '2999-01-01T00:00:00.000Z' });
    const { bans } = await tea.bans.list();
    assert.deepEqual([bans[0].user, bans[0].reason, bans[0].by], [eve, 'noise', ada]);
    await tea.bans.remove(eve);
    assert.deepEqual((await tea.bans.list()).bans, []);
    await tea.members.remove(bob);
    await assert.rejects(seen.send('x'), { code: 'forbidden' });
  });

  test(`contents, people and notifications, method by method (${transport})`, async (t) => {
    const [ada, bob] = [people('ada'), people('bob')];
    const author = clientOf(t, ada, { transport });
    const reader = clientOf(t, bob, { transport });
    const feed = reader.feed.watch();
    const published = take(feed, 1, 'published');
    await feed.started;
    const { contentId } = await author.contents.publish({ title: 'Tea', body: 'Boil', data: { at: 'home' } });
    assert.equal((await published)[0].contentId, contentId);
    const mine = author.content(contentId);
    const theirs = reader.content(contentId);
    const watch = theirs.watch();
    const told = take(watch, 1, 'comment');
    await watch.started;
    await mine.edit({ title: 'On tea' });
    const { commentId, seq } = await theirs.comment('For how long?', { data: { n: 1 } });
    assert.equal(seq, 1);
    assert.equal((await told)[0].commentId, commentId);
    await mine.reactToComment(commentId, 'like');
    assert.deepEqual(await theirs.reactionsToComment(commentId, 'like'), { users: [ada] });
    await mine.unreactToComment(commentId, 'like');
    await theirs.like();
    assert.deepEqual(await mine.reactions('like'), { users: [bob] });
    await theirs.unlike();
    await theirs.react('like');
    await theirs.unreact('like');
    await theirs.applaud(3);
    assert.equal(theirs.view(2), true);
    const details = await theirs.get();
    assert.deepEqual([details.title, details.author, details.data], ['On tea', ada, { at: 'home' }]);
    assert.equal((await mine.counters()).comments, 1);
    assert.equal((await mine.comments()).comments[0].data.n, 1);
    await mine.redactComment(commentId);
    assert.ok((await author.contents.list()).contents.length >= 1);

    const { conversationId } = await author.conversations.open({ kind: 'direct', members: [bob] });
    const inbox = reader.inbox.watch();
    const notified = take(inbox, 1, 'notification');
    await inbox.started;
    await author.conversation(conversationId).send('Psst');
    const [{ kind, actors }] = await notified;
    assert.deepEqual([kind, actors], ['message', [ada]]);
    const { unread, cursor } = await reader.inbox.list();
    assert.equal(unread, 1);
    await reader.inbox.read(cursor);
    assert.equal((await reader.inbox.list()).unread, 0);
    const { presence } = await author.presence.get([bob]);
    assert.deepEqual([presence[0].user, presence[0].status], [bob, 'online']);
    await mine.retract();
    await assert.rejects(theirs.get(), { code: 'not_found' });
    const analyst = clientOf(t, ada, { transport, token: () => tokenOf(ada, { roles: ['analyst'] }) });
    const types = [];
    for await (const { type } of analyst.events.replay({ aggregate: contentId, types: ['ContentPublished'] })) {
      types.push(type);
    }
    assert.deepEqual(types, ['ContentPublished']);
  });
}
