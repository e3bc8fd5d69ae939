import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { Frames, OVATION_URL, freshName, suite } from './browser.js';

describe('who may do what, and what people think of it', { timeout: 240_000 }, () => {
  const { tab, signedIn } = suite();

  /** Opens the menu of a person among the people, and takes what it offers. */
  const choose = async ({ page }, user, label) => {
    await page.locator(`#members summary[title="More about ${user}"]`).click();
    await page.getByRole('button', { name: `${label}: ${user}` }).click();
  };
  const said = ({ page }, text) => page.locator('#added', { hasText: text }).waitFor();

  test('an owner mutes and bans among the people, and lifts it', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const [owner, ben] = [await signedIn(annasName), await signedIn(bensName)];
    const id = await owner.openConversation({ kind: 'group', title: 'Order', members: [bensName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.page.click('#people');
    await anna.page.locator('#members li', { hasText: 'owner' }).waitFor();

    await choose(anna, bensName, 'Mute for an hour');
    await said(anna, 'cannot write here for an hour');
    await assert.rejects(ben.send(id, 'muted'), { code: 'forbidden' });
    await choose(anna, bensName, 'Unmute');
    await said(anna, 'may write again');
    await ben.send(id, 'free');

    await choose(anna, bensName, 'Ban');
    await anna.page.locator('#banned', { hasText: bensName }).waitFor();
    await anna.sees(() => anna.page.$$eval('#members li', (rows) => rows.length), 1);
    await assert.rejects(ben.send(id, 'banned'), { code: 'forbidden' });
    await anna.page.click('#people-dialog [data-close]:last-child');
    await anna.page.click('#people');
    await anna.page.getByRole('button', { name: `Lift the ban of ${bensName}` }).click();
    await anna.sees(() => anna.page.isVisible('#banned-people'), false);
    await anna.page.fill('#add-name', bensName);
    await anna.page.press('#add-name', 'Enter');
    await said(anna, 'was added');
  });

  test('a plain member is offered to block, and nothing that only owners may', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const ben = await signedIn(bensName);
    const id = await ben.openConversation({ kind: 'group', title: 'Order', members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.page.click('#people');
    await anna.page.locator('#members li', { hasText: 'owner' }).waitFor();
    await anna.page.locator(`#members summary[title="More about ${bensName}"]`).click();
    const offered = () =>
      anna.page.$$eval('.person-menu[open] button', (all) => all.map(({ textContent }) => textContent));
    await anna.sees(offered, ['Block']);
  });

  test('the people show what one may do there, once the server has told the role', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const ben = await signedIn(bensName);
    const id = await ben.openConversation({ kind: 'group', title: 'Ranks', members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    const offers = () => anna.page.isVisible('#add-form');
    const removable = () => anna.page.getByRole('button', { name: `Remove ${bensName}` }).count();
    // Not told of while the conversation is not open: only the look at the people tells the role.
    const awayWhile = async (role) => {
      await anna.page.click('#people-dialog [data-close]:last-child');
      await anna.page.getByRole('link', { name: 'Ovation', exact: true }).first().click();
      await anna.page.waitForSelector('#home:visible');
      await ben.ask(`conversations.${id}.members.add`, { user: annasName, role });
      await anna.page.getByRole('link', { name: 'Ranks' }).click();
      await anna.page.click('#people');
    };

    await anna.page.click('#people');
    await anna.sees(offers, false);
    await anna.sees(removable, 0);
    await anna.sees(() => anna.page.evaluate(() => document.activeElement.textContent), 'Done');

    await awayWhile('moderator');
    await anna.sees(offers, true);
    await anna.sees(removable, 1);

    await awayWhile('member');
    await anna.sees(offers, false);
    await anna.sees(removable, 0);
  });

  test('all who are blocked or banned are known, be they many pages', async () => {
    const annasName = freshName('Anna');
    const owner = await signedIn(annasName);
    const blocked = ['Ben', 'Cleo', 'Dora'].map(freshName);
    const banned = ['Emil', 'Fay', 'Gus'].map(freshName);
    const id = await owner.openConversation({ kind: 'group', title: 'Order', members: [...blocked, ...banned] });
    for (const user of blocked) {
      await owner.ask('blocks.add', { user });
    }
    for (const user of banned) {
      await owner.ask(`conversations.${id}.ban`, { user });
    }
    const anna = await tab({ as: null });
    await anna.page.routeWebSocket(/\/rsocket$/, (page) => {
      const server = page.connectToServer();
      page.onMessage((message) => {
        const request = Frames.requestOf(message);
        // A page of one each, instead of hundreds of people.
        const isList = /^blocks\.list$|\.bans$/.test(request?.route);
        server.send(isList ? request.withData({ ...request.data, limit: 1 }) : message);
      });
    });
    await anna.page.goto(`${OVATION_URL.href}#/c/${id}?${new URLSearchParams({ as: annasName })}`);
    await anna.page.click('#people');
    await anna.sees(() => anna.page.locator('#banned bdi').allTextContents(), banned);
    const marked = anna.page.locator('#members li', { hasText: 'blocked' }).locator('bdi');
    await anna.sees(() => marked.allTextContents(), blocked);
  });

  test('who is blocked cannot write to one directly, until they are not any more', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const ben = await signedIn(bensName);
    const id = await ben.openConversation({ kind: 'direct', members: [annasName] });
    await ben.send(id, 'hello');
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.message('hello').waitFor();
    await anna.page.click('#people');
    await choose(anna, bensName, 'Block');
    await anna.page.locator('#members li', { hasText: bensName }).getByText('owner, blocked').waitFor();
    await assert.rejects(ben.send(id, 'hello?'), { code: 'forbidden' });
    await choose(anna, bensName, 'Unblock');
    await said(anna, 'is not blocked any more');
    await ben.send(id, 'hello again');
    await anna.message('hello again').waitFor();
  });

  test('who reads an open channel joins it with a button', async () => {
    const owner = await signedIn(freshName('owner'));
    const id = await owner.openConversation({ kind: 'channel', title: 'The stage', joining: 'open', members: [] });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    await anna.sees(() => anna.page.textContent('#title'), 'The stage');
    await anna.sees(() => anna.page.isVisible('#composer'), false);
    await anna.page.getByRole('button', { name: 'Join', exact: true }).click();
    await anna.write('here I am');
    await anna.message('here I am').waitFor();
    await anna.page.locator('#conversations', { hasText: 'The stage' }).waitFor();
  });

  test('who may not write in a channel is offered nothing to write in, until they may', async () => {
    const annasName = freshName('Anna');
    const owner = await signedIn(freshName('owner'));
    const posting = 'moderators';
    const id = await owner.openConversation({ kind: 'channel', title: 'The news', posting, members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    const offered = () => anna.page.isVisible('#composer');
    await anna.page.getByText('Only owners and moderators write here.').waitFor();
    await anna.sees(offered, false);

    await owner.ask(`conversations.${id}.members.add`, { user: annasName, role: 'moderator' });
    await anna.sees(offered, true);
    await owner.ask(`conversations.${id}.members.add`, { user: annasName, role: 'member' });
    await anna.sees(offered, false);
    await owner.ask(`conversations.${id}.change`, { posting: 'members' });
    await anna.write('at last');
    await anna.message('at last').waitFor();
  });

  test('a message that one likes says so to all at once, and takes it back', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'group', title: 'Liked', members: [bensName] });
    await owner.send(id, 'good news');
    const [anna, ben] = [
      await tab({ as: annasName, at: `c/${id}` }),
      await tab({ as: bensName, at: `c/${id}` }),
    ];
    const chip = (each, pressed) =>
      each.message('good news').locator(`.reaction[data-kind=like][aria-pressed=${pressed}]`);
    await ben.message('good news').hover();
    await ben.page.locator('.tools').getByRole('button', { name: 'Like' }).click();
    await chip(ben, true).waitFor();
    await chip(anna, false).waitFor();
    await anna.page.reload();
    await chip(anna, false).click();
    await anna.message('good news').getByRole('button', { name: '2 likes' }).waitFor();
    await ben.message('good news').getByRole('button', { name: '2 likes' }).click();
    await anna.message('good news').getByRole('button', { name: '1 like' }).waitFor();
    await chip(ben, false).waitFor();
  });

  test('a card of the feed is liked where it stands', async () => {
    const author = await signedIn(freshName('author'));
    const contentId = randomUUID();
    await author.ask('contents.publish', { contentId, title: `Card ${contentId}`, body: 'A post' });
    const anna = await tab({ as: freshName('Anna'), at: 'feed' });
    const like = (pressed, count) =>
      anna.page.locator(`.post[data-id="${contentId}"] button.like[aria-pressed=${pressed}]`, { hasText: count });
    await like(false, '0').click();
    await like(true, '1').waitFor();
    await anna.page.reload();
    await like(true, '1').click();
    await like(false, '0').waitFor();
    assert.equal(new URL(anna.page.url()).hash.split('?')[0], '#/feed', 'the card was not followed');
  });

  describe('likes and a busy server', () => {
    /** A tab whose first request to like or unlike something waits for what the test answers; the others pass. */
    async function held(user, at) {
      const anna = await tab({ as: null });
      const asked = [];
      let refuse = null;
      await anna.page.routeWebSocket(/\/rsocket$/, (page) => {
        const server = page.connectToServer();
        page.onMessage((message) => {
          const verb = /\.(un)?(like$|react\.|react-comment\.)/.exec(Frames.requestOf(message)?.route);
          if (verb !== null) {
            asked.push(verb[1] ? 'unlike' : 'like');
          }
          if (verb !== null && asked.length === 1) {
            refuse = (problem) => page.send(Frames.error(Frames.streamOf(message), problem));
          } else {
            server.send(message);
          }
        });
      });
      await anna.page.goto(`${OVATION_URL.href}#/${at}?${new URLSearchParams({ as: user })}`);
      return {
        anna,
        asked,
        refuseFirst: async (problem) => {
          await anna.eventually(() => assert.ok(refuse !== null, 'nothing was asked for'));
          refuse(problem);
        },
      };
    }

    const publish = async (author) => {
      const contentId = randomUUID();
      await author.ask('contents.publish', { contentId, title: `Post ${contentId}`, body: 'A post' });
      return contentId;
    };
    const isLiked = async (me, contentId) => (await me.ask(`contents.${contentId}`)).likedByMe;

    /** Where a like can be given: the place, the button, and whether the server has it as given by `me`. */
    const places = {
      'a card of the feed': async (me, author) => {
        const contentId = await publish(author);
        return {
          at: 'feed',
          button: `.post[data-id="${contentId}"] button.like`,
          holds: () => isLiked(me, contentId),
        };
      },
      'a post': async (me, author) => {
        const contentId = await publish(author);
        return { at: `p/${contentId}`, button: '#engagement #like', holds: () => isLiked(me, contentId) };
      },
      'a comment': async (me, author) => {
        const [contentId, commentId] = [await publish(author), randomUUID()];
        await author.ask(`contents.${contentId}.comment`, { commentId, body: 'well put' });
        await author.ask(`contents.${contentId}.react-comment.${commentId}.like`);
        const holds = async () => {
          const { comments } = await me.ask(`contents.${contentId}.comments`, { after: 0 });
          return comments[0].myReactions?.includes('like') ?? false;
        };
        return { at: `p/${contentId}`, button: '#comments .reaction[data-kind=like]', holds };
      },
      'a message': async (me, author) => {
        const id = await author.openConversation({ kind: 'group', title: 'Liked', members: [me.user] });
        const messageId = randomUUID();
        await author.ask(`conversations.${id}.send`, { messageId, body: 'good news' });
        await author.ask(`conversations.${id}.react.${messageId}.like`);
        const holds = async () => (await me.history(id))[0].myReactions?.includes('like') ?? false;
        return { at: `c/${id}`, button: '.message .reaction[data-kind=like]', holds };
      },
    };

    for (const [name, place] of Object.entries(places)) {
      test(`the last click on ${name} counts, though the first is put off`, async () => {
        const [me, author] = [await signedIn(freshName('Anna')), await signedIn(freshName('author'))];
        const { at, button, holds } = await place(me, author);
        const { anna, asked, refuseFirst } = await held(me.user, at);
        const like = anna.page.locator(button);
        await like.evaluate((element) => {
          element.click();
          element.click();
        });
        await refuseFirst({ code: 'rate_limited', status: 429, retryAfter: 0 });
        await anna.sees(() => asked, ['like', 'like', 'unlike']);
        await anna.sees(holds, false);
        await anna.sees(() => like.getAttribute('aria-pressed'), 'false');
      });

      test(`a like of ${name} that is refused is taken back`, async () => {
        const [me, author] = [await signedIn(freshName('Anna')), await signedIn(freshName('author'))];
        const { at, button } = await place(me, author);
        const { anna, asked, refuseFirst } = await held(me.user, at);
        const like = anna.page.locator(button);
        await like.click();
        await anna.sees(() => like.getAttribute('aria-pressed'), 'true');
        await refuseFirst({ code: 'forbidden', status: 403 });
        await anna.sees(() => like.getAttribute('aria-pressed'), 'false');
        await anna.page.waitForSelector('#toast:popover-open');
        await like.click();
        await anna.sees(() => like.getAttribute('aria-pressed'), 'true');
        await anna.sees(() => asked, ['like', 'like']);
      });
    }

    test('the last click counts from the feed to the post, too', async () => {
      const [me, author] = [await signedIn(freshName('Anna')), await signedIn(freshName('author'))];
      const contentId = await publish(author);
      const { anna, asked, refuseFirst } = await held(me.user, 'feed');
      await anna.page.locator(`.post[data-id="${contentId}"] button.like`).click();
      await anna.page.getByRole('link', { name: `Post ${contentId}` }).click();
      const like = anna.page.locator('#engagement #like');
      await anna.sees(() => like.getAttribute('aria-pressed'), 'true');
      await like.click();
      await anna.sees(() => like.getAttribute('aria-pressed'), 'false');
      await refuseFirst({ code: 'rate_limited', status: 429, retryAfter: 0 });
      await anna.sees(() => asked, ['like', 'like', 'unlike']);
      await anna.sees(() => isLiked(me, contentId), false);
    });
  });

  test('a notification says what it is about', async () => {
    const annasName = freshName('Anna');
    const [me, ben] = [await signedIn(annasName), await signedIn(freshName('Ben'))];
    const id = await ben.openConversation({ kind: 'direct', members: [annasName] });
    await ben.send(id, 'about the tea');
    const contentId = randomUUID();
    await me.ask('contents.publish', { contentId, title: 'My post', body: 'A post' });
    await ben.ask(`contents.${contentId}.like`);
    await ben.ask(`contents.${contentId}.comment`, { commentId: randomUUID(), body: 'well put' });
    const anna = await tab({ as: annasName, at: 'inbox' });
    for (const [kind, about] of [
      ['message', 'about the tea'],
      ['like', 'My post'],
      ['comment', 'well put'],
    ]) {
      await anna.page.locator(`#notifications a[data-kind=${kind}] .about`, { hasText: about }).waitFor();
    }
  });
});
