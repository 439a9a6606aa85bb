import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ownName } from './own-run.ts';
import { freePort } from './free-port.ts';
import { runProgram } from './run-program.ts';
import { waitFor } from './wait-for.ts';

/** A registry of one's own on loopback, which the engine may use without TLS. */
export interface Registry {
  /** `127.0.0.1:41234`. */
  readonly host: string;
  /** Puts an image of nothing but this file there; returns its reference by digest. */
  push(reference: string, text: string): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const LOGIN = { user: 'ann', password: 'open sesame' } as const;
const HTPASSWD = 'ann:$2b$04$MhAHgnvl/0ekZ9ue76CrtOBfTHACtFcvaPeUN1qyg86UssYJkd1Ji';

const IMAGE = 'onestack-test/registry';
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry
RUN printf '%s\\n' '${HTPASSWD}' >/htpasswd
ENTRYPOINT ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
`;

async function docker(args: readonly string[], input?: string): Promise<string> {
  const done = await runProgram(['docker', ...args], {
    timeoutMs: 300_000,
    ...(input !== undefined && { input }),
  });
  if (done.status !== 0) throw new Error(`docker ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

/** Debian's registry for the tests of a file; with `login`, nobody gets in without it. */
export function registryForSuite(options: { readonly login?: boolean } = {}): () => Registry {
  const name = `${ownName()}-registry`;
  let registry: Registry | undefined;
  const made = new Set<string>();
  beforeAll(async () => {
    const port = String(await freePort());
    await docker(['build', '--quiet', '--tag', IMAGE, '-'], DOCKERFILE);
    const config = `version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/docker-registry}}
http: {addr: ':5000'}
${options.login === true ? 'auth: {htpasswd: {realm: test, path: /htpasswd}}' : ''}
`;
    await docker([
      'create',
      '--name',
      name,
      '--publish',
      `127.0.0.1:${port}:5000`,
      '--entrypoint',
      'sh',
      IMAGE,
      '-c',
      `printf '%s' "$0" >/c.yml && exec docker-registry serve /c.yml`,
      config,
    ]);
    const start = async (): Promise<void> => {
      await docker(['start', name]);
      await waitFor('the registry answers', async () => {
        // One that was asked too early may never answer that question.
        const signal = AbortSignal.timeout(2000);
        const asking = fetch(`http://127.0.0.1:${port}/v2/`, { signal });
        const answer = await asking.catch(() => undefined);
        await answer?.body?.cancel();
        return answer !== undefined;
      });
    };
    await start();
    const host = `127.0.0.1:${port}`;
    registry = {
      host,
      start,
      stop: async () => {
        await docker(['stop', '--time', '0', name]);
      },
      async push(reference, text) {
        const full = `${host}/${reference}`;
        made.add(full);
        const source = `FROM debian:trixie-slim\nRUN printf '%s' '${text}' >/pushed\n`;
        await docker(['build', '--quiet', '--tag', full, '-'], source);
        await dockerAt(options.login === true ? host : undefined, ['push', '--quiet', full]);
        const digest = await docker([
          'image',
          'inspect',
          '--format',
          '{{index .RepoDigests 0}}',
          full,
        ]);
        await docker(['image', 'rm', full]);
        return digest;
      },
    };
  });
  afterAll(async () => {
    await docker(['rm', '--force', '--volumes', name]);
    for (const image of made) await runProgram(['docker', 'image', 'rm', image]);
  });
  return () => {
    if (registry === undefined) throw new Error('the registry is started in beforeAll');
    return registry;
  };
}

/** A folder for `DOCKER_CONFIG` that knows the registry's login. */
export function dockerConfig(host: string): string {
  const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64');
  return `${JSON.stringify({ auths: { [host]: { auth } } })}\n`;
}

/** Runs docker as somebody who is logged in there; nothing of the login stays. */
async function dockerAt(host: string | undefined, argv: readonly string[]) {
  if (host === undefined) return docker(argv);
  const folder = mkdtempSync(join(tmpdir(), `${ownName()}-docker-`));
  try {
    writeFileSync(join(folder, 'config.json'), dockerConfig(host));
    return await docker(['--config', folder, ...argv]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
