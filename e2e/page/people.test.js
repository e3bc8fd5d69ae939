import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { OVATION_URL, freshName, suite } from './browser.js';

describe('people on the page', { timeout: 240_000 }, () => {
  const { ownTab, tab, peer, signedIn } = suite();
  const go = (anna, at) => anna.page.goto(`${anna.page.url().split('#')[0]}#/${at}`);

  /** A message of one's own, once its ticks say this. */
  const ticked = (anna, text, tick) => anna.message(text).locator(`.ticks[data-tick=${tick}]`).waitFor();

  test('a message of one’s own is sent, then delivered, then read', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const anna = await tab({ as: annasName });
    const first = await signedIn(annasName);
    const id = await first.openConversation({ kind: 'direct', members: [bensName] });
    await go(anna, `c/${id}`);
    await anna.write('are you there?');
    await ticked(anna, 'are you there?', 'sent');
    const ben = await tab({ as: bensName });
    await ben.page.getByRole('link', { name: annasName }).getByLabel('1 unread').waitFor();
    await ticked(anna, 'are you there?', 'delivered');
    await ben.page.getByRole('link', { name: annasName }).click();
    await ben.message('are you there?').waitFor();
    await ticked(anna, 'are you there?', 'read');
    await anna.write('good');
    await ticked(anna, 'good', 'read');
    await anna.page.reload();
    await ticked(anna, 'good', 'read');
  });

  test('in a group it is read when all have read it, and says by whom meanwhile', async () => {
    const [annasName, bensName, cleosName] = [freshName('Anna'), freshName('Ben'), freshName('Cleo')];
    const anna = await tab({ as: annasName });
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'group', members: [bensName, cleosName], title: 'Three' });
    await go(anna, `c/${id}`);
    await anna.write('hello both');
    await anna.message('hello both').waitFor();
    const ben = await tab({ as: bensName, at: `c/${id}` });
    await ben.message('hello both').waitFor();
    await anna.message('hello both').hover();
    await anna.page.locator('.read-by', { hasText: `Read by ${bensName}` }).waitFor();
    await ticked(anna, 'hello both', 'sent');
    await tab({ as: cleosName, at: `c/${id}` });
    await ticked(anna, 'hello both', 'read');
    await anna.page.locator('.read-by', { hasText: cleosName }).waitFor();
  });

  test('who writes is shown while they do, and a little longer', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'direct', members: [bensName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    const ben = await tab({ as: bensName, at: `c/${id}` });
    const typing = anna.page.locator('#typing');
    await ben.page.locator('#text').pressSequentially('hm');
    await typing.getByText(`${bensName} is writing…`).waitFor();
    assert.equal(await ben.page.textContent('#typing'), '', 'not told to oneself');
    await anna.page.waitForFunction(() => document.getElementById('typing').textContent === '', null, {
      timeout: 9_000,
    });
    await ben.page.locator('#text').pressSequentially('m');
    await typing.getByText(`${bensName} is writing…`).waitFor();
    await ben.page.press('#text', 'Enter');
    await anna.message('hmm').waitFor();
    // Well before the five seconds after which it would be gone by itself.
    await anna.page.waitForFunction(() => document.getElementById('typing').textContent === '', null, {
      timeout: 2_500,
    });
  });

  test('the other of a direct conversation is online while they are there', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'direct', members: [bensName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    const dot = (status) => anna.page.locator(`#conversations .dot[data-status=${status}]`);
    await dot('offline').waitFor();
    const ben = await ownTab({ as: bensName });
    await dot('online').waitFor();
    await anna.page.locator('#subtitle', { hasText: 'Online' }).waitFor();
    await ben.close();
    await dot('offline').waitFor();
    await anna.page.locator('#subtitle', { hasText: 'Offline' }).waitFor();
  });

  test('members of a group who are there are marked among the people', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'group', members: [bensName, freshName('Cleo')] });
    await tab({ as: bensName });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await anna.page.locator('#subtitle', { hasText: '3 people · 1 other online' }).waitFor();
    await anna.page.click('#people');
    await anna.page.locator('#members li', { hasText: bensName }).locator('.dot[data-status=online]').waitFor();
  });

  test('what was read in one tab is read in the other of the same person', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await owner.openConversation({ kind: 'group', title: 'Two tabs', members: [annasName] });
    await owner.send(id, 'one');
    const here = await tab({ as: annasName });
    const there = await tab({ as: annasName });
    for (const each of [here, there]) {
      await each.page.getByRole('link', { name: 'Two tabs' }).getByLabel('1 unread').waitFor();
    }
    await here.page.getByRole('link', { name: 'Two tabs' }).click();
    await here.message('one').waitFor();
    await there.page.waitForFunction(() => document.querySelectorAll('#conversations .badge').length === 0);
    await there.page.reload();
    await there.connected();
    await there.page.getByRole('link', { name: 'Two tabs' }).waitFor();
    await there.sees(() => there.page.$$eval('#conversations .badge', (badges) => badges.length), 0);
  });

  describe('the inbox', () => {
    test('tells of mentions and replies, counts them at the bell, leads there and is read', async () => {
      const owner = await peer('owner');
      const annasName = freshName('Anna');
      const id = await owner.openConversation({ kind: 'group', title: 'Where it was said', members: [annasName] });
      const anna = await tab({ as: annasName });
      await anna.page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
      await owner.send(id, `hello @${annasName}`, { mentions: [annasName] });
      await anna.page.getByRole('link', { name: 'Inbox, 1 unread' }).click();
      await anna.page.locator('#notifications a.unread', { hasText: `${owner.user} mentioned you` }).click();
      await anna.message(`hello @${annasName}`).waitFor();
      await anna.page.getByRole('link', { name: 'Inbox', exact: true }).click();
      await anna.page.locator('#notifications a:not(.unread)', { hasText: 'mentioned you' }).waitFor();
      await anna.page.reload();
      await anna.page.locator('#notifications a:not(.unread)', { hasText: 'mentioned you' }).waitFor();
    });

    test('messages of one person are one line that counts up, and all are read at once', async () => {
      const ben = await peer('Ben');
      const annasName = freshName('Anna');
      const id = await ben.openConversation({ kind: 'direct', members: [annasName] });
      const anna = await tab({ as: annasName, at: 'inbox' });
      await anna.page.getByText('Nothing yet.').waitFor();
      await ben.send(id, 'one');
      await anna.page.locator('#notifications', { hasText: `${ben.user} sent you a message` }).waitFor();
      await ben.send(id, 'two');
      await anna.page.locator('#notifications', { hasText: `${ben.user} sent you 2 messages` }).waitFor();
      await anna.sees(() => anna.page.$$eval('#notifications li', (rows) => rows.length), 1);
      const second = await tab({ as: annasName });
      await second.page.getByRole('link', { name: 'Inbox, 1 unread' }).waitFor();
      await anna.page.click('#read-all');
      await anna.page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
      await second.page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
      await anna.sees(() => anna.page.isVisible('#read-all'), false);
    });

    test('likes of one’s post are one line, whoever gave them', async () => {
      const annasName = freshName('Anna');
      const author = await signedIn(annasName);
      const contentId = randomUUID();
      await author.ask('contents.publish', { contentId, title: 'Liked', body: 'A post' });
      const anna = await tab({ as: annasName, at: 'inbox' });
      const [ben, cleo, dora] = [await peer('Ben'), await peer('Cleo'), await peer('Dora')];
      for (const each of [ben, cleo, dora]) {
        await each.ask(`contents.${contentId}.like`);
      }
      await anna.page.locator('#notifications', { hasText: /and 2 others liked your post/ }).waitFor();
      await ben.ask(`contents.${contentId}.comment`, { commentId: randomUUID(), body: 'well done' });
      const comment = anna.page.locator('#notifications a', { hasText: `${ben.user} commented on your post` });
      await comment.click();
      await anna.message('well done').waitFor();
      await anna.sees(() => new URL(anna.page.url()).hash.split('?')[0], `#/p/${contentId}`);
    });
  });

  test('a link with another name ends nobody’s session, unless they want it to', async () => {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const anna = await tab({ as: annasName });
    await go(anna, `?as=${bensName}`);
    await anna.page.getByText(`This link is for ${bensName}`).waitFor();
    await anna.page.locator('#confirm-dialog button[value=no]').click();
    await anna.sees(() => anna.page.textContent('#my-name'), annasName);
    await anna.page.reload();
    await anna.connected();
    await anna.sees(() => anna.page.textContent('#my-name'), annasName);
    await go(anna, `?as=${bensName}`);
    await anna.page.click('#confirm-yes');
    await anna.sees(() => anna.page.textContent('#my-name'), bensName);
  });

  test('who signs out leaves nothing in the page or in the browser', async () => {
    const annasName = freshName('Anna');
    const anna = await tab({ as: null });
    await anna.page.fill('#name', annasName);
    await anna.page.click('text=Start');
    await anna.connected();
    await anna.page.click('#home-room');
    await anna.write('said');
    await anna.message('said').waitFor();
    await anna.page.fill('#text', 'a draft');
    await anna.page.getByRole('link', { name: 'Ovation', exact: true }).first().click();
    await anna.page.click('#sign-out');
    await anna.page.waitForSelector('#welcome:visible');
    await anna.sees(
      () => anna.page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])),
      JSON.stringify([{}, { 'ovation.names': '[]' }]),
    );
    await anna.sees(
      () => anna.page.evaluate((name) => document.documentElement.innerHTML.includes(name), annasName),
      false,
    );
    await anna.page.fill('#name', freshName('Ben'));
    await anna.page.click('text=Start');
    await anna.connected();
    await anna.sees(() => anna.page.$$eval('textarea', (all) => all.map(({ value }) => value).join('')), '');
  });

  test('a token that was pasted is not left in the page', async () => {
    const anna = await tab({ as: null });
    await anna.page.route('**/api/dev/tokens', (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
    await anna.page.fill('#name', 'Anna');
    await anna.page.click('text=Start');
    await anna.page.fill('#token', 'a.secret.token');
    assert.equal(await anna.page.getAttribute('#token', 'type'), 'password');
    await anna.page.click('text=Start');
    await anna.page.waitForSelector('#sign-in-error:not(:empty)');
    await anna.sees(() => anna.page.inputValue('#token'), '');
    anna.troubles.splice(0); // the refusal of the name, in the console
  });

  test('who pasted a token is asked for the next one when it has expired, and not before', async () => {
    const url = new URL('api/dev/tokens', OVATION_URL);
    const body = JSON.stringify({ user: freshName('Anna'), ttl: 6 });
    const asked = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { token } = await asked.json();
    const expiresAt = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).exp * 1_000;
    const anna = await tab({ as: null });
    await anna.page.route('**/api/dev/tokens', (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
    await anna.page.fill('#name', 'Anna');
    await anna.page.click('text=Start');
    await anna.page.fill('#token', token);
    await anna.page.click('text=Start');
    await anna.connected();
    await anna.page.getByText('Your token is not valid any more').waitFor();
    assert.ok(Date.now() >= expiresAt, `${expiresAt - Date.now()} ms before it expired`);
    await anna.sees(() => anna.page.isVisible('#app'), false);
    anna.troubles.splice(0); // the refusal of the name, in the console
  });

  test('without these routes the page does without them', async () => {
    const anna = await tab({ as: null });
    await anna.page.routeWebSocket(/\/rsocket$/, (page) => {
      const server = page.connectToServer();
      page.onMessage((message) => {
        // To routes that no server has: what is answered is what an older one answers.
        const text = message.toString('latin1');
        const known = /(presence|inbox|feed)(?=\.watch)/.exec(text);
        server.send(known ? Buffer.from(text.replace(known[0], 'x'.repeat(known[0].length)), 'latin1') : message);
      });
    });
    await anna.page.goto(`${OVATION_URL.href}#/?as=${freshName('Anna')}`);
    await anna.connected();
    await anna.page.click('#home-room');
    await anna.write('all the same');
    await anna.message('all the same').waitFor();
    await anna.sees(() => anna.page.isVisible('#to-inbox'), false);
    await anna.sees(() => anna.page.isVisible('#to-feed'), false);
  });
});
