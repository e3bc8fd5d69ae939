import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { EventSource } from 'eventsource';
import { tokenOf } from '../client/kit.js';
import { Proxy } from '../client/proxy.js';
import { launch } from '../page/browser.js';

// Other people's clients: each sends, watches and resumes. Where a toolchain or the network is missing, its test says
// so. Not here: httpx-sse, which docs/python.md is; rsocket-js and curl, which are in ../wire; rsocket-java, which is
// in acceptance/.

const url = process.env.OVATION_URL ?? 'http://127.0.0.1:8080';
const HERE = fileURLToPath(new URL('.', import.meta.url));
const JVMS = '/usr/lib/jvm/';
const PATIENCE_MS = 120_000;

/** Whether a command ends well; `cwd` is a folder beside this file. */
function ends(command, args, cwd = '') {
  return spawnSync(command, args, { cwd: join(HERE, cwd) }).status === 0;
}

/** A folder that is removed with the test. */
function folder(t) {
  const work = mkdtempSync(join(tmpdir(), 'foreign-'));
  t.after(() => rmSync(work, { recursive: true, force: true }));
  return work;
}

/**
 * Runs a program, which has to end well. OVATION_URL is the server, and OVATION_LINE a way to it: all its connections
 * are cut when the program says `cut`. The last line that it says is what it found.
 */
