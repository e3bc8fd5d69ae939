// The real nginx with the configuration of deploy/nginx, on ports of its own, before whatever stands at an address.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';

const DEPLOY = fileURLToPath(new URL('../../deploy/nginx/', import.meta.url));

/** Starts nginx, and resolves once it takes connections. */
export async function startNginx({ upstream, timeoutSeconds }) {
  const directory = mkdtempSync(join(tmpdir(), 'ovation-nginx-'));
  const port = await freePort();
  const plain = await freePort();
  const key = join(directory, 'tls.key');
  const certificate = join(directory, 'tls.crt');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  const configuration = readFileSync(join(DEPLOY, 'ovation.conf'), 'utf8')
    .replaceAll(/listen \[::\].*\n/g, '\n')
    .replaceAll('listen 443 ', `listen 127.0.0.1:${port} `)
    .replaceAll('listen 80;', `listen 127.0.0.1:${plain};`)
    .replaceAll('/etc/ovation/tls/tls.crt', certificate)
    .replaceAll('/etc/ovation/tls/tls.key', key)
    .replaceAll('/var/log/nginx/ovation.log', join(directory, 'access.log'))
    .replaceAll('90s', `${timeoutSeconds}s`);
  writeFileSync(join(directory, 'ovation.conf'), configuration);
  const nodes = readFileSync(join(DEPLOY, 'upstream.conf'), 'utf8').replace('127.0.0.1:8080', new URL(upstream).host);
  writeFileSync(join(directory, 'upstream.conf'), nodes);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(directory, name)};`)
    .join('\n');
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${join(directory, 'pid')}; error_log stderr warn;
    events { worker_connections 1024; }
    http { ${paths} include ${directory}/ovation.conf; include ${directory}/upstream.conf; }`,
  );
  const nginx = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(nginx, 'close');
  const proxy = {
    url: `https://localhost:${port}`,
    port,
    plain,
    ca: readFileSync(certificate),
    accessLog: () => readFileSync(join(directory, 'access.log'), 'utf8'),
    async stop() {
      nginx.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
  await listening(proxy, ended);
  return proxy;
}

async function listening({ port, ca }, ended) {
  const up = async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
      const [event] = await Promise.race([
        once(socket, 'secureConnect').then(() => ['up']),
        once(socket, 'close').then(() => ['down']),
      ]).catch(() => ['down']);
      socket.destroy();
      if (event === 'up') {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('nginx takes no connections');
  };
  await Promise.race([up(), ended.then(([code]) => Promise.reject(new Error(`nginx ended with ${code}`)))]);
}
