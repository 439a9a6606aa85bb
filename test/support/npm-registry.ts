import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram } from './run-program.ts';
import { waitFor } from './wait-for.ts';

const VERDACCIO = createRequire(import.meta.url).resolve('verdaccio/bin/verdaccio');

/** A real registry on loopback; what it does not have itself comes from the machine's own one. */
export interface NpmRegistry {
  readonly url: string;
  /** Publishes a tarball under its own name and version. */
  publish(tarball: string): void;
  stop(): Promise<void>;
}

async function login(url: string): Promise<string> {
  const body = JSON.stringify({ name: 'tester', password: 'for-this-test-only' });
  const headers = { 'content-type': 'application/json' };
  const user = `${url}-/user/org.couchdb.user:tester`;
  const answer = await fetch(user, { method: 'PUT', headers, body });
  const { token } = (await answer.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`verdaccio gave no token: ${String(answer.status)}`);
  return token;
}

/** @param folder absolute; the registry's storage and the publisher's npm configuration. */
export async function startNpmRegistry(folder: string): Promise<NpmRegistry> {
  mkdirSync(folder, { recursive: true });
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const config = join(folder, 'config.yaml');
  const own = '{ access: $all, publish: $authenticated }';
  const lines = [
    `storage: ${folder}/storage`,
    `auth: { htpasswd: { file: ${folder}/htpasswd, max_users: 1 } }`,
    `uplinks: { upstream: { url: '${upstream}', timeout: 60s } }`,
    `packages: { onestack-dev: ${own}, onestack: ${own}, '**': { access: $all, proxy: upstream } }`,
    'log: { type: stdout, format: pretty, level: warn }',
    'web: { enable: false }',
    'max_body_size: 50mb',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const url = `http://127.0.0.1:${String(await freePort())}/`;
  const server = startProgram(
    [process.execPath, VERDACCIO, '--config', config, '--listen', url.slice(0, -1)],
    { cwd: folder },
  );
  await waitFor('verdaccio to answer', async () => {
    if (server.status() !== undefined) throw new Error(server.stdout() + server.stderr());
    return (await fetch(`${url}-/ping`).catch(() => undefined))?.ok === true;
  });
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, `${url.slice('http:'.length)}:_authToken=${await login(url)}\n`);
  return {
    url,
    publish: (tarball) => {
      const where = [`--registry=${url}`, `--userconfig=${npmrc}`];
      execFileSync('npm', ['publish', tarball, ...where, '--loglevel=error'], {
        cwd: folder,
        stdio: 'pipe',
      });
    },
    stop: async () => {
      server.killGroup();
      await server.finished.catch(() => undefined);
    },
  };
}
