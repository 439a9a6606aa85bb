import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { ownName } from './own-run.ts';
import { runProgram } from './run-program.ts';
import { startTokens, type Tokens } from './registry-tokens.ts';
import { testAuthority, type Authority } from './test-authority.ts';
import { waitFor } from './wait-for.ts';

export const LOGIN = { user: 'ann', password: 'open sesame' } as const;
const HTPASSWD = 'ann:$2b$04$MhAHgnvl/0ekZ9ue76CrtOBfTHACtFcvaPeUN1qyg86UssYJkd1Ji';

const IMAGE = 'onestack-test/registry';
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry
RUN printf '%s\\n' '${HTPASSWD}' >/htpasswd
ENTRYPOINT ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
`;

/** Debian's registry in a container, on a port of loopback that the engine may use without TLS. */
export interface DebianRegistry {
  /** `127.0.0.1:41234`. */
  readonly host: string;
  /** Who vouches for it, PEM; undefined where it speaks without TLS. */
  readonly ca: string | undefined;
  /** The name of its container. */
  readonly container: string;
  /** What its token service was asked for; undefined where it has none. */
  readonly tokens: Tokens | undefined;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export interface RegistryOptions {
  /** Nobody gets in without it: by basic authentication. */
  readonly login?: boolean;
  /** Behind TLS, and by tokens of a service that gives them for the login. */
  readonly tokens?: boolean;
  /** It has no more room than this: `1m`. What it holds is gone when it stops. */
  readonly room?: string;
}

export async function docker(args: readonly string[], input?: string): Promise<string> {
  const done = await runProgram(['docker', ...args], {
    timeoutMs: 300_000,
    ...(input !== undefined && { input }),
  });
  if (done.status !== 0) throw new Error(`docker ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

function layConfig(
  folder: string,
  options: RegistryOptions,
  authority: Authority | undefined,
  tokens: Tokens | undefined,
): void {
  const lay = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const auth =
    tokens === undefined
      ? options.login === true
        ? 'auth: {htpasswd: {realm: test, path: /htpasswd}}'
        : ''
      : `auth: {token: {realm: '${tokens.realm}', service: test, issuer: test, rootcertbundle: /conf/ca.pem}}`;
  const tls =
    authority === undefined ? '' : ', tls: {certificate: /conf/cert.pem, key: /conf/key.pem}';
  lay(
    'config.yml',
    `version: 0.1
storage: {filesystem: {rootdirectory: /var/lib/docker-registry}}
http: {addr: ':5000'${tls}}
${auth}
`,
  );
  if (authority === undefined) return;
  lay('ca.pem', authority.ca);
  lay('cert.pem', authority.certificate);
  lay('key.pem', authority.key);
}

/** Starts one; whoever made it removes it. */
export async function createRegistry(options: RegistryOptions = {}): Promise<DebianRegistry> {
  const container = `${ownName()}-registry`;
  const port = String(await freePort());
  const host = `127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), `${container}-`));
  const authority = options.tokens === true ? testAuthority() : undefined;
  const tokens = authority === undefined ? undefined : await startTokens(authority, LOGIN);
  layConfig(folder, options, authority, tokens);
  await docker(['build', '--quiet', '--tag', IMAGE, '-'], DOCKERFILE);
  const room =
    options.room === undefined ? [] : ['--tmpfs', `/var/lib/docker-registry:size=${options.room}`];
  await docker([
    ...['create', '--name', container, '--publish', `${host}:5000`, ...room],
    ...['--volume', `${folder}:/conf:ro`, '--entrypoint', 'docker-registry', IMAGE],
    ...['serve', '/conf/config.yml'],
  ]);
  const answers = async (): Promise<boolean> => {
    // One that was asked too early may never answer that question.
    const scheme = authority === undefined ? 'http' : 'https';
    const asked = ['curl', '--silent', '--insecure', '--max-time', '2', `${scheme}://${host}/v2/`];
    return (await runProgram(asked)).status === 0;
  };
  const start = async (): Promise<void> => {
    await docker(['start', container]);
    await waitFor('the registry answers', answers, { everyMs: 50 });
  };
  await start();
  return {
    ...{ host, container, tokens, start, ca: authority?.ca },
    stop: async () => {
      await docker(['stop', '--time', '0', container]);
    },
    remove: async () => {
      await docker(['rm', '--force', '--volumes', container]);
      await tokens?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
