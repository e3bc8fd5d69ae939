import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { launch } from '../page/browser.js';
import { clientOf, tokenOf, url } from './kit.js';

const SOURCES = fileURLToPath(new URL('../../clients/typescript/src/', import.meta.url));
const TABS = 8;
const ROOMS = 3;

/** What lets a frame in that has no origin of its own. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization' };

/** A site whose proxy speaks HTTP/1.1 and lets no WebSocket through: what it serves, and the server below `/api/`. */
async function openSite(t) {
  const server = http.createServer((request, response) => {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, CORS).end();
    } else if (request.url.startsWith('/api/')) {
      const headers = { ...request.headers, host: new URL(url).host };
      delete headers.origin;
      const inner = http.request(new URL(request.url, url), { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode, { ...answer.headers, ...CORS });
        answer.pipe(response);
      });
      inner.on('error', () => response.destroy());
      response.on('close', () => inner.destroy());
      request.pipe(inner);
    } else if (request.url.endsWith('.js')) {
      response.writeHead(200, { 'content-type': 'text/javascript', ...CORS });
      response.end(readFileSync(SOURCES + request.url.slice(1)));
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      const frame = request.url === '/framed' ? '<iframe sandbox="allow-scripts" src="/"></iframe>' : '';
      response.end(`<!doctype html><title>A tab</title>${frame}`);
    }
  });
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

/** Chromium, closed with the test. */
async function openBrowser(t) {
  const browser = await launch();
  t.after(() => browser.close());
  return browser.newContext();
}

/** Conversations of somebody. */
async function openRooms(client, count) {
  const rooms = [];
  for (let i = 0; i < count; i++) {
    rooms.push((await client.conversations.open({ kind: 'group', title: 'Tea' })).conversationId);
  }
  return rooms;
}

/** Watches rooms in a tab or frame: its `client`, what it was `told` of each, and when all have `started`. */
function watchIn(tab, { token, rooms }) {
  return tab.evaluate(
    async ({ token, rooms }) => {
      const { connect } = await import('/index.js');
      const client = connect({ url: location.origin, token });
      window.client = client;
      window.told = rooms.map(() => []);
      const watches = rooms.map((id) => client.conversation(id).watch());
      watches.forEach(async (watch, which) => {
        for await (const { type, seq } of watch) {
          if (type === 'message') {
            window.told[which].push(seq);
          }
        }
      });
      window.started = Promise.all(watches.map(({ started }) => started));
    },
    { token, rooms },
  );
}

/** Settles once all watches of a tab or frame are taken up. */
function startedIn(tab, within = 60_000) {
  return tab.evaluate(
    (within) =>
      Promise.race([
        window.started.then(() => {}),
        new Promise((_, reject) => setTimeout(() => reject(new Error(`Not started in ${within} ms`)), within)),
      ]),
    within,
  );
}

test('eight tabs with three watches each, by HTTP/1.1: each sends at once, and is told all', async (t) => {
  const site = await openSite(t);
  const rooms = await openRooms(clientOf(t, 'ada'), ROOMS);
  const context = await openBrowser(t);
  const token = await tokenOf('ada');
  const tabs = [];
  for (let i = 0; i < TABS; i++) {
    const tab = await context.newPage();
    await tab.goto(site);
    await watchIn(tab, { token, rooms });
    tabs.push(tab);
  }
  // Those whose stream has no slot yet begin at their turn.
  await Promise.all(tabs.map((tab) => startedIn(tab)));
  for (const [i, tab] of tabs.entries()) {
    const transport = await tab.evaluate(
      async ({ rooms, i }) => {
        const sends = rooms.map((id) => window.client.conversation(id).send(`from ${i}`));
        const late = new Promise((_, reject) => setTimeout(() => reject(new Error('No answer in 10 s')), 10_000));
        await Promise.race([Promise.all(sends), late]);
        return window.client.state.transport;
      },
      { rooms, i },
    );
    assert.equal(transport, 'http');
  }
  const all = Array.from({ length: TABS }, (_, i) => i + 1);
  for (const tab of tabs) {
    await tab.waitForFunction((count) => window.told.every(({ length }) => length >= count), TABS, { timeout: 60_000 });
    assert.deepEqual(await tab.evaluate(() => window.told), [all, all, all]);
  }
});

test('tabs that nobody looks at pass their slots on in time', async (t) => {
  const site = await openSite(t);
  const ada = clientOf(t, 'ada');
  const rooms = await openRooms(ada, 1);
  const context = await openBrowser(t);
  // What a browser does to the timers of a hidden tab; those of its workers run on.
  await context.addInitScript(() => {
    const setInterval = window.setInterval.bind(window);
    window.setInterval = (tick, milliseconds) => setInterval(tick, Math.max(milliseconds, 60_000));
  });
  const token = await tokenOf('ada');
  const tabs = [];
  for (let i = 0; i < 6; i++) {
    const tab = await context.newPage();
    await tab.goto(site);
    await watchIn(tab, { token, rooms });
    tabs.push(tab);
  }
  await Promise.all(tabs.map((tab) => startedIn(tab, 30_000)));
});

test('a sandboxed frame, which is refused all locks, is told all', async (t) => {
  const site = await openSite(t);
  const ada = clientOf(t, 'ada');
  const rooms = await openRooms(ada, ROOMS);
  const context = await openBrowser(t);
  const tab = await context.newPage();
  const troubles = [];
  tab.on('pageerror', (error) => troubles.push(error.message));
  await tab.goto(`${site}framed`);
  const frame = tab.frames().find((each) => each !== tab.mainFrame());
  await frame.waitForLoadState();
  const refused = await frame.evaluate(() => navigator.locks.request('any', () => 'held').catch(({ name }) => name));
  assert.equal(refused, 'SecurityError');
  await watchIn(frame, { token: await tokenOf('ada'), rooms });
  await startedIn(frame, 10_000);
  for (const id of rooms) {
    await ada.conversation(id).send('Hello');
  }
  await frame.waitForFunction(() => window.told.every(({ length }) => length > 0), null, { timeout: 10_000 });
  assert.deepEqual(await frame.evaluate(() => window.told), [[1], [1], [1]]);
  assert.deepEqual(troubles, []);
});
