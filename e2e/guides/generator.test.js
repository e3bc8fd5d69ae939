import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const GUIDE = fileURLToPath(new URL('../../docs/swift-kotlin.md', import.meta.url));
const CENTRAL = 'https://repo1.maven.org/maven2/org/openapitools/openapi-generator-cli';
const JAR = `${CENTRAL}/7.16.0/openapi-generator-cli-7.16.0.jar`;

test('swift-kotlin.md: OpenAPI Generator makes clients of the description', (t) => {
  if (spawnSync('java', ['--version']).status !== 0) {
    t.skip('left out: there is no java');
    return;
  }
  const given = process.env.OPENAPI_GENERATOR;
  if (!(given && existsSync(given)) && spawnSync('curl', ['-sfI', JAR]).status !== 0) {
    t.skip('left out: the generator cannot be had: no network?');
    return;
  }
  const cwd = mkdtempSync(join(tmpdir(), 'generator-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const [, code] = /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(GUIDE, 'utf8'));
  const ran = spawnSync('bash', ['-euo', 'pipefail', '-c', code], { cwd, encoding: 'utf8', timeout: 300_000 });
  assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  assert.doesNotMatch(ran.stdout + ran.stderr, /\bERROR\b/);
});
