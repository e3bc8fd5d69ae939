import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';

const LAUNCHER = fileURLToPath(new URL('../../ovation', import.meta.url));

/**
 * What the launcher says, and with what status it ends. An environment without any JDK: nothing of this may need one.
 */
function ovation(...args) {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
    execFile(LAUNCHER, args, { env, timeout: 10_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the launcher', () => {
  for (const args of [
    ['help'],
    ['--help'],
    ['help', '--help'],
    ['run', '--help'],
    ['bench', '--help'],
    ['backup', '--help'],
    ['restore', '--help'],
    ['help', 'run'],
    ['help', 'backup'],
  ]) {
    test(`./ovation ${args.join(' ')} says how it is used, and builds nothing`, async () => {
      const { status, stdout, stderr } = await ovation(...args);
      assert.equal(status, 0);
      assert.match(stdout, /\.\/ovation/);
      assert.equal(stderr, '');
    });
  }

  for (const args of [['version'], ['--version']]) {
    test(`./ovation ${args} says which version this is`, async () => {
      const { status, stdout } = await ovation(...args);
      assert.equal(status, 0);
      assert.match(stdout, /^Ovation \d+\.\d+\.\d+\S*( \([0-9a-f]{12}\))?\n$/);
    });
  }

  test('a data directory that is a file is all that is told', async () => {
    const { status, stdout, stderr } = await ovation('run', '--data', LAUNCHER);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.equal(stderr, `ovation: --data is a directory, and ${LAUNCHER} is a file\n`);
  });
});
