// Scrapes as Prometheus makes them, and promtool's way of writing them down.
import { readFileSync } from 'node:fs';
import { sleep } from './server.js';

/** As deploy/prometheus/prometheus.yml has it. */
export const INTERVAL_SECONDS = 15;

const TIMEOUT_MILLIS = 10_000;
const INSTANCE = 'one';
const METRIC = /\b((?:ovation|hikaricp|jvm|disk|ssl)_[a-z_]+)(\{[^}]*\})?/g;

/** What the rules read: the names of metrics, each with the labels that are asked for. */
export function selectors(rules) {
  const found = [];
  for (const [, name, matchers] of readFileSync(rules, 'utf8').replaceAll(/^ *summary:.*$/gm, '').matchAll(METRIC)) {
    const labels = [...(matchers ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]);
    found.push({ name, labels });
  }
  return found;
}

/** A line of the text format: its series, with the instance as Prometheus adds it, and the value. */
function parsed(line, wanted) {
  const [, name, , text, value] = line.match(/^([a-zA-Z_:]\w*)(\{(.*)\})? (\S+)$/) ?? [];
  if (name === undefined) {
    return null;
  }
  // where the data directory is says nothing, and a few digits tell certificates apart
  const labels = [...(text ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
    .map(([, label, of]) => [label, label === 'certificate' ? of.slice(0, 8) : of])
    .filter(([label]) => label !== 'path');
  const isRead = wanted.some(
    (each) =>
      each.name === name &&
      each.labels.every(([label, of]) => labels.some(([l, o]) => l === label && o === of) || label === 'job'),
  );
  if (!isRead) {
    return null;
  }
  const all = [...labels, ['instance', INSTANCE]].map(([label, of]) => `${label}="${of}"`).sort();
  return { series: `${name}{${all.join(',')}}`, value: Number(value) };
}

export class Recording {
  #wanted;
  #series = new Map();
  #scrapes = 0;
  /** The number of scrapes that were made before the fault. */
  healthy = 0;

  constructor(rules) {
    this.#wanted = selectors(rules);
  }

  get scrapes() {
    return this.#scrapes;
  }

  /** Scrapes so often, at the interval. `each` is told the series after every scrape. */
  async run(address, scrapes, each = () => {}) {
    const start = Date.now();
    for (let i = 0; i < scrapes; i += 1) {
      await sleep(start + i * INTERVAL_SECONDS * 1000 - Date.now());
      await this.#scrape(address);
      await each(this);
    }
  }

  /** The latest value of the first series of that name, or undefined. */
  latest(name) {
    for (const [series, values] of this.#series) {
      if (series.startsWith(`${name}{`)) {
        return values[this.#scrapes - 1];
      }
    }
    return undefined;
  }

  async #scrape(address) {
    let text = null;
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
      text = answer.ok ? await answer.text() : null;
    } catch {
      // as Prometheus: a server that does not answer is down
    }
    this.#put(`up{instance="${INSTANCE}",job="ovation"}`, text === null ? 0 : 1);
    for (const line of (text ?? '').split('\n')) {
      const sample = parsed(line, this.#wanted);
      if (sample) {
        this.#put(sample.series, sample.value);
      }
    }
    this.#scrapes += 1;
  }

  #put(series, value) {
    if (!this.#series.has(series)) {
      this.#series.set(series, []);
    }
    this.#series.get(series)[this.#scrapes] = value;
  }

  /**
   * The file for `promtool test rules`.
   *
   * @param alerts those that fire after the fault was made; before it none does
   * @param hold minutes for which all stays as it was at the last scrape
   */
  fixture({ name, what, alerts, hold = 0 }) {
    const held = Math.ceil((hold * 60) / INTERVAL_SECONDS);
    const lines = [
      `# ${what}`,
      `# Recorded from a server, with the series that the rules read. Anew: node e2e/alerts/record.js ${name}`,
    ];
    if (held > 0) {
      lines.push(`# After the ${this.#scrapes} scrapes it stays as it was at the last of them, for ${hold} minutes.`);
    }
    lines.push(
      'rule_files: [../rules.yml]',
      `evaluation_interval: ${INTERVAL_SECONDS}s`,
      'tests:',
      `  - name: ${name}`,
      `    interval: ${INTERVAL_SECONDS}s`,
      '    input_series:',
    );
    for (const [series, values] of [...this.#series].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(...quoted(series), ...folded(written(values, this.#scrapes, held)));
    }
    const fired = 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1d]))';
    lines.push('    promql_expr_test:');
    if (alerts.length > 0) {
      lines.push(...expected(fired, (this.healthy - 1) * INTERVAL_SECONDS, []));
    }
    lines.push(...expected(fired, (this.#scrapes + held - 1) * INTERVAL_SECONDS, alerts));
    return `${lines.join('\n')}\n`;
  }
}

function expected(expression, seconds, alerts) {
  return [
    `      - expr: '${expression}'`,
    `        eval_time: ${seconds}s`,
    alerts.length === 0 ? '        exp_samples: []' : '        exp_samples:',
    ...alerts.map((alert) => `          - {labels: '{alertname="${alert}"}', value: 1}`),
  ];
}

/** The values, those that repeat written once. What was there and is no more is stale. */
function written(values, scrapes, held) {
  const each = [];
  for (let i = 0; i < scrapes; i += 1) {
    const isGone = i > 0 && values[i] === undefined && values[i - 1] !== undefined;
    each.push(isGone ? 'stale' : values[i] === undefined ? '_' : String(Number(values[i].toPrecision(7))));
  }
  const last = each.at(-1);
  each.push(...Array(held).fill(last === 'stale' ? '_' : last));
  const tokens = [];
  for (let i = 0; i < each.length; ) {
    let end = i + 1;
    while (end < each.length && each[end] === each[i] && each[i] !== 'stale') {
      end += 1;
    }
    const more = end - i - 1;
    // promtool: "5x2" is three of them, "_x3" three that are missing
    tokens.push(more === 0 ? each[i] : each[i] === '_' ? `_x${more + 1}` : `${each[i]}x${more}`);
    i = end;
  }
  return tokens;
}

/** The name of a series, in lines of 120 columns at most. */
function quoted(series) {
  const short = `      - series: '${series}'`;
  if (short.length <= 120) {
    return [short];
  }
  const at = series.lastIndexOf(',', 70) + 1;
  const [head, tail] = [series.slice(0, at), series.slice(at)].map((part) => part.replaceAll('"', '\\"'));
  return [`      - series: "${head}\\`, `          ${tail}"`];
}

/** In lines of 120 columns at most. */
function folded(tokens) {
  const short = `        values: '${tokens.join(' ')}'`;
  if (short.length <= 118) {
    return [short];
  }
  const lines = [];
  let line = '          ';
  for (const token of tokens) {
    if (line.length + token.length + 1 > 118) {
      lines.push(line);
      line = '          ';
    }
    line += ` ${token}`;
  }
  return ['        values: >-', ...lines, line];
}
