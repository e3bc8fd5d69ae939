import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { after, afterEach, before, beforeEach } from 'node:test';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';
import { connect } from '../../clients/typescript/src/rsocket.js';

/** How long a test waits for what has to come. */
const DEADLINE_MS = 15_000;

/** The server under test. */
export const OVATION_URL = new URL(process.env.OVATION_URL ?? 'http://127.0.0.1:8080/');

/**
 * Debian's Chromium, or the one that is named. Without the background flags it looks for hosts that a closed network
 * does not have.
 */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A TCP proxy before the server, whose wire can be cut. */
export class Wire {
  #server;
  #pairs = new Set();
  #mode = 'open';

  static async open() {
    const wire = new Wire();
    wire.#server = net.createServer((client) => wire.#join(client));
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    wire.url = `http://127.0.0.1:${wire.#server.address().port}/`;
    return wire;
  }

  /** Drops all connections, and every new one until `mend`. */
  cut() {
    this.#mode = 'cut';
    this.#drop();
  }

  /** Drops all connections; new ones are welcome. */
  blink() {
    this.#drop();
  }

  /** What the server says is lost from here on, what the clients say is not. */
  loseAnswers() {
    this.#mode = 'mute';
  }

  mend() {
    this.#mode = 'open';
  }

  /** Waits for the next connection to the server. */
  joined() {
    return new Promise((resolve) => this.#server.once('connection', resolve));
  }

  close() {
    this.#drop();
    this.#server.close();
  }

  #join(client) {
    if (this.#mode === 'cut') {
      client.destroy();
      return;
    }
    const server = net.connect(Number(OVATION_URL.port || 80), OVATION_URL.hostname);
    const pair = [client, server];
    this.#pairs.add(pair);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.#mode === 'mute' || client.write(bytes));
    for (const socket of pair) {
      // Either end may go without a word: that is what this is for.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        pair.forEach((each) => each.destroy());
      });
    }
  }

  #drop() {
    this.#pairs.forEach((pair) => pair.forEach((socket) => socket.destroy()));
  }
}

/** Someone who speaks the wire contract without a page. */
export class Peer {
  static async signIn(user) {
    const response = await fetch(new URL('api/dev/tokens', OVATION_URL), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    });
    const { token } = await response.json();
    const peer = new Peer();
    peer.user = user;
    peer.connection = await connect({
      url: new URL('rsocket', OVATION_URL).href.replace('http', 'ws'),
      token,
      WebSocket,
    });
    return peer;
  }

  ask(route, data) {
    return this.connection.request(route, data);
  }

  async openConversation(wanted) {
    const { conversationId } = await this.ask('conversations.open', { conversationId: randomUUID(), ...wanted });
    return conversationId;
  }

  send(conversationId, body, more = {}) {
    return this.ask(`conversations.${conversationId}.send`, { messageId: randomUUID(), body, ...more });
  }

  /** All messages of a conversation. */
  async history(conversationId) {
    const all = [];
    for (;;) {
      const { messages, lastSeq } = await this.ask(`conversations.${conversationId}.history`, {
        after: all.length,
        limit: 200,
      });
      all.push(...messages);
      if (all.length >= lastSeq) {
        return all;
      }
    }
  }

  close() {
    this.connection.close();
  }
}

/**
 * A browser for the tests of a suite, and what each of them opens: that is closed at the test's end, when nothing may
 * have gone wrong in it. To be called in `describe`.
 */
export function suite() {
  let browser;
  let open = [];

  before(async () => {
    browser = await launch();
  });

  after(() => browser.close());

  beforeEach(() => {
    open = [];
  });

  afterEach(async () => {
    const troubles = open.flatMap((each) => each.troubles ?? []);
    await Promise.all(open.map((each) => each.close()));
    assert.deepEqual(troubles, []);
  });

  const keep = (each) => {
    open.push(each);
    return each;
  };
  return {
    keep,
    /** A tab that its test closes itself. */
    ownTab: (options) => Tab.open(browser, options),
    tab: async (options) => keep(await Tab.open(browser, options)),
    /** Somebody of a name that no other test has used. */
    peer: async (name) => keep(await Peer.signIn(freshName(name))),
    /** Somebody of just that name. */
    signedIn: async (name) => keep(await Peer.signIn(name)),
    wire: async () => keep(await Wire.open()),
  };
}

