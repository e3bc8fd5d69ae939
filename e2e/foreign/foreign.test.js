import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

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
