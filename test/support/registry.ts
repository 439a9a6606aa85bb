import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import {
  createRegistry,
  docker,
  LOGIN,
  type DebianRegistry,
  type RegistryOptions,
} from './debian-registry.ts';
import { ownName } from './own-run.ts';
import { runProgram } from './run-program.ts';

/** A registry for the tests of a file. */
export interface Registry extends Omit<DebianRegistry, 'remove'> {
  /** Puts an image of nothing but this file there; returns its reference by digest. */
  push(reference: string, text: string): Promise<string>;
}

/** Debian's registry for the tests of a file; with `login`, nobody gets in without it. */
export function registryForSuite(options: RegistryOptions = {}): () => Registry {
  let registry: Registry | undefined;
  let own: DebianRegistry | undefined;
  const made = new Set<string>();
  beforeAll(async () => {
    own = await createRegistry(options);
    const { host } = own;
    registry = {
      ...own,
      async push(reference, text) {
        const full = `${host}/${reference}`;
        made.add(full);
        const source = `FROM debian:trixie-slim\nRUN printf '%s' '${text}' >/pushed\n`;
        await docker(['build', '--quiet', '--tag', full, '-'], source);
        await dockerAt(options.login === true ? host : undefined, ['push', '--quiet', full]);
        const format = '{{index .RepoDigests 0}}';
        const digest = await docker(['image', 'inspect', '--format', format, full]);
        await docker(['image', 'rm', full]);
        return digest;
      },
    };
  });
  afterAll(async () => {
    await own?.remove();
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
