import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { after } from 'node:test';

// Each guide's blocks of one language are one program, which has to end well against the server under test.

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const url = process.env.OVATION_URL ?? 'http://127.0.0.1:8080';
const work = mkdtempSync(join(tmpdir(), 'guides-'));
const JVMS = '/usr/lib/jvm/';
const PATIENCE = 120_000;
const PYTHON_PACKAGES = ['httpx==0.28.1', 'httpx-sse==0.4.3', 'pyjwt==2.10.1'];

after(() => rmSync(work, { recursive: true, force: true }));

/** The blocks of a guide that say a language, as [language, code]. */
function blocks(guide) {
  return [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => [language, code]);
}

function has(command, ...probe) {
  return spawnSync(command, probe).status === 0;
}

/** Where the packages of Python are, or in words why not. */
function python() {
  if (process.env.OVATION_PYTHON) {
    return { command: process.env.OVATION_PYTHON };
  }
  if (!has('python3', '--version')) {
    return { missing: 'there is no python3' };
  }
  if (spawnSync('python3', ['-m', 'venv', join(work, 'venv')]).status !== 0) {
    return { missing: 'python3 has no venv' };
  }
  const command = join(work, 'venv', 'bin', 'python');
  const pip = spawnSync(command, ['-m', 'pip', 'install', '-q', ...PYTHON_PACKAGES]);
  return pip.status === 0 ? { command } : { missing: 'the packages of Python cannot be had: no network?' };
}

/** A JDK that runs a program from its source without a class around it, and the client's jars; or why not. */
function java() {
  const homes = [process.env.JAVA_HOME, ...(existsSync(JVMS) ? readdirSync(JVMS).map((name) => join(JVMS, name)) : [])];
  const command = ['java', ...homes.filter(Boolean).map((home) => join(home, 'bin', 'java'))].find((each) => {
    const { stdout } = spawnSync(each, ['--version'], { encoding: 'utf8' });
    return Number(/^\w+ (\d+)/.exec(stdout ?? '')?.[1]) >= 25;
  });
  if (!command) {
    return { missing: 'there is no java from 25 on' };
  }
  if (process.env.OVATION_JAVA_CLASSPATH) {
    return { command, classPath: process.env.OVATION_JAVA_CLASSPATH };
  }
  const jar = fileURLToPath(new URL('../../cli/target/ovation-cli.jar', import.meta.url));
  if (!existsSync(jar) || spawnSync('unzip', ['-q', '-o', jar, 'BOOT-INF/lib/*', '-d', work]).status !== 0) {
    return { missing: 'cli/target/ovation-cli.jar, which has the client, is not built, or there is no unzip' };
  }
  return { command, classPath: join(work, 'BOOT-INF', 'lib', '*') };
}

/** How a program of a language is run; where its toolchain is missing, the reason in words. */
const LANGUAGES = {
  sh: (code, name) => {
    writeFileSync(join(work, `${name}.sh`), `set -euo pipefail\n${code}`);
    return has('curl', '--version')
      ? { command: 'bash', args: [join(work, `${name}.sh`)] }
      : { missing: 'there is no curl' };
  },
  js: (code, name) => {
    // beside the packages that it imports
    const file = join(HERE, `.${name}.mjs`);
    writeFileSync(file, code);
    after(() => rmSync(file, { force: true }));
    const args = globalThis.WebSocket ? [] : ['--import', join(HERE, 'websocket.js')];
    return { command: process.execPath, args: [...args, file] };
  },
  python: (code, name) => {
    const found = python();
    writeFileSync(join(work, `${name}.py`), code);
    return found.missing ? found : { command: found.command, args: [join(work, `${name}.py`)] };
  },
  java: (code) => {
    const found = java();
    writeFileSync(join(work, 'Chat.java'), code);
    return found.missing ? found : { ...found, args: ['-cp', found.classPath, join(work, 'Chat.java')] };
  },
};

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, OVATION_URL: url }, cwd: work });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.on('close', (status) => {
      clearTimeout(patience);
      resolve({ status, output });
    });
  });
}

for (const file of readdirSync(DOCS).filter((name) => name.endsWith('.md'))) {
  const programs = new Map();
  for (const [language, code] of blocks(readFileSync(join(DOCS, file), 'utf8'))) {
    if (language in LANGUAGES) {
      programs.set(language, (programs.get(language) ?? '') + code);
    }
  }
  for (const [language, code] of isGuide(file) ? programs : []) {
    test(`${file}: its ${language} runs as it stands`, async (t) => {
      if (code.includes('OVATION_JWT_SECRET') && !process.env.OVATION_JWT_SECRET) {
        t.skip('left out: OVATION_JWT_SECRET, the secret of the server under test, is not set');
        return;
      }
      const program = LANGUAGES[language](code, file.replace('.md', `-${language}`));
      if (program.missing) {
        t.skip(`left out: ${program.missing}`);
        return;
      }
      const { status, output } = await run(program.command, program.args);
      assert.equal(status, 0, output);
    });
  }
}

/** The guides for developers of clients; what operators read is about machines. */
function isGuide(file) {
  return ['protocol.md', 'integrate.md', 'javascript.md', 'python.md', 'java.md', 'compare.md'].includes(file);
}

test('the guides that are named are there', () => {
  for (const name of ['protocol.md', 'integrate.md', 'javascript.md', 'java.md', 'python.md']) {
    assert.ok(existsSync(join(DOCS, name)), name);
  }
});
