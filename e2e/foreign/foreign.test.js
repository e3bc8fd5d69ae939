import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { EventSource } from 'eventsource';
import { tokenOf } from '../client/kit.js';
import { Proxy } from '../client/proxy.js';

// Other people's clients; docs/python.md, which is run too, is httpx-sse.

const url = process.env.OVATION_URL ?? 'http://127.0.0.1:8080';

test('Go: tmaxmax/go-sse is told each message once, in order, over a line that is cut', (t) => {
  const cwd = fileURLToPath(new URL('./go/', import.meta.url));
  if (spawnSync('go', ['version']).status !== 0) {
    t.skip('left out: there is no go');
    return;
  }
  if (spawnSync('go', ['mod', 'download'], { cwd }).status !== 0) {
    t.skip('left out: the modules of Go cannot be had: no network?');
    return;
  }
  const ran = spawnSync('go', ['run', '.'], { cwd, env: { ...process.env, OVATION_URL: url }, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  t.diagnostic(ran.stdout.trim());
});

test('Python: rsocket is told each message once, in order, and no more than it asked for', (t) => {
  const work = mkdtempSync(join(tmpdir(), 'foreign-'));
  t.after(() => rmSync(work, { recursive: true, force: true }));
  let command = process.env.OVATION_PYTHON_RSOCKET;
  if (!command) {
    if (spawnSync('python3', ['-m', 'venv', join(work, 'venv')]).status !== 0) {
      t.skip('left out: there is no python3 with venv');
      return;
    }
    command = join(work, 'venv', 'bin', 'python');
    const pip = spawnSync(command, ['-m', 'pip', 'install', '-q', 'rsocket==0.4.20', 'aiohttp==3.14.5']);
    if (pip.status !== 0) {
      t.skip('left out: the packages of Python cannot be had: no network?');
      return;
    }
  }
  const program = fileURLToPath(new URL('./python/chat.py', import.meta.url));
  const ran = spawnSync(command, [program], {
    env: { ...process.env, OVATION_URL: url },
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  t.diagnostic(ran.stdout.trim());
});

test('Node: eventsource resumes by itself over a line that is cut, with a fresh token at each connect', async (t) => {
  const proxy = await Proxy.open(t);
  const ask = async (path, body) => {
    const response = await fetch(`${url}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf('ada')}` },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { conversationId } = await ask('conversations', { kind: 'group', title: 'Tea' });
  let connects = 0;
  const source = new EventSource(`${proxy.url}/api/conversations/${conversationId}/stream`, {
    fetch: async (input, init) => {
      connects += 1;
      const headers = { ...init.headers, Authorization: `Bearer ${await tokenOf('ada')}` };
      return fetch(input, { ...init, headers });
    },
  });
  t.after(() => source.close());
  const seen = [];
  let heard = () => {};
  source.onmessage = ({ data }) => {
    const { type, seq } = JSON.parse(data);
    if (type === 'message') {
      seen.push(seq);
    }
    heard();
  };
  const until = async (condition) => {
    while (!condition()) {
      await new Promise((resolve) => (heard = resolve));
    }
  };
  await new Promise((resolve) => (source.onopen = resolve));
  for (let round = 1; round <= 4; round++) {
    for (let i = 0; i < 5; i++) {
      await ask(`conversations/${conversationId}/messages`, { body: `${round}/${i}` });
    }
    await until(() => seen.length === round * 10 - 5);
    proxy.cut();
    for (let i = 0; i < 5; i++) {
      await ask(`conversations/${conversationId}/messages`, { body: `${round}, missed ${i}` });
    }
    await until(() => seen.length === round * 10);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  assert.equal(connects, 5);
});
