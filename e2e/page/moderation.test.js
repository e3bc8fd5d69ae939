import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { freshName, suite } from './browser.js';

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
