// Makes a real server fail, and records what Prometheus would have scraped from it, for `promtool test rules`:
//
//   node e2e/alerts/record.js [NAME ...]          those faults, or all of them: deploy/prometheus/recorded/NAME.yml
//   node e2e/alerts/record.js healthy MINUTES     a server with nothing wrong, for so long
//   node e2e/alerts/record.js --check MINUTES     the same, not kept: fails where an alert fires
//
// Recordings are made one after the other: what one server suffers must not be another's trouble.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FAULTS, HEALTHY } from './faults.js';
import { INTERVAL_SECONDS, Recording } from './recording.js';
import { Server } from './server.js';

const PROMETHEUS = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));
const RULES = join(PROMETHEUS, 'rules.yml');
const BEFORE = 4;

async function record(name, fault, file) {
  const start = typeof fault.start === 'function' ? fault.start() : (fault.start ?? {});
  const server = await Server.start(start);
  server.tls = start.tls;
  const recording = new Recording(RULES);
  const ends = [];
  try {
    if (fault.before) {
      ends.push(await fault.before(server));
    }
    await recording.run(server.metrics, fault.healthy ?? BEFORE);
    recording.healthy = recording.scrapes;
    if (fault.make) {
      const made = await fault.make(server);
      ends.push(made?.end ?? made);
      await recording.run(server.metrics, fault.scrapes, made?.afterScrape);
    }
  } finally {
    for (const end of ends.reverse()) {
      await end?.();
    }
    await server.stop();
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, recording.fixture({ name, ...fault }));
  check(name, file);
}

/** Whether those alerts fire, and no other; promtool says it in words where it is not so. */
function check(name, file) {
  try {
    execFileSync('promtool', ['test', 'rules', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    console.log(`${name}: as it should be`);
  } catch (failure) {
    console.log(`${name}: ${failure.code === 'ENOENT' ? 'not checked, promtool is not here' : 'NOT as it should be'}`);
    process.exitCode = failure.code === 'ENOENT' ? process.exitCode : 1;
  }
}

const [first, minutes] = process.argv.slice(2);
if (first === 'healthy' || first === '--check') {
  const healthy = { ...HEALTHY, healthy: Math.max(2, (Number(minutes) * 60) / INTERVAL_SECONDS) };
  if (first === 'healthy') {
    await record('healthy', healthy, join(PROMETHEUS, 'recorded', 'healthy.yml'));
  } else {
    // beside the rules, to which it points
    const directory = mkdtempSync(join(PROMETHEUS, '.check-'));
    try {
      await record('healthy', healthy, join(directory, 'healthy.yml'));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
} else {
  const names = first === undefined ? Object.keys(FAULTS) : process.argv.slice(2);
  for (const name of names) {
    if (!(name in FAULTS)) {
      console.error(`There is no fault ${name}; there are ${Object.keys(FAULTS).join(', ')}`);
      process.exit(2);
    }
    await record(name, FAULTS[name], join(PROMETHEUS, 'recorded', `${name}.yml`));
  }
}
process.exit();
