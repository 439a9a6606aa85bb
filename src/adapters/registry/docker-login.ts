import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../../ports/files.ts';
import type { Processes } from '../../ports/processes.ts';
import { Secret } from '../../util/secret.ts';

interface LoginWorld {
  readonly files: Pick<Files, 'read'>;
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function configOf({ files, environment }: LoginWorld): Readonly<Record<string, unknown>> {
  const folder = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker');
  const text = files.read(join(folder, 'config.json'));
  try {
    return asRecord(JSON.parse((text.ok ? text.value : undefined) ?? '{}'));
  } catch {
    return {};
  }
}

/**
 * What `docker login` has left for a host, as the value of a header: in Docker's configuration, or with
 * a helper that it names. Undefined where there is no login.
 */
export async function dockerLogin(host: string, world: LoginWorld): Promise<Secret | undefined> {
  const config = configOf(world);
  const helper = asRecord(config['credHelpers'])[host] ?? config['credsStore'];
  if (typeof helper === 'string' && /^[\w-]+$/.test(helper)) {
    const argv = [`docker-credential-${helper}`, 'get'];
    const got = await world.processes.run(argv, { input: host, env: world.environment });
    if (got.status === 0) return helperLogin(got.stdout);
  }
  const { auth } = asRecord(asRecord(config['auths'])[host]);
  return typeof auth === 'string' && auth !== '' ? new Secret(`Basic ${auth}`) : undefined;
}

function helperLogin(text: string): Secret | undefined {
  try {
    const { Username: user, Secret: secret } = asRecord(JSON.parse(text));
    const pair = `${String(user)}:${String(secret)}`;
    return new Secret(`Basic ${Buffer.from(pair).toString('base64')}`);
  } catch {
    return undefined;
  }
}