/** Names that no other test has used: the server may be one that has been in use. */
export function freshName(name) {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** A tab of one person. What goes wrong in it is kept in `troubles`. */
export class Tab {
  static async open(
    browser,
    { as, at = '', url = OVATION_URL.href, viewport = { width: 1100, height: 760 }, ...contextOptions },
  ) {
    const tab = new Tab();
    tab.user = as;
    tab.context = await browser.newContext({ viewport, ...contextOptions });
    tab.page = await tab.context.newPage();
    tab.page.setDefaultTimeout(DEADLINE_MS);
    tab.troubles = [];
    tab.page.on('pageerror', (error) => tab.troubles.push(error.stack));
    tab.page.on('dialog', (dialog) => {
      tab.troubles.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    tab.page.on('console', (message) => {
      // A cut shows there as a failed WebSocket, which is what the test wants.
      if (
        message.type() === 'error' &&
        !/WebSocket|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_SOCKET/.test(message.text())
      ) {
        tab.troubles.push(message.text());
      }
    });
    await tab.page.goto(`${url}#/${at}${as ? `?${new URLSearchParams({ as })}` : ''}`);
    if (as) {
      await tab.connected();
    }
    return tab;
  }

  connected() {
    return this.page.waitForSelector('#connection[data-state=connected]', { state: 'attached' });
  }

  /** Does not wait for the next attempt, if that has not been made by itself meanwhile. */
  retryNow() {
    return this.page.evaluate(() => document.getElementById('retry-now').click());
  }

  async write(text) {
    await this.page.fill('#text', text);
    await this.page.press('#text', 'Enter');
  }

  /** Waits for a message of the conversation with this text. */
  message(text, state = 'seen') {
    const exactly = new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    return this.page.locator(`.message[data-state=${state}]`, {
      has: this.page.locator('.body').filter({ hasText: exactly }),
    });
  }

  /** What the page shows: `{seq, text}` of each message, from top to bottom. */
  shown() {
    return this.page.$$eval('.message[data-seq]', (rows) =>
      rows.map((row) => ({ seq: Number(row.dataset.seq), text: row.querySelector('.body').textContent })),
    );
  }

  /** The numbers of the messages that the page shows, from top to bottom. */
  async seqs() {
    return (await this.shown()).map(({ seq }) => seq);
  }

  /**
   * Runs the assertions again after each frame that the page draws, until they hold. A click returns before the page
   * has answered it, so an assertion that looks once is a race. After the deadline the last failure is thrown.
   */
  async eventually(assertions) {
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      try {
        await assertions();
        return;
      } catch (failure) {
        if (!(failure instanceof assert.AssertionError) || Date.now() > deadline) {
          throw failure;
        }
      }
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** Waits until a look at the page gives exactly this. */
  sees(look, expected) {
    return this.eventually(async () => assert.deepEqual(await look(), expected));
  }

  /** Waits until nothing of the page, and nothing of the element, is wider than this. */
  fits(width, selector = 'html') {
    return this.eventually(async () => {
      const wide = await this.page.$eval(selector, (element) =>
        Math.max(element.scrollWidth, document.documentElement.scrollWidth),
      );
      assert.ok(wide <= width, `${selector} is ${wide} wide`);
    });
  }

  /** Waits until the last message that is shown is this one. */
  reached(seq) {
    return this.page.waitForFunction(
      (last) => Number([...document.querySelectorAll('.message[data-seq]')].at(-1)?.dataset.seq) === last,
      seq,
    );
  }

  close() {
    return this.context.close();
  }
}

/** The RSocket frames that tests look at or make up; see the specification's framing. */
export const Frames = {
  REQUEST_RESPONSE: 0x04,
  REQUEST_STREAM: 0x06,
  CANCEL: 0x09,
  typeOf: (frame) => frame.readUInt16BE(4) >>> 10,
  streamOf: (frame) => frame.readUInt32BE(0),
  /** The route and the data of a REQUEST_RESPONSE or a REQUEST_STREAM of this page's client; null for other frames. */
  requestOf(frame) {
    const type = Frames.typeOf(frame);
    if (type !== Frames.REQUEST_RESPONSE && type !== Frames.REQUEST_STREAM) {
      return null;
    }
    // Of the two, a stream alone says how many frames it takes at first.
    const at = type === Frames.REQUEST_STREAM ? 10 : 6;
    const start = at + 3;
    const end = start + frame.readUIntBE(at, 3);
    return {
      route: frame.subarray(start + 5, end).toString('utf8'),
      data: JSON.parse(frame.subarray(end).toString('utf8')),
      withData: (data) => Buffer.concat([frame.subarray(0, end), Buffer.from(JSON.stringify(data))]),
    };
  },
  next: (streamId, value) => make(streamId, 0x0a, 0x20, Buffer.from(JSON.stringify(value))),
  error: (streamId, problem) =>
    make(streamId, 0x0b, 0, Buffer.from([0, 0, 2, 1]), Buffer.from(JSON.stringify(problem))),
  cancel: (streamId) => make(streamId, 0x09, 0),
};

function make(streamId, type, flags, ...parts) {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt16BE((type << 10) | flags, 4);
  return Buffer.concat([header, ...parts]);
}
