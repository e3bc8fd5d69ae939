import net from 'node:net';
import WebSocket from 'ws';
import { connect } from '@ovation/client';

/** Where the server under test is. */
export const url = process.env.OVATION_URL ?? 'http://127.0.0.1:8080';

/** A development token for somebody. */
export async function tokenOf(user, more = {}) {
  const response = await fetch(`${url}/api/dev/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, ...more }),
  });
  if (!response.ok) {
    throw new Error(`No token: ${response.status} ${await response.text()}`);
  }
  return (await response.json()).token;
}

/** A client of somebody, closed with the test. */
export function clientOf(test, user, { at = url, token = () => tokenOf(user), ...more } = {}) {
  const client = connect({ url: at, token, WebSocket, ...more });
  test.after(() => client.close());
  return client;
}

/** Resolves once the client is in a state. */
export function become(client, name) {
  return new Promise((resolve) => {
    let off = () => {};
    const listener = (state) => {
      if (state.name === name) {
        resolve(state);
        queueMicrotask(() => off());
      }
    };
    off = client.on('state', listener);
  });
}

/** Takes frames of a type until there are so many of them, and lets go of the stream. */
export async function take(subscription, count, type) {
  const taken = [];
  for await (const frame of subscription) {
    if (frame.type === type) {
      taken.push(frame);
      if (taken.length === count) {
        break;
      }
    }
  }
  return taken;
}

/** A line to the server that can be cut, and taken away. */
export class Line {
  #sockets = new Set();
  #server = net.createServer((client) => {
    if (this.isDown) {
      client.resetAndDestroy();
      return;
    }
    this.connects += 1;
    const server = net.connect(Number(new URL(url).port), new URL(url).hostname);
    for (const [one, other] of [[client, server], [server, client]]) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });

  isDown = false;
  connects = 0;

  static async open(test) {
    const line = new Line();
    await new Promise((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    line.url = `http://127.0.0.1:${line.#server.address().port}`;
    test.after(() => {
      line.cut();
      line.#server.close();
    });
    return line;
  }

  cut() {
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  down() {
    this.isDown = true;
    this.cut();
  }

  up() {
    this.isDown = false;
  }
}
