import assert from 'node:assert/strict';
import test from 'node:test';
import { OVATION_URL, launch } from './browser.js';

const get = async (path) => (await fetch(new URL(path, OVATION_URL))).json();

test('the reference shows every operation and channel, and its policy is kept', async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const wrong = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(new URL('/docs', OVATION_URL).href);
  await page.locator('#status').waitFor({ state: 'hidden' });
  const openApi = await get('/api/openapi.json');
  const asyncApi = await get('/api/asyncapi.json');
  const operations = Object.values(openApi.paths).flatMap((methods) => Object.keys(methods)).length;
  await page.locator('#swagger .opblock').first().waitFor();
  assert.equal(await page.locator('#swagger .opblock').count(), operations);
  assert.equal(await page.locator('#live > details').count(), Object.keys(asyncApi.channels).length);
  await page.getByLabel('Find').fill('feed.watch');
  await page.locator('#live > details:visible summary').click();
  await page.locator('#live > details:visible a', { hasText: 'PublishedFrame' }).first().click();
  assert.deepEqual(wrong, []);
});
