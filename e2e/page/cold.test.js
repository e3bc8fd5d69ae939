import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { OVATION_URL, Peer, freshName, launch } from './browser.js';

/** Of visits whose time is taken: none in the ordinary run, for a benchmark is no test. `OVATION_COLD_ROUNDS=5`. */
const ROUNDS = Number(process.env.OVATION_COLD_ROUNDS ?? 0);

/** What a link between a phone and a server takes, one way and back, in milliseconds, and its bytes a second. */
const FAR = { latency: 60, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000, offline: false };

const middleOf = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

test('how much a browser that was never here is sent, and how soon it shows a message', async (t) => {
  const owner = await Peer.signIn(freshName('owner'));
  const conversationId = await owner.openConversation({ kind: 'channel', title: 'Cold' });
  await owner.send(conversationId, 'the first message');
  const browser = await launch();
  t.after(async () => {
    owner.close();
    await browser.close();
  });

  const visit = async (network, onResponse = () => {}) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', network);
    page.on('response', onResponse);
    const start = performance.now();
    await page.goto(`${OVATION_URL.href}#/c/${conversationId}?as=${freshName('Anna')}`, { waitUntil: 'commit' });
    await page.waitForSelector('.message[data-seq="1"]');
    const took = performance.now() - start;
    await context.close();
    return took;
  };
  const near = { latency: 0, downloadThroughput: -1, uploadThroughput: -1, offline: false };

  const bodies = [];
  await visit(near, (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
  const parts = (await Promise.all(bodies)).filter(({ length }) => length > 0);
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const gzipped = parts.reduce((sum, part) => sum + gzipSync(part).length, 0);
  t.diagnostic(`${parts.length} files, ${size} bytes, ${gzipped} gzipped`);
  const networks = ROUNDS > 0 ? { 'on this machine': near, 'over 60 ms and 10 Mbit/s': FAR } : {};
  for (const [name, network] of Object.entries(networks)) {
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(await visit(network));
    }
    t.diagnostic(`the first message ${name} after ${Math.round(middleOf(times))} ms, the median of ${ROUNDS}`);
  }
  assert.ok(gzipped < 128 * 1024, `${gzipped} bytes`);
});
