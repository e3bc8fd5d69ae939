import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as plainRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { OVATION_URL, RSocketUser, curl, freshName, tokenOf } from '../wire/foreign.js';
import { startNginx } from './nginx.js';

/** Shorter than two heartbeats of SSE, which come every twelve seconds, and longer than one. */
const TIMEOUT_SECONDS = 15;

async function answered(request) {
  const [response] = await once(request.end(), 'response');
  response.setEncoding('utf8');
  let body = '';
  for await (const part of response) {
    body += part;
  }
  return { status: response.statusCode, headers: response.headers, body };
}

describe('nginx before Ovation', { timeout: 120_000 }, () => {
  let proxy;
  let user;
  let token;
  let room;

  before(async () => {
    proxy = await startNginx({ upstream: OVATION_URL, timeoutSeconds: TIMEOUT_SECONDS });
    user = freshName('Ann');
    token = await tokenOf(user);
    const opened = await curl('POST', '/api/conversations', { token, body: { kind: 'group', title: 'Behind nginx' } });
    room = opened.body.conversationId;
  });

  after(() => proxy?.stop());

  const ask = (path, options = {}) =>
    httpsRequest(`${proxy.url}${path}`, {
      ca: proxy.ca,
      agent: false,
      ...options,
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    });

  const say = (body) => curl('POST', `/api/conversations/${room}/messages`, { token, body: { body } });

  /** Watches the conversation by SSE; what has come so far is in `text`. */
  async function watch(request) {
    const [response] = await once(request.end(), 'response');
    assert.equal(response.statusCode, 200);
    response.setEncoding('utf8');
    const stream = { text: '', ended: false, close: () => request.destroy() };
    response.on('data', (part) => {
      stream.text += part;
    });
    response.on('error', () => {});
    response.on('close', () => {
      stream.ended = true;
    });
    stream.until = async (text, milliseconds) => {
      const end = Date.now() + milliseconds;
      while (!stream.text.includes(text) && !stream.ended && Date.now() < end) {
        await Promise.race([once(response, 'data'), once(response, 'close')].map((each) => each.catch(() => {})));
      }
      assert.ok(stream.text.includes(text), `${text} came within ${milliseconds} ms`);
    };
    return stream;
  }

  test('TLS 1.3 is spoken, and nothing older', async () => {
    const tls = (version) =>
      connectTls({
        port: proxy.port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: proxy.ca,
        minVersion: version,
        maxVersion: version,
      });
    const good = tls('TLSv1.3');
    await once(good, 'secureConnect');
    assert.equal(good.getProtocol(), 'TLSv1.3');
    good.destroy();
    await assert.rejects(once(tls('TLSv1.2'), 'secureConnect'));
  });

  test('JSON is compressed where that pays, and no stream is', async () => {
    for (let i = 0; i < 20; i++) {
      await say(`A sentence of some length, as people write them, number ${i}.`);
    }
    const gzip = { headers: { 'accept-encoding': 'gzip' } };
    const raw = async (request) => {
      const [response] = await once(request.end(), 'response');
      const parts = [];
      for await (const part of response) {
        parts.push(part);
      }
      return { headers: response.headers, bytes: Buffer.concat(parts) };
    };
    const history = await raw(ask(`/api/conversations/${room}/messages`, gzip));
    assert.equal(history.headers['content-encoding'], 'gzip');
    const json = gunzipSync(history.bytes);
    assert.equal(JSON.parse(json).messages.length, 20);
    assert.ok(history.bytes.length < json.length / 3, `${json.length} bytes in ${history.bytes.length}`);
    const small = await raw(ask('/api/inbox?limit=1', gzip));
    assert.equal(small.headers['content-encoding'], undefined);

    const [stream] = await once(ask(`/api/conversations/${room}/stream`, gzip).end(), 'response');
    assert.equal(stream.headers['content-encoding'], undefined);
    stream.destroy();
  });

  test('HTTP/2 answers, and sends its frames as they come', async () => {
    const session = connectHttp2(proxy.url, { ca: proxy.ca });
    const stream = session.request({
      ':path': `/api/conversations/${room}/stream`,
      authorization: `Bearer ${token}`,
    });
    stream.setEncoding('utf8');
    let text = '';
    stream.on('data', (part) => {
      text += part;
    });
    const [headers] = await once(stream, 'response');
    assert.equal(headers[':status'], 200);
    assert.match(String(headers['content-type']), /^text\/event-stream/);
    while (!text.includes('"start"')) {
      await once(stream, 'data');
    }
    stream.close();
    session.destroy();
  });

  test('an SSE stream has each frame at once, and outlives the time-out while nothing happens', async () => {
    const stream = await watch(ask(`/api/conversations/${room}/stream`));
    await stream.until('"start"', 2_000);
    await say('not held back');
    await stream.until('not held back', 2_000);
    // no frame, but heartbeats, for longer than nginx waits
    await new Promise((resolve) => setTimeout(resolve, (TIMEOUT_SECONDS + 5) * 1_000));
    assert.equal(stream.ended, false);
    await say('after a silence');
    await stream.until('after a silence', 2_000);
    stream.close();
  });

  test('RSocket has its WebSocket', async () => {
    const connected = await RSocketUser.connect(user, { token, url: proxy.url, options: { ca: proxy.ca } });
    const frames = await connected.watch(room);
    await connected.request(`conversations.${room}.send`, { body: 'through a proxy' });
    await frames.until((all) => all.some(({ body }) => body === 'through a proxy'), 'the message');
    connected.close();
  });

  test('a body over the limit, and what operators ask, end at the proxy', async () => {
    const large = ask('/api/contents', { method: 'POST', headers: { 'content-type': 'application/json' } });
    large.write('x'.repeat(100_000));
    assert.equal((await answered(large)).status, 413);
    assert.equal((await answered(ask('/actuator/prometheus'))).status, 404);
    assert.equal((await answered(ask('/actuator/health/readiness'))).status, 404);
  });

  test('plain HTTP is sent to TLS', async () => {
    const { status, headers } = await answered(plainRequest({ host: '127.0.0.1', port: proxy.plain, path: '/x?y=1' }));
    assert.equal(status, 301);
    assert.match(headers.location, /^https:\/\/.*\/x\?y=1$/);
  });

  test('a token in an address is in no log', async () => {
    const stream = await watch(
      httpsRequest(`${proxy.url}/api/conversations/${room}/stream?access_token=${token}`, {
        ca: proxy.ca,
        agent: false,
      }),
    );
    await stream.until('"start"', 2_000);
    stream.close();
    await answered(ask(`/api/conversations/${room}`));
    assert.doesNotMatch(proxy.accessLog(), /access_token|eyJ/);
  });
});

test('what a client says of its address is written over', { timeout: 30_000 }, async () => {
  const seen = [];
  const echo = createServer((request, response) => {
    seen.push(request.headers);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const proxy = await startNginx({
    upstream: `http://127.0.0.1:${echo.address().port}`,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  try {
    await answered(
      httpsRequest(`${proxy.url}/`, {
        ca: proxy.ca,
        agent: false,
        headers: { 'x-forwarded-for': '192.0.2.66, 10.0.0.1', 'x-forwarded-proto': 'http' },
      }),
    );
    assert.equal(seen[0]['x-forwarded-for'], '127.0.0.1');
    assert.equal(seen[0]['x-forwarded-proto'], 'https');
  } finally {
    await proxy.stop();
    echo.closeAllConnections();
    echo.close();
  }
});
