import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linksIn } from '../../api/src/main/resources/static/js/words.js';
import { Wire, freshName, suite } from './browser.js';

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

test('an address in a text is a link, without what ends the sentence', () => {
  const links = (text) => linksIn(text).flatMap(({ href }) => href ?? []);
  assert.deepEqual(links('see https://example.org/a?b=c#d, or http://x.example.'), [
    'https://example.org/a?b=c#d',
    'http://x.example',
  ]);
  assert.deepEqual(links('(https://example.org/a) and https://example.org/a_(b)'), [
    'https://example.org/a',
    'https://example.org/a_(b)',
  ]);
  assert.deepEqual(links('javascript:alert(1) data:text/html,x xhttps://a.example https:// file:///etc'), []);
  const text = 'a https://b.example c';
  assert.equal(
    linksIn(text)
      .map((part) => part.text)
      .join(''),
    text,
  );
});

describe('the list and the people of a conversation', { timeout: 240_000 }, () => {
  const { keep, tab, peer } = suite();

  test('who is put into a group and taken out of it sees so at once, with what is said there', async () => {
    const owner = await peer('owner');
    const anna = await tab({ as: freshName('Anna') });
    const opened = await owner.openConversation({ kind: 'group', title: 'Opened with her', members: [anna.user] });
    const link = anna.page.getByRole('link', { name: 'Opened with her' });
    await link.waitFor();
    await owner.send(opened, 'one');
    await owner.send(opened, 'two');
    await link.getByLabel('2 unread').waitFor();
    await link.getByText(`${owner.user}: two`).waitFor();
    const other = await owner.openConversation({ kind: 'group', title: 'Added later' });
    await owner.ask(`conversations.${other}.members.add`, { user: anna.user });
    await anna.page.getByRole('link', { name: 'Added later' }).waitFor();
    await owner.ask(`conversations.${opened}.members.remove`, { user: anna.user });
    await link.waitFor({ state: 'detached' });
    await anna.sees(() => anna.page.$$eval('#conversations a', (links) => links.length), 1);
  });

  test('who only watches a channel sees its title change, and when it opens to all and closes', async () => {
    const owner = await peer('owner');
    const id = await owner.openConversation({ kind: 'channel', title: 'Before' });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    const title = () => anna.page.textContent('#title');
    const join = anna.page.getByRole('button', { name: 'Join', exact: true });
    await anna.sees(title, 'Before');
    await anna.page.getByText('You are reading along. To write, ask').waitFor();
    await owner.ask(`conversations.${id}.change`, { title: 'After', joining: 'open' });
    await anna.sees(title, 'After');
    await join.waitFor();
    await owner.ask(`conversations.${id}.change`, { joining: 'invited' });
    await join.waitFor({ state: 'detached' });
    await anna.sees(title, 'After');
  });

  test('a channel says how many watch it', async () => {
    const owner = await peer('owner');
    const id = await owner.openConversation({ kind: 'channel', title: 'Stage' });
    const anna = await tab({ as: freshName('Anna'), at: `c/${id}` });
    const ben = await tab({ as: freshName('Ben'), at: `c/${id}` });
    const subtitle = (each) => each.page.textContent('#subtitle');
    await anna.sees(() => subtitle(anna), 'Channel · 2 watching');
    const here = await owner.ask(`conversations.${id}.presence`, {});
    assert.equal(here.watching, 2);
    assert.deepEqual(here.users.sort(), [anna.user, ben.user].sort());
    await ben.page.goto('about:blank');
    await anna.sees(() => subtitle(anna), 'Channel · anyone may read');
  });

  test('a link can be clicked, and what it is of stays text', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await owner.openConversation({ kind: 'channel', members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}` });
    await owner.send(id, 'look: https://example.org/<b>.');
    await anna.message('look: https://example.org/<b>.').waitFor();
    const link = anna.page.locator('.message a');
    assert.equal(await link.getAttribute('href'), 'https://example.org/');
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  });

  test('on a phone what can be done with a tall message is in sight, and large enough for a finger', async () => {
    const owner = await peer('owner');
    const annasName = freshName('Anna');
    const id = await owner.openConversation({ kind: 'channel', members: [annasName] });
    await owner.send(id, Array.from({ length: 120 }, (_, i) => `line ${i}`).join('\n'));
    const anna = await tab({ as: annasName, at: `c/${id}`, ...PHONE });
    await anna.page.getByText('Show all').tap();
    await anna.page.evaluate(() => document.querySelector('.bubble').scrollIntoView({ block: 'end' }));
    await anna.page.locator('.message').tap({ position: { x: 120, y: 1_500 } });
    const reply = anna.page.getByRole('button', { name: 'Reply', exact: true });
    await anna.eventually(async () => {
      const box = await reply.boundingBox();
      const bar = await anna.page.locator('#conversation > .bar').boundingBox();
      assert.ok(box.y >= bar.y + bar.height && box.y + box.height <= 640, JSON.stringify({ box, bar }));
      assert.ok(box.width >= 44 && box.height >= 44, JSON.stringify(box));
    });
    await anna.sees(
      () =>
        anna.page.$$eval('button, a.icon-button, input, select, textarea', (all) =>
          all
            .filter((each) => each.offsetParent !== null && each.getBoundingClientRect().height < 43.9)
            .map((each) => each.outerHTML.slice(0, 80)),
        ),
      [],
    );
  });

  test('on a phone the list is a main place with a heading', async () => {
    const anna = await tab({ as: freshName('Anna'), ...PHONE });
    await anna.sees(() => anna.page.getByRole('main').count(), 1);
    await anna.sees(() => anna.page.getByRole('heading', { level: 1 }).count(), 1);
  });

  test('nobody is added whom one has not named', async () => {
    const owner = await tab({ as: freshName('Owner') });
    await owner.page.click('#home-room');
    await owner.page.click('#people');
    await owner.page.press('#add-name', 'Enter');
    await owner.page.fill('#add-name', 'Ben');
    await owner.page.press('#add-name', 'Enter');
    await owner.page.getByText('Ben was added').waitFor();
    await owner.sees(() => owner.page.$$eval('#members li', (rows) => rows.length), 2);
  });

  test('while the server is away nobody is said to be online', async () => {
    const wire = keep(await Wire.open());
    const annasName = freshName('Anna');
    const ben = await peer('Ben');
    const id = await ben.openConversation({ kind: 'group', title: 'Two', members: [annasName] });
    const anna = await tab({ as: annasName, at: `c/${id}`, url: wire.url });
    await anna.eventually(async () => assert.match(await anna.page.textContent('#subtitle'), /1 other online/));
    wire.cut();
    await anna.sees(() => anna.page.textContent('#subtitle'), 'Not connected');
    await anna.sees(() => anna.page.$$eval('[data-status=online]', (dots) => dots.length), 0);
    wire.mend();
    await anna.retryNow();
    await anna.eventually(async () => assert.match(await anna.page.textContent('#subtitle'), /1 other online/));
  });
});
