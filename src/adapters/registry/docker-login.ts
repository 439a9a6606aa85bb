import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../../ports/files.ts';
import type { Processes } from '../../ports/processes.ts';
import { Secret } from '../../util/secret.ts';
import { dockerConfiguration } from '../../util/docker-folders.ts';

interface LoginWorld {
  readonly files: Pick<Files, 'read'>;
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What somebody who is logged in shows: the value of a header, or what is changed for a token. */
export interface Login {
  readonly kind: 'header' | 'identity-token';
  readonly secret: Secret;
}

/** A program that Docker's configuration names for logins, and that is not on this machine. */
export interface MissingHelper {
  readonly missing: string;
}

/** What a shell says of a program that there is not. */
const NOT_FOUND = 127;

/** A helper's name for somebody who has an identity token instead of a password. */
const TOKEN_USER = '<token>';

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function configOf({ files, environment }: LoginWorld): Readonly<Record<string, unknown>> {
  const folder = dockerConfiguration(environment['HOME'] ?? homedir(), environment);
  const text = files.read(join(folder, 'config.json'));
  try {
    return asRecord(JSON.parse((text.ok ? text.value : undefined) ?? '{}'));
  } catch {
    return {};
  }
}

/** Older programs wrote addresses where now there are hosts. */
const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/**
 * What `docker login` has left for a host: in Docker's configuration, or with a helper that it names.
 * Undefined where there is no login; told where its helper is missing, and nothing else is there.
 */
export async function dockerLogin(
  host: string,
  world: LoginWorld,
): Promise<Login | MissingHelper | undefined> {
  const config = configOf(world);
  let missing: MissingHelper | undefined;
  const helper = asRecord(config['credHelpers'])[host] ?? config['credsStore'];
  if (typeof helper === 'string' && /^[\w-]+$/.test(helper)) {
    const argv = [`docker-credential-${helper}`, 'get'];
    const got = await world.processes.run(argv, { input: host, env: world.environment });
    if (got.status === 0) return helperLogin(got.stdout);
    if (got.status === NOT_FOUND) missing = { missing: `docker-credential-${helper}` };
  }
  const auths = Object.entries(asRecord(config['auths']));
  const [, found] = auths.find(([key]) => hostOf(key) === host) ?? [];
  const { auth, identitytoken: identity } = asRecord(found);
  if (typeof identity === 'string' && identity !== '') {
    return { kind: 'identity-token', secret: new Secret(identity) };
  }
  if (typeof auth !== 'string' || auth === '') return missing;
  return { kind: 'header', secret: new Secret(`Basic ${auth}`) };
}

function helperLogin(text: string): Login | undefined {
  try {
    const { Username: user, Secret: secret } = asRecord(JSON.parse(text));
    if (user === TOKEN_USER) return { kind: 'identity-token', secret: new Secret(String(secret)) };
    const pair = `${String(user)}:${String(secret)}`;
    return {
      kind: 'header',
      secret: new Secret(`Basic ${Buffer.from(pair).toString('base64')}`),
    };
  } catch {
    return undefined;
  }
}
