// A server of its own for each fault, so that it can be made to fail.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';

/** What starts the server. LAUNCHER names another, which takes the same arguments. */
const LAUNCHER = process.env.LAUNCHER ?? fileURLToPath(new URL('../../ovation', import.meta.url));

const START_MILLIS = 300_000;
const STOP_MILLIS = 30_000;

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Server {
  #child;
  #said = '';

  /**
   * Starts a server in a new directory, with the operators' listener on a port of its own.
   *
   * @param mount a directory below the data directory ('.' for itself) that becomes a disk of its own, as `{at, size}`
   * @param settings as the launcher takes them
   */
  static async start({ settings = [], environment = {}, mount } = {}) {
    const server = new Server();
    server.directory = mkdtempSync(join(tmpdir(), 'ovation-alerts-'));
    server.data = join(server.directory, 'data');
    server.tokens = new Map();
    const port = await freePort();
    server.metrics = `http://127.0.0.1:${port}/metrics`;
    const command = [
      ...[LAUNCHER, 'run', '--port', '0', '--data', server.data, '--'],
      ...[`--ovation.operations.port=${port}`, ...settings],
    ];
    const starter = mount
      ? [
          ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c'],
          'mkdir -p "$1" && mount -t tmpfs -o size="$2" none "$1" && shift 2 && exec "$@"',
          ...['sh', join(server.data, mount.at), mount.size],
        ]
      : [];
    const [program, ...args] = [...starter, ...command];
    server.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    server.pid = server.#child.pid;
    for (const output of [server.#child.stdout, server.#child.stderr]) {
      output.setEncoding('utf8').on('data', (text) => {
        server.#said += text;
      });
    }
    try {
      await server.#awaitReady();
    } catch (failure) {
      await server.stop();
      throw failure;
    }
    return server;
  }

  async #awaitReady() {
    const end = Date.now() + START_MILLIS;
    for (;;) {
      const ready = this.#said.match(/^ready (\S+)$/m);
      if (ready) {
        this.url = ready[1];
        return;
      }
      if (this.#child.exitCode !== null || Date.now() > end) {
        throw new Error(`The server did not start: ${this.#said}`);
      }
      await sleep(200);
    }
  }

  get isAlive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** A path as the server sees it, which may be on a disk that only it has. */
  seen(path) {
    return join('/proc', String(this.pid), 'root', path);
  }

  /** The processes of the embedded PostgreSQL. */
  postgres() {
    const file = this.seen(join(this.data, 'postgres/cluster/postmaster.pid'));
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => parentOf(pid) === postmaster);
    return [postmaster, ...children.map(Number)];
  }

  signal(name) {
    this.#child.kill(name);
  }

  async token(user, roles = []) {
    if (!this.tokens.has(user)) {
      const answer = await fetch(`${this.url}/api/dev/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, roles }),
      });
      this.tokens.set(user, (await answer.json()).token);
    }
    return this.tokens.get(user);
  }

  /** Asks as a user, and resolves with the status; 0 where there was no answer. */
  async ask(user, method, path, body) {
    try {
      const answer = await fetch(`${this.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${await this.token(user)}`, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  /** Opens a channel, which everybody may watch and its owner writes to. */
  async room(owner) {
    const id = randomUUID();
    const status = await this.ask(owner, 'POST', '/api/conversations', {
      ...{ conversationId: id, kind: 'channel', title: 'A room' },
    });
    if (status !== 201) {
      throw new Error(`No conversation: ${status}`);
    }
    return id;
  }

  say(user, room, text = 'A sentence of some length, as people write them.') {
    return this.ask(user, 'POST', `/api/conversations/${room}/messages`, { body: text });
  }

  async stop() {
    if (this.isAlive) {
      this.#child.kill('SIGTERM');
      const ended = once(this.#child, 'exit');
      const isLate = Symbol('late');
      const timer = sleep(STOP_MILLIS).then(() => isLate);
      if ((await Promise.race([ended, timer])) === isLate) {
        this.#child.kill('SIGKILL');
        await ended;
      }
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
