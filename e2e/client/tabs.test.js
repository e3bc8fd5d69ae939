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

/** A site whose proxy speaks HTTP/1.1 and lets no WebSocket through: what it serves, and the server below `/api/`. */
async function openSite(t) {
  const server = http.createServer((request, response) => {
    if (request.url.startsWith('/api/')) {
      const headers = { ...request.headers, host: new URL(url).host };
      delete headers.origin;
      const inner = http.request(new URL(request.url, url), { method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      inner.on('error', () => response.destroy());
      response.on('close', () => inner.destroy());
      request.pipe(inner);
    } else if (request.url.endsWith('.js')) {
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(readFileSync(SOURCES + request.url.slice(1)));
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>A tab</title>');
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

test('eight tabs with three watches each, by HTTP/1.1: each sends at once, and is told all', async (t) => {
  const site = await openSite(t);
  const ada = clientOf(t, 'ada');
  const rooms = [];
  for (let i = 0; i < ROOMS; i++) {
    rooms.push((await ada.conversations.open({ kind: 'group', title: 'Tea' })).conversationId);
  }
  const browser = await launch();
  t.after(() => browser.close());
  const context = await browser.newContext();
  const token = await tokenOf('ada');
  const tabs = [];
  for (let i = 0; i < TABS; i++) {
    const tab = await context.newPage();
    await tab.goto(site);
    await tab.evaluate(
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
    tabs.push(tab);
  }
  // Those whose stream has no slot yet begin at their turn.
  await Promise.all(tabs.map((tab) => tab.evaluate(() => window.started.then(() => {}))));
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
