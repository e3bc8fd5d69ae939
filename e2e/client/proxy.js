import net from 'node:net';
import { url } from './kit.js';

/**
 * A proxy between a client and the server, which does to connections what middleboxes do.
 *
 * `upgrade`: `pass`; `refuse` answers 403; `swallow` never answers; a number lets it through and cuts it after so many
 * milliseconds. `delay`: what comes from the server is held back for up to so many milliseconds. `twice`: what a client
 * sends goes to the server a second time, on another connection, whose answers go nowhere. `isMute`: what the server
 * says is lost, what clients say is not. `isDown`: there are no new connections.
 */
export class Proxy {
  #pairs = new Set();
  #server = net.createServer((client) => this.#accept(client));
  upgrade = 'pass';
  delay = 0;
  twice = false;
  isMute = false;
  isDown = false;
  upgrades = 0;
  connections = 0;
  /** The first line of each request that came at the head of a connection. */
  requests = [];

  static async open(test, options = {}) {
    const proxy = Object.assign(new Proxy(), options);
    await new Promise((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    test.after(() => {
      proxy.cut();
      proxy.#server.close();
    });
    return proxy;
  }

  /** How many connections are open. */
  get open() {
    return this.#pairs.size;
  }

  cut() {
    for (const cut of this.#pairs) {
      cut();
    }
  }

  #accept(client) {
    client.on('error', () => {});
    if (this.isDown) {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    client.once('data', (head) => {
      const text = head.toString('latin1');
      this.requests.push(text.slice(0, text.indexOf('\r\n')));
      if (/^upgrade: websocket/im.test(text)) {
        this.upgrades += 1;
        if (this.upgrade === 'refuse') {
          client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
          return;
        }
        if (this.upgrade === 'swallow') {
          return;
        }
        if (typeof this.upgrade === 'number') {
          setTimeout(() => client.resetAndDestroy(), this.upgrade);
        }
      }
      this.#join(client, head);
    });
  }

  #join(client, head) {
    const upstream = () => {
      const server = net.connect(Number(new URL(url).port), new URL(url).hostname);
      server.on('error', () => {});
      server.write(head);
      return server;
    };
    const servers = [upstream()];
    if (this.twice) {
      servers.push(upstream());
      servers[1].resume();
    }
    const cut = () => {
      this.#pairs.delete(cut);
      client.resetAndDestroy();
      servers.forEach((server) => server.destroy());
    };
    this.#pairs.add(cut);
    client.on('data', (bytes) => servers.forEach((server) => server.write(bytes)));
    client.on('close', cut);
    let last = Promise.resolve();
    servers[0].on('data', (bytes) => {
      if (this.isMute) {
        return;
      }
      if (this.delay === 0) {
        client.write(bytes);
        return;
      }
      const due = new Promise((resolve) => setTimeout(resolve, Math.random() * this.delay));
      last = last.then(() => due).then(() => client.write(bytes));
    });
    servers[0].on('close', () => last.then(cut));
  }
}
