import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freshName, suite } from './browser.js';

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/**
 * The texts that are in sight with less contrast than WCAG 2.2 asks for (4.5:1, and 3:1 where they are large), and the
 * fields and buttons whose border, or else whose face, has less than 3:1 to what is around them. What is switched off
 * has no minimum. Runs in the page.
 */
function pale() {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].map((value, i) => (i === 3 ? value / 255 : value));
  };
  const over = (top, below) => below.map((value, i) => top[3] * top[i] + (1 - top[3]) * value);
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.unshift(rgba(getComputedStyle(each).backgroundColor));
    }
    const page = matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
    return layers.reduce((below, layer) => over(layer, below), page);
  };
  const dimmed = (element) => {
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) {
      opacity *= Number(getComputedStyle(each).opacity);
    }
    return opacity;
  };
  const isInSight = (element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && box.width > 1 && box.height > 1;
  };
  const isOff = (element) => element.closest(':disabled, [aria-disabled=true]') !== null;
  const found = [];
  const say = (what, element, ratio) =>
    found.push(`${what} ${ratio.toFixed(2)}: ${element.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() && isInSight(element) && !isOff(element) && !element.closest('[aria-hidden=true]')) {
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const below = behind(element);
      const [r, g, b, alpha] = rgba(style.color);
      const ratio = contrast(over([r, g, b, alpha * dimmed(element)], below), below);
      if (ratio < (size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5)) {
        say('text', element, ratio);
      }
    }
  }
  const bordered = 'input:not([type=radio], [type=checkbox]), select, textarea, button';
  for (const element of document.querySelectorAll(bordered)) {
    const style = getComputedStyle(element);
    if (isInSight(element) && !isOff(element) && parseFloat(style.borderTopWidth) > 0) {
      const around = behind(element.parentElement);
      const border = contrast(over(rgba(style.borderTopColor), around), around);
      const face = contrast(behind(element), around);
      // a button without a border is told by its icon or text
      const isBare = rgba(style.borderTopColor)[3] === 0 && element.matches('button');
      if (!isBare && Math.max(border, face) < 3) {
        say('border', element, Math.max(border, face));
      }
    }
  }
  return [...new Set(found)];
}

/** What can be touched and is smaller than 44 px in a direction. A link within a sentence may be. Runs in the page. */
function small() {
  return [...document.querySelectorAll('button, a[href], input, select, textarea, summary, [role=button]')]
    .filter((each) => each.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }))
    .filter((each) => !each.matches('a') || getComputedStyle(each).display !== 'inline')
    .filter((each) => !each.closest('.hidden'))
    .map((each) => {
      // a choice is touched by its label
      const target = each.matches('[type=radio], [type=checkbox]') ? (each.closest('label') ?? each) : each;
      const { width, height } = target.getBoundingClientRect();
      return { width, height, html: each.outerHTML.replace(/\s+/g, ' ').slice(0, 100) };
    })
    .filter(({ width, height }) => Math.min(width, height) < 43.9)
    .map(({ width, height, html }) => `${Math.round(width)}×${Math.round(height)} ${html}`);
}

describe('what is in sight', { timeout: 300_000 }, () => {
  const { tab, signedIn, peer } = suite();

  /** Each place of the page, with something of every kind in it; `look` is called in each. */
  async function everywhere(options, look) {
    const [annasName, bensName] = [freshName('Anna'), freshName('Ben')];
    const ben = await signedIn(bensName);
    const owner = await signedIn(annasName);
    const id = await owner.openConversation({ kind: 'channel', title: 'Stage', members: [bensName] });
    const cleo = await peer('Cleo');
    await owner.ask(`conversations.${id}.mute`, { user: bensName });
    await owner.ask(`conversations.${id}.unmute`, { user: bensName });
    await owner.ask(`conversations.${id}.ban`, { user: cleo.user, reason: 'Rude' });
    const group = await ben.openConversation({ kind: 'group', title: 'Unread', members: [annasName] });
    await ben.send(group, 'not read yet');
    await owner.send(id, 'the first');
    const [first] = await ben.history(id);
    await ben.send(id, `@${annasName} an answer`, { replyTo: first.messageId, mentions: [annasName] });
    const second = (await ben.history(id)).at(-1);
    await owner.send(id, 'mine, to his', { replyTo: second.messageId, mentions: [bensName] });
    await ben.ask(`conversations.${id}.react.${first.messageId}.like`, {});
    await owner.ask(`conversations.${id}.react.${second.messageId}.like`, {});
    await owner.send(id, 'taken back');
    const last = (await ben.history(id)).at(-1);
    await owner.ask(`conversations.${id}.redact.${last.messageId}`, {});
    const { contentId } = await owner.ask('contents.publish', { title: 'A post', body: 'with https://example.org' });
    await ben.ask(`contents.${contentId}.comment`, { body: `@${annasName} a comment`, mentions: [annasName] });
    await ben.ask(`contents.${contentId}.like`, {});

    const anna = await tab({ as: annasName, ...options });
    const go = (at) => anna.page.goto(`${anna.page.url().split('#')[0]}#/${at}`);
    const closed = () => anna.page.keyboard.press('Escape');
    await anna.page.getByRole('link', { name: 'Stage' }).waitFor();
    await look(anna, 'the list');
    await anna.page.click('#new-other');
    await look(anna, 'a new conversation');
    await closed();
    await go(`c/${id}`);
    await anna.message('mine, to his').waitFor();
    await look(anna, 'a conversation');
    await anna.page.locator('.message').nth(1).click();
    await anna.page.getByRole('button', { name: 'Reply', exact: true }).first().click();
    await anna.page.fill('#text', 'x'.repeat(8_300));
    await anna.page.locator('#counter').waitFor();
    await look(anna, 'an answer that is too long');
    await anna.page.click('#context-cancel');
    await anna.page.fill('#text', '');
    await anna.page.click('#people');
    await anna.page.locator('#members li').nth(1).waitFor();
    await anna.page.locator('#banned-people').waitFor();
    await look(anna, 'the people');
    await closed();
    await go('feed');
    await anna.page.getByText('A post').first().waitFor();
    await look(anna, 'the feed');
    await anna.page.click('#publish');
    await look(anna, 'publishing');
    await closed();
    await go(`p/${contentId}`);
    await anna.page.locator('#comments .message').waitFor();
    await look(anna, 'a post');
    await go('inbox');
    await anna.page.locator('#notifications > *').nth(1).waitFor();
    await look(anna, 'the inbox');
  }

  for (const colorScheme of ['light', 'dark']) {
    test(`texts and the borders of fields are seen, ${colorScheme}`, async () => {
      const welcome = await tab({ colorScheme });
      await welcome.page.locator('#welcome').waitFor();
      assert.deepEqual(await welcome.page.evaluate(pale), []);
      await everywhere({ colorScheme }, async (anna, place) => {
        await anna.sees(async () => ({ place, pale: await anna.page.evaluate(pale) }), { place, pale: [] });
      });
    });
  }

  test('on a phone whatever can be touched is large enough for a finger', async () => {
    await everywhere(PHONE, async (anna, place) => {
      await anna.sees(async () => ({ place, small: await anna.page.evaluate(small) }), { place, small: [] });
    });
  });
});
