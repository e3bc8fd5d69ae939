// What can go wrong, each as it is made on a real server.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RSocketUser } from '../wire/foreign.js';
import { sleep } from './server.js';

const LIMITS_OFF = '--ovation.limits.enabled=false';

/** Works until it is told to stop; what it waits for is bounded by the time-outs of a request. */
class Load {
  #stopped = false;
  #workers = [];

  get goesOn() {
    return !this.#stopped;
  }

  /** Repeats the work, by so many at a time, each with a pause in between. */
  repeat(work, { by = 1, pause = 0 } = {}) {
    for (let i = 0; i < by; i += 1) {
      this.#workers.push(this.#worker(work, pause, i));
    }
    return this;
  }

  async #worker(work, pause, number) {
    while (this.goesOn) {
      await work(number);
      await sleep(pause);
    }
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }
}

/** What people do: ten who write and read, and twenty who watch. */
async function people(server) {
  const room = await server.room('ada');
  const watcher = await RSocketUser.connect('bob', { token: await server.token('bob'), url: server.url });
  for (let i = 0; i < 20; i += 1) {
    await watcher.watch(room);
  }
  const load = new Load()
    .repeat(() => server.say('ada', room), { by: 5, pause: 500 })
    .repeat(() => server.ask('bob', 'GET', `/api/conversations/${room}/messages?limit=20`), { by: 5, pause: 500 });
  return async () => {
    await load.stop();
    watcher.close();
  };
}

function fill(server, path, leave) {
  const file = openSync(server.seen(join(path, 'filler')), 'w');
  const block = Buffer.alloc(64 * 1024);
  try {
    for (let written = 0; written < leave; written += block.length) {
      writeSync(file, block);
    }
  } catch {
    // full
  } finally {
    closeSync(file);
  }
}

/** Signals processes; one that has ended meanwhile is none the worse. */
function signal(processes, name) {
  for (const pid of processes) {
    try {
      process.kill(pid, name);
    } catch {
      // it has ended
    }
  }
}

const MEBIBYTE = 1024 * 1024;

/**
 * Each: `alerts` that fire, `scrapes` with the fault, how the server is `start`ed, and `make`, which makes the fault
 * and answers how to end it. `before` is what goes on also before the fault.
 */