async function runs(t, command, args, cwd = '') {
  const proxy = await Proxy.open(t);
  const child = spawn(command, args, {
    cwd: join(HERE, cwd),
    env: { ...process.env, OVATION_URL: url, OVATION_LINE: proxy.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  createInterface(child.stdout).on('line', (line) => {
    said.push(line);
    if (line === 'cut') {
      proxy.cut();
    }
  });
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const status = await new Promise((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  clearTimeout(patience);
  assert.equal(status, 0, said.join('\n') + complaints);
  t.diagnostic(said.at(-1));
}

for (const [client, folder] of [
  ['tmaxmax/go-sse', './sse'],
  ['rsocket-go', './rsocket'],
]) {
  test(`Go: ${client} is told each message once, in order, over a line that is cut`, async (t) => {
    if (!ends('go', ['version'])) {
      t.skip('left out: there is no go');
      return;
    }
    if (!ends('go', ['mod', 'download'], 'go')) {
      t.skip('left out: the modules of Go cannot be had: no network?');
      return;
    }
    await runs(t, 'go', ['run', folder], 'go');
  });
}

for (const [client, crate] of [
  ['reqwest-eventsource', 'ovation-foreign-eventsource'],
  ['rsocket_rust', 'ovation-foreign-rsocket'],
]) {
  test(`Rust: ${client} is told each message once, in order, over a line that is cut`, async (t) => {
    if (!ends('cargo', ['--version'])) {
      t.skip('left out: there is no cargo');
      return;
    }
    if (!ends('cargo', ['fetch', '--locked'], 'rust')) {
      t.skip('left out: the crates of Rust cannot be had: no network?');
      return;
    }
    const tls = ends('pkg-config', ['--exists', 'openssl']);
    if (client === 'rsocket_rust' && !tls) {
      t.skip('left out: its transport is compiled with OpenSSL, whose headers (libssl-dev, pkg-config) are not there');
      return;
    }
    // Together, for alone each of them would compile what they share with features of its own.
    const built = spawnSync('cargo', ['build', '-q', '--locked', ...(tls ? ['--workspace'] : ['-p', crate])], {
      cwd: join(HERE, 'rust'),
      encoding: 'utf8',
    });
    assert.equal(built.status, 0, built.stderr);
    await runs(t, join(HERE, 'rust/target/debug', crate), []);
  });
}

/** A JDK from 25 on and the jars of Spring, which are those of the server; or in words why not. */
function spring(t) {
  const homes = [process.env.JAVA_HOME, ...(existsSync(JVMS) ? readdirSync(JVMS).map((name) => join(JVMS, name)) : [])];
  const command = ['java', ...homes.filter(Boolean).map((home) => join(home, 'bin/java'))].find((each) => {
    const { stdout } = spawnSync(each, ['--version'], { encoding: 'utf8' });
    return Number(/^\w+ (\d+)/.exec(stdout ?? '')?.[1]) >= 25;
  });
  if (!command) {
    return { missing: 'there is no java from 25 on' };
  }
  if (process.env.OVATION_SPRING_CLASSPATH) {
    return { command, classPath: process.env.OVATION_SPRING_CLASSPATH };
  }
  const jar = join(HERE, '../../api/target/ovation.jar');
  const work = folder(t);
  return existsSync(jar) && ends('unzip', ['-q', jar, 'BOOT-INF/lib/*', '-d', work])
    ? { command, classPath: join(work, 'BOOT-INF/lib/*') }
    : { missing: 'api/target/ovation.jar, which has Spring, is not built, or there is no unzip' };
}

test('Java: Spring’s RSocketRequester is told each message once, in order, over a line that is cut', async (t) => {
  const { command, classPath, missing } = spring(t);
  if (missing) {
    t.skip(`left out: ${missing}`);
    return;
  }
  const quiet = ['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow'];
  await runs(t, command, [...quiet, '-cp', classPath, 'java/Requester.java']);
});

test('Python: rsocket is told each message once, in order, and no more than it asked for', async (t) => {
  let command = process.env.OVATION_PYTHON_RSOCKET;
  if (!command) {
    const venv = join(folder(t), 'venv');
    if (!ends('python3', ['-m', 'venv', venv])) {
      t.skip('left out: there is no python3 with venv');
      return;
    }
    command = join(venv, 'bin/python');
    if (!ends(command, ['-m', 'pip', 'install', '-q', 'rsocket==0.4.20', 'aiohttp==3.14.5'])) {
      t.skip('left out: the packages of Python cannot be had: no network?');
      return;
    }
  }
  await runs(t, command, ['python/chat.py']);
});

test('Chromium: its EventSource resumes by itself over a line that is cut', async (t) => {
  const proxy = await Proxy.open(t);
  const browser = await launch();
  t.after(() => browser.close());
  const page = await browser.newPage();
  // a page of the server's own origin, with its content security policy and nothing on it
  await page.goto(`${proxy.url}/api/openapi.json`);
  const token = await tokenOf('ada');
  const ask = (path, body) =>
    page.evaluate(
      async ([address, bearer, fields]) => {
        const response = await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
          body: fields,
        });
        return response.json();
      },
      [`/api/${path}`, token, JSON.stringify(body)],
    );
  const { conversationId } = await ask('conversations', { kind: 'group', title: 'Tea' });
  await page.evaluate(
    ([address, bearer]) => {
      globalThis.seen = [];
      globalThis.opened = 0;
      globalThis.source = new EventSource(`${address}?access_token=${encodeURIComponent(bearer)}`);
      globalThis.source.onopen = () => (globalThis.opened += 1);
      globalThis.source.onmessage = ({ data }) => {
        const { type, seq } = JSON.parse(data);
        if (type === 'message') {
          globalThis.seen.push(seq);
        }
      };
    },
    [`/api/conversations/${conversationId}/stream`, token],
  );
  const told = (count) => page.waitForFunction((least) => globalThis.seen.length >= least, count);
  await page.waitForFunction(() => globalThis.opened === 1);
  const elsewhere = async (body) =>
    fetch(`${url}/api/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ body }),
    });
  for (let round = 1; round <= 4; round++) {
    for (let i = 0; i < 5; i++) {
      await ask(`conversations/${conversationId}/messages`, { body: `${round}/${i}` });
    }
    await told(round * 10 - 5);
    proxy.isDown = true;
    proxy.cut();
    for (let i = 0; i < 5; i++) {
      await elsewhere(`${round}, missed ${i}`);
    }
    proxy.isDown = false;
    await told(round * 10);
  }
  const { seen, opened } = await page.evaluate(() => ({ seen: globalThis.seen, opened: globalThis.opened }));
  assert.deepEqual(
    seen,
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  assert.equal(opened, 5);
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
