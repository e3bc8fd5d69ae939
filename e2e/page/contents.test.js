import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { freshName, suite } from './browser.js';

const upTo = (n, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);

describe('contents on the page', { timeout: 240_000 }, () => {
  const { tab, peer, signedIn } = suite();

  async function publish(author, { title = `A post ${randomUUID().slice(0, 8)}`, body = 'Some text' } = {}) {
    const contentId = randomUUID();
    await author.ask('contents.publish', { contentId, title, body });
    return { contentId, title };
  }

  /** Waits until a counter of the open content shows this. */
  const counter = (anna, id, count) => anna.page.locator(`#${id}`).getByText(String(count), { exact: true }).waitFor();

  test('what one publishes, the other reads, likes, applauds, comments on, and the numbers move', async () => {
    const anna = await tab({ as: freshName('Anna') });
    const ben = await tab({ as: freshName('Ben'), at: 'feed' });
    const title = `News of ${anna.user}`;
    await anna.page.getByRole('link', { name: 'Feed', exact: true }).click();
    await anna.page.click('#publish');
    await anna.page.fill('#publish-name', title);
    await anna.page.fill('#publish-body', 'First line\n\nSecond line');
    await anna.page.locator('#publish-form').getByRole('button', { name: 'Publish' }).click();
    await anna.page.locator('#article h2', { hasText: title }).waitFor();
    await counter(anna, 'view-count', 1);

    const card = ben.page.locator('.post', { hasText: title });
    await card.locator('[data-counter=views]', { hasText: '1' }).waitFor();
    await ben.page.getByRole('link', { name: title }).click();
    await ben.page.locator('#article .body', { hasText: 'Second line' }).waitFor();
    for (const each of [anna, ben]) {
      await counter(each, 'view-count', 2);
    }

    const like = ben.page.getByRole('button', { name: 'Like' });
    await like.click();
    await ben.sees(() => like.getAttribute('aria-pressed'), 'true');
    for (const each of [anna, ben]) {
      await counter(each, 'like-count', 1);
    }
    for (let click = 1; click <= 7; click += 1) {
      await ben.page.getByRole('button', { name: 'Applaud' }).click();
    }
    await ben.page.fill('#comment-text', 'well said');
    await ben.page.press('#comment-text', 'Enter');
    await anna.message('well said').waitFor();
    await ben.message('well said').waitFor();
    for (const each of [anna, ben]) {
      await counter(each, 'applause-count', 7);
      await counter(each, 'comment-count', 1);
    }
    await ben.sees(() => ben.page.textContent('#applauding'), '');

    await anna.message('well said').hover();
    await anna.page.getByRole('button', { name: 'Reply', exact: true }).click();
    await anna.page.keyboard.type('thank you');
    await anna.page.keyboard.press('Enter');
    await ben.message('thank you').locator('.quote', { hasText: 'well said' }).waitFor();
    await counter(anna, 'comment-count', 2);
    await ben.message('well said').hover();
    await ben.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await ben.page.click('#confirm-yes');
    await anna.page.getByText('This message was deleted').waitFor();
    await counter(anna, 'comment-count', 1);
    await like.click();
    await counter(anna, 'like-count', 0);
    await ben.page.reload();
    await counter(ben, 'applause-count', 7);
    await ben.sees(() => like.getAttribute('aria-pressed'), 'false');
  });

  test('many clicks are few requests of at most 50, and none is lost', async () => {
    const author = await peer('author');
    const { contentId } = await publish(author);
    const anna = await tab({ as: null });
    const counts = [];
    await anna.page.routeWebSocket(/\/rsocket$/, (page) => {
      const server = page.connectToServer();
      page.onMessage((message) => {
        const text = message.toString('utf8');
        if (text.includes(`contents.${contentId}.applaud`)) {
          counts.push(JSON.parse(text.slice(text.lastIndexOf('{'))).count);
        }
        server.send(message);
      });
    });
    await anna.page.goto(`${anna.page.url().split('#')[0]}#/p/${contentId}?as=${freshName('Anna')}`);
    await anna.page.waitForSelector('#engagement:visible');
    await anna.page.evaluate(() => {
      for (let click = 1; click <= 120; click += 1) {
        document.getElementById('applaud').click();
      }
    });
    await counter(anna, 'applause-count', 120);
    await anna.sees(() => counts, [50, 50, 20]);
  });

  test('the feed is newest first, grows as one scrolls and as others publish', async () => {
    const author = await peer('author');
    const titles = [];
    for (let n = 1; n <= 45; n += 1) {
      titles.unshift((await publish(author, { title: `${author.user} ${n}` })).title);
    }
    const anna = await tab({ as: freshName('Anna'), at: 'feed' });
    // Other tests publish to the same feed meanwhile.
    const shown = async () => {
      const all = await anna.page.$$eval('.post h2', (posts) => posts.map((each) => each.textContent));
      return all.filter((each) => each.startsWith(author.user));
    };
    await anna.page.locator('.post', { hasText: titles[0] }).first().waitFor();
    await anna.page.waitForFunction((last) => {
      document.getElementById('feed-scroller').scrollTop = 1e9;
      return [...document.querySelectorAll('.post h2')].some((each) => each.textContent === last);
    }, titles.at(-1));
    await anna.sees(shown, titles);
    const { title } = await publish(author, { title: `${author.user} <b>now</b>` });
    await anna.sees(async () => (await shown()).slice(0, 3), [title, ...titles.slice(0, 2)]);
    await anna.sees(() => anna.page.$$eval('.post b', (found) => found.length), 0);
  });

  test('comments come in order as one scrolls, from the first to the last', async () => {
    const author = await peer('author');
    const { contentId } = await publish(author, { body: 'A long text.\n'.repeat(60) });
    for (let n = 1; n <= 150; n += 1) {
      await author.ask(`contents.${contentId}.comment`, { commentId: randomUUID(), body: `comment ${n}` });
    }
    const anna = await tab({ as: freshName('Anna'), at: `p/${contentId}` });
    await anna.message('comment 1').waitFor();
    assert.ok(
      await anna.page.evaluate(() => document.getElementById('comment-scroller').scrollTop < 10),
      'one reads the post first',
    );
    await anna.page.waitForFunction(() => {
      document.getElementById('comment-scroller').scrollTop = 1e9;
      return document.querySelector('#comments .message:last-child')?.dataset.seq === '150';
    });
    await anna.sees(() => anna.seqs(), upTo(150));
    await author.ask(`contents.${contentId}.comment`, { commentId: randomUUID(), body: 'comment 151' });
    await anna.reached(151);
  });

  test('a comment mentions whom one names, and they are told', async () => {
    const { contentId } = await publish(await peer('author'));
    const bensName = freshName('Ben');
    const ben = await signedIn(bensName);
    await ben.ask(`contents.${contentId}.comment`, { commentId: randomUUID(), body: 'hello' });
    const bens = await tab({ as: bensName });
    const anna = await tab({ as: freshName('Anna'), at: `p/${contentId}` });
    await anna.message('hello').waitFor();
    await anna.page.locator('#comment-text').pressSequentially(`@${bensName.slice(0, 5)}`);
    await anna.page.getByRole('option', { name: bensName }).waitFor();
    await anna.page.keyboard.press('Enter');
    await anna.page.keyboard.type('look');
    await anna.page.keyboard.press('Enter');
    const comment = anna.message(`@${bensName} look`);
    await anna.sees(() => comment.locator('.mention').textContent(), `@${bensName}`);
    const { comments } = await ben.ask(`contents.${contentId}.comments`, {});
    assert.deepEqual(comments.at(-1).mentions, [bensName]);
    await bens.page.locator('#inbox-badge', { hasText: '1' }).waitFor();
    await bens.page.click('#to-inbox');
    await bens.page.locator('#notifications > *', { hasText: `${anna.user} mentioned you` }).click();
    await bens.sees(() => new URL(bens.page.url()).hash.split('?')[0], `#/p/${contentId}`);
    await bens.message(`@${bensName} look`).waitFor();
  });

  test('what its author takes back says so to those who have it open, and leaves the feed', async () => {
    const anna = await tab({ as: freshName('Anna') });
    const author = await signedIn(anna.user);
    const { contentId, title } = await publish(author);
    await anna.page.goto(`${anna.page.url().split('#')[0]}#/p/${contentId}`);
    await anna.page.locator('#article h2', { hasText: title }).waitFor();
    const ben = await tab({ as: freshName('Ben'), at: `p/${contentId}` });
    await ben.page.locator('#article h2', { hasText: title }).waitFor();
    const cleo = await tab({ as: freshName('Cleo'), at: 'feed' });
    await cleo.page.locator('.post', { hasText: title }).waitFor();
    assert.equal(await ben.page.isVisible('#retract'), false);
    await anna.page.click('#retract');
    await anna.page.click('#confirm-yes');
    await anna.page.waitForSelector('#feed:visible');
    await ben.page.getByText('This was retracted').waitFor();
    await ben.sees(() => ben.page.isVisible('#comment-composer'), false);
    await cleo.page.locator('.post', { hasText: title }).waitFor({ state: 'detached' });
    const dora = await tab({ as: freshName('Dora'), at: `p/${contentId}` });
    await dora.page.getByText('This post cannot be shown').waitFor();
  });

  test('on a phone the feed, a post and the way back have the room', async () => {
    const author = await peer('author');
    const { title } = await publish(author, {
      title: `${author.user} and a title without a ${'verylongword'.repeat(8)}`,
      body: 'x'.repeat(3_000),
    });
    const anna = await tab({
      as: freshName('Anna'),
      viewport: { width: 320, height: 568 },
      hasTouch: true,
      isMobile: true,
    });
    await anna.page.getByRole('link', { name: 'Feed', exact: true }).tap();
    await anna.sees(() => anna.page.isVisible('#sidebar'), false);
    await anna.page.getByRole('link', { name: title }).tap();
    await anna.page.waitForSelector('#engagement:visible');
    await anna.page.getByRole('button', { name: 'Applaud' }).tap();
    await counter(anna, 'applause-count', 1);
    await anna.fits(320, '#engagement');
    await anna.page.getByRole('link', { name: 'All posts' }).tap();
    await anna.page.getByRole('link', { name: 'Back to the start' }).tap();
    await anna.page.waitForSelector('#sidebar:visible');
  });
});
