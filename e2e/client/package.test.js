import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { connect } from '@ovation/client';
import { Outbox } from '@ovation/client/outbox';
import { httpOf } from '../../clients/typescript/src/routes.js';
import { clientOf, take, url } from './kit.js';

const SOURCES = fileURLToPath(new URL('../../clients/typescript/src/', import.meta.url));
const MOST_BYTES = 15 * 1024;

/** The example of the package's own page. */
const [, CHAT] = /^```js\n([^]*?)^```$/m.exec(readFileSync(join(SOURCES, '../README.md'), 'utf8'));

test('the whole package, as an app ships it, has at most 15 KB', async (t) => {
  const contents = ['index', 'outbox', 'react'].map((name) => `export * from "./${name}.js";`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SOURCES },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['react'],
    write: false,
  });
  const { length } = gzipSync(outputFiles[0].contents, { level: 9 });
  t.diagnostic(`${length} bytes, minified and gzipped`);
  assert.ok(length <= MOST_BYTES, `${length} bytes`);
});

test('packed, it installs into an empty project, and its example chats as it stands', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'empty-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  const run = async (command, ...args) => {
    const child = execFile(command, args, { cwd, env: { ...process.env, OVATION_URL: url }, timeout: 60_000 });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    const [status] = await once(child, 'close');
    assert.equal(status, 0, output);
    return output.trim();
  };
  const sources = fileURLToPath(new URL('../../clients/typescript', import.meta.url));
  const tarball = await run('npm', 'pack', '--silent', sources);
  await run('npm', 'init', '-y');
  await run('npm', 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);
  writeFileSync(join(cwd, 'chat.mjs'), CHAT);
  const bob = clientOf(t, 'bob');
  const { conversationId } = await bob.conversations.open({ kind: 'direct', members: ['ada'] });
  const room = bob.conversation(conversationId);
  // OVATION_OTHER_NODE is another Node to try it with
  for (const node of [process.execPath, process.env.OVATION_OTHER_NODE].filter(Boolean)) {
    const watch = room.watch();
    const heard = take(watch, 1, 'message');
    await watch.started;
    const chat = run(node, 'chat.mjs');
    await heard;
    await room.send('Hello, Ada');
    assert.equal(await chat, 'ada: Hello, Bob\nbob: Hello, Ada');
  }
});

test('a bundler that keeps only what is used drops what is not', async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'import { OvationError } from "./index.js"; console.log(OvationError);', resolveDir: SOURCES },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  assert.ok(outputFiles[0].contents.length < 2_000, `${outputFiles[0].contents.length} bytes`);
});

test('each route is over HTTP where the server says that it is', async () => {
  const { paths } = await (await fetch(`${url}/api/openapi.json`)).json();
  const checked = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const route = operation['x-rsocket-route'];
      // A like of a message or comment is a reaction of this kind; what watches is a stream.
      if (!route || /^admin\.|\.watch$|(un)?like(-comment)?\.\{|^session\./.test(route)) {
        continue;
      }
      const fields = { user: 'bob, the second/third' };
      const asked = httpOf(route.replace(/\{(\w+)\}/g, (_, name) => name), fields);
      const inPath = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(fields[name] ?? name));
      const wanted = { method: method.toUpperCase(), path: inPath };
      assert.deepEqual({ method: asked.method, path: `/api/${asked.path.split('?')[0]}` }, wanted, route);
      checked.push(route);
    }
  }
  assert.ok(checked.length > 40, `${checked.length} routes`);
});

test('what a client has is in its types, and what its types have is in the client', async () => {
  const client = connect({ url, token: 'x', transport: 'http', fetch: () => Promise.reject(new Error('none')) });
  const { conversation, content } = { conversation: client.conversation('x'), content: client.content('x') };
  const types = readFileSync(`${SOURCES}index.d.ts`, 'utf8');
  const body = (name, indent) => new RegExp(`^ *(?:export interface|readonly) ${name}:? {\\n([^]*?)^${indent}}`, 'm');
  const members = (text, indent) =>
    [...text.matchAll(new RegExp(`^ {${indent}}(?:readonly )?(\\w+)[(:]`, 'gm'))].map(([, name]) => name).sort();
  const compare = (object, name, depth) => {
    const [, text] = body(name, ' '.repeat(depth)).exec(types);
    assert.deepEqual(members(text, depth + 4), Object.keys(object).sort(), name);
  };
  compare(conversation, 'Conversation', 0);
  compare(content, 'Content', 0);
  for (const [of, names] of [
    [conversation, ['members', 'bans', 'mutes']],
    [client, ['conversations', 'contents', 'presence', 'inbox', 'blocks', 'events']],
  ]) {
    names.forEach((name) => compare(of[name], name, 4));
  }
  await client.close();
  const [, outbox] = /^export class Outbox {\n([^]*?)^}/m.exec(readFileSync(`${SOURCES}outbox.d.ts`, 'utf8'));
  assert.deepEqual(members(outbox, 4), Object.getOwnPropertyNames(Outbox.prototype).sort());
});

/** What an answer is called in the types and by the server, where that is not the same. */
const ANSWERS = {
  Message: 'MessageView',
  Comment: 'CommentView',
  ContentDetails: 'ContentView',
  ConversationDetails: 'ConversationDetails',
  ConversationSummary: 'ConversationView',
  Notification: 'InboxNotification',
  NotificationTarget: 'NotificationTarget',
  PresenceOf: 'PresenceEntry',
  Counters: 'Counters',
  Block: 'BlockView',
  LogEvent: 'ReplayEvent',
};

/** What each stream tells, by the name of its type. */
const STREAMS = {
  ConversationFrame: 'conversations.conversationId.watch',
  ContentFrame: 'contents.contentId.watch',
  FeedFrame: 'feed.watch',
  ListFrame: 'conversations.watch',
  InboxFrame: 'inbox.watch',
};

/** The client takes these itself; one who leaves is listed as one who comes. */
const TAKEN = ['StartFrame', 'ResetFrame', 'ReconnectFrame', 'ErrorFrame', 'UnlistedFrame'];

test('what streams tell and calls answer has the types that the server describes', async () => {
  const { channels, components } = await (await fetch(`${url}/api/asyncapi.json`)).json();
  const types = readFileSync(`${SOURCES}index.d.ts`, 'utf8');
  const fieldsOf = (name) => {
    const text = new RegExp(`^export interface ${name}(?: extends Frame)? {\\n([^]*?)^}`, 'm').exec(types)?.[1] ?? '';
    return [...text.matchAll(/^ {4}(\w+\??):/gm)].map(([, field]) => field).sort();
  };
  const isTold = (name) => name.endsWith('Frame') && !TAKEN.includes(name);
  const told = Object.keys(components.schemas).filter(isTold);
  for (const [name, schema] of [...told.map((frame) => [frame, frame]), ...Object.entries(ANSWERS)]) {
    const { properties, required = [] } = components.schemas[schema];
    const described = Object.keys(properties).map((field) => (required.includes(field) ? field : `${field}?`));
    assert.deepEqual(fieldsOf(name), described.sort(), name);
  }
  for (const [name, channel] of Object.entries(STREAMS)) {
    const [, union] = new RegExp(`^export type ${name} =([^;]*);`, 'm').exec(types);
    const described = Object.keys(channels[channel].messages).filter(isTold);
    assert.deepEqual(union.match(/\w+/g).sort(), [...described, 'GapFrame'].sort(), name);
  }
});