export const FAULTS = {
  'node-gone': {
    what: 'The process of a node is killed.',
    alerts: ['OvationDown'],
    scrapes: 8,
    make: (server) => server.signal('SIGKILL'),
  },
  'database-silent': {
    what: 'PostgreSQL keeps its connections and does not answer, while people write and analysts read.',
    alerts: ['OvationLogUnreachable', 'OvationPoolWaits', 'OvationUnavailable'],
    scrapes: 24,
    start: { settings: [LIMITS_OFF, '--ovation.eventstore.connections=2'] },
    before: people,
    make: async (server) => {
      const room = await server.room('eve');
      await server.token('analyst', ['analyst']);
      const silenced = server.postgres();
      signal(silenced, 'SIGSTOP');
      const load = new Load()
        .repeat(() => server.say('eve', room), { by: 40, pause: 100 })
        .repeat(() => server.ask('analyst', 'GET', '/api/events?limit=10'), { by: 10, pause: 100 });
      return async () => {
        signal(silenced, 'SIGCONT');
        await load.stop();
      };
    },
  },
  'disk-slow': {
    what: "PostgreSQL's disk stalls: nine tenths of the time PostgreSQL stands still.",
    alerts: ['OvationAppendsSlow', 'OvationPushSlow'],
    scrapes: 32,
    before: people,
    make: (server) => {
      const load = new Load().repeat(async () => {
        const stalled = server.postgres();
        signal(stalled, 'SIGSTOP');
        await sleep(1_800);
        signal(stalled, 'SIGCONT');
        await sleep(200);
      });
      return () => load.stop();
    },
  },
  'read-models-full': {
    what: 'The disk of the read models is full, that of the log is not, and people write.',
    alerts: ['OvationReadModelsStopped'],
    scrapes: 32,
    start: { settings: [LIMITS_OFF], mount: { at: 'documents', size: '96m' } },
    make: (server) => readModelsFull(server, 0),
  },
  'read-models-behind': {
    what: 'The same, and so much is written that the read models are far behind.',
    alerts: ['OvationReadModelsBehind', 'OvationReadModelsStopped'],
    scrapes: 60,
    start: { settings: [LIMITS_OFF], mount: { at: 'documents', size: '96m' } },
    make: (server) => readModelsFull(server, 15_000),
  },
  'consumers-slow': {
    what: 'Clients watch a busy channel and ask for one frame, again and again.',
    alerts: ['OvationSlowConsumers'],
    scrapes: 36,
    start: { settings: [LIMITS_OFF] },
    before: people,
    make: async (server) => {
      const room = await server.room('eve');
      const token = await server.token('slow');
      const load = new Load().repeat(async () => {
        const slow = await RSocketUser.connect('slow', { token, url: server.url });
        const streams = Array.from({ length: 200 }, () => slow.stream(`conversations.${room}.watch`, {}, 1));
        await Promise.all(streams.map((stream) => stream.until((all) => all.length > 0, 'its start')));
        for (let sent = 0; sent < 1_100 && load.goesOn; sent += 20) {
          await Promise.all(Array.from({ length: 20 }, () => server.say('eve', room)));
        }
        slow.close();
      }, { pause: 30_000 });
      return () => load.stop();
    },
  },
  'limits-met': {
    what: 'One user sends many times what a user may.',
    alerts: ['OvationRateLimited'],
    scrapes: 52,
    make: async (server) => {
      const room = await server.room('eve');
      const load = new Load().repeat(() => server.say('eve', room), { by: 20, pause: 100 });
      return () => load.stop();
    },
  },
  'disk-filling': {
    what: "The data directory's disk is full to a twentieth.",
    alerts: ['OvationDiskFilling'],
    scrapes: 28,
    start: { mount: { at: '.', size: '512m' } },
    make: (server) => {
      const line = execFileSync('stat', ['-f', '-c', '%S %a %b', server.seen(server.data)], { encoding: 'utf8' });
      const [block, free, all] = line.trim().split(' ').map(Number);
      fill(server, server.data, block * (free - all * 0.05));
    },
  },
  'memory-short': {
    what: 'A small heap, and ever more streams, until after collections more than nine tenths of it are in use.',
    alerts: ['OvationMemoryShort'],
    scrapes: 60,
    start: { settings: [LIMITS_OFF], environment: { JAVA_TOOL_OPTIONS: '-Xmx112m' } },
    before: people,
    make: (server) => {
      const connections = [];
      return {
        end: () => connections.forEach((each) => each.close()),
        // only so many more at a time: what is wanted is a server that is short, and not one that is dead
        afterScrape: async (recording) => {
          if ((recording.latest('jvm_memory_usage_after_gc') ?? 1) < 0.91) {
            const token = await server.token('many');
            const user = await RSocketUser.connect('many', { token, url: server.url });
            connections.push(user);
            const rooms = await Promise.all(Array.from({ length: 100 }, () => server.room('eve')));
            await Promise.all(rooms.map((room) => user.watch(room)));
          }
        },
      };
    },
  },
  'certificate-old': {
    what: 'The certificate that the server serves is good for ten days more.',
    alerts: ['OvationCertificateExpires'],
    scrapes: 8,
    hold: 70,
    start: certificate,
    make: (server) => renew(server, 10),
  },
};

/** Fills the disk of the read models, and has people write: so much at once, then a little. */
async function readModelsFull(server, burst) {
  const room = await server.room('eve');
  fill(server, join(server.data, 'documents'), 1024 * MEBIBYTE);
  let left = burst;
  const load = new Load().repeat(() => server.say('ada', room), { pause: 1_000 });
  if (burst > 0) {
    load.repeat(() => (left-- > 0 ? server.say('eve', room) : sleep(1_000)), { by: 64 });
  }
  return () => load.stop();
}

/** A server with a certificate that is good for a year. */
function certificate() {
  const directory = mkdtempSync(join(tmpdir(), 'ovation-tls-'));
  const key = join(directory, 'tls.key');
  const chain = join(directory, 'tls.crt');
  issue(key, chain, 365);
  return {
    settings: [`--ovation.tls.certificate=${chain}`, `--ovation.tls.key=${key}`],
    tls: { directory, key, chain },
  };
}

function issue(key, chain, days) {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', `${days}`],
      ...['-subj', '/CN=localhost', '-keyout', key, '-out', chain],
    ],
    { stdio: 'ignore' },
  );
}

/** Puts another certificate in the place of the server's, which takes it without a restart. */
function renew(server, days) {
  issue(server.tls.key, server.tls.chain, days);
  return () => rmSync(server.tls.directory, { recursive: true, force: true });
}

export const HEALTHY = { what: 'Nothing is wrong, and people write, read and watch.', alerts: [], before: people };
