import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { World } from '../ports/world.ts';
import {
  isPin,
  PACKAGE,
  pinnedVersion,
  pinOf,
  withPin,
  type Pin,
} from '../release/launcher-pin.ts';
import { compareSemVer, parseSemVer } from '../release/semver.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { locateRoot } from './project/locate.ts';

export interface UpgradeRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** A version or a tag of the registry; the newest one when not given. */
  readonly version: string | undefined;
  readonly dryRun: boolean;
}

export interface Upgrade {
  /** What the launcher pinned before, and pins now: `onestack-dev@1.2.3`. The same: nothing to do. */
  readonly from: string;
  readonly to: string;
  readonly integrity: string;
  /** Why nothing was changed though something could be. */
  readonly kept?: string;
}

type UpgradeWorld = Pick<World, 'files' | 'host' | 'processes'>;

const FIRST_LINES = 5;

/** Its log goes with the folder that it is in. */
const isOfLog = (line: string): boolean => line.includes('A complete log of this run');

/** npm's answer to `view … --json`: one mapping, or a list of them for a range of versions. */
function readAnswer(text: string): Pin | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const {
    name,
    version,
    'dist.integrity': integrity,
  } = answer as Readonly<Record<string, unknown>>;
  if (name !== PACKAGE || typeof version !== 'string' || typeof integrity !== 'string') {
    return undefined;
  }
  return { version, integrity };
}

/** Asks the registry that the person's npm is configured for; no `.npmrc` of a repository counts. */
export async function askRegistry(
  wanted: string,
  { host, files, processes }: UpgradeWorld,
): Promise<Result<Pin, Failure>> {
  const spec = `${PACKAGE}@${wanted}`;
  const argv = ['npm', 'view', spec, 'name', 'version', 'dist.integrity', '--json'];
  // npm keeps answers and logs in its cache: of a question nothing is to be left.
  const folder = join(host.environment['TMPDIR'] ?? '/tmp', `onestack-npm-${randomUUID()}`);
  // It is silent while it tries again, for more than a minute.
  const env = { npm_config_fetch_retries: '0', ...host.environment, npm_config_cache: folder };
  const asked = await processes.run(argv, { cwd: host.toolDirectory, env });
  const removed = files.remove(folder);
  if (!removed.ok) return removed;
  const { status, stdout, stderr } = asked;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  if (status === 127) {
    const cure = 'It comes with Node from https://nodejs.org/en/download';
    return fail({
      reason: 'host',
      what: 'npm is needed to ask the registry, and is not here',
      cure,
    });
  }
  if (/\bE(404|TARGET)\b/.test(stderr + stdout) || (status === 0 && stdout.trim() === '')) {
    const cure = `npm view ${PACKAGE} versions`;
    return fail({ reason: 'usage', what: `the registry of your npm has no ${spec}`, cure });
  }
  const pin = status === 0 ? readAnswer(stdout) : undefined;
  if (pin === undefined || !isPin(pin)) {
    return fail({
      reason: 'host',
      what: `npm did not tell the version and hash of ${spec}`,
      cure: `${argv.join(' ')} shows more`,
      detail: lines.filter((line) => !isOfLog(line)).slice(0, FIRST_LINES),
    });
  }
  return ok(pin);
}

/** Why the newest version of the registry is not taken unasked. */
function reasonToKeep(before: string, { version }: Pin): string | undefined {
  const pinned = pinnedVersion(before);
  if (pinned === undefined) return `it runs ${before}: dev upgrade ${version} pins a version`;
  const [old, found] = [parseSemVer(pinned), parseSemVer(version)];
  if (old === undefined || found === undefined || compareSemVer(old, found) <= 0) return undefined;
  return `the registry's newest is older: dev upgrade ${version} goes back to it`;
}

/** Moves the pin of the project's launcher, with its hash. The next `./dev` fetches and checks it. */
export async function upgrade(
  request: UpgradeRequest,
  world: UpgradeWorld,
): Promise<Result<Upgrade, Failure>> {
  const { files, host } = world;
  if (request.version !== undefined && !/^[A-Za-z0-9][\w.-]*$/.test(request.version)) {
    const what = `${request.version} is no version and no tag of a registry`;
    return fail({ reason: 'usage', what, cure: 'dev upgrade 1.2.3' });
  }
  const root = locateRoot(world, request.project);
  if (!root.ok) return root;
  const path = join(root.value, 'dev');
  const launcher = files.read(path);
  if (!launcher.ok) return launcher;
  const from = launcher.value === undefined ? undefined : pinOf(launcher.value);
  if (launcher.value === undefined || from === undefined || files.realPath(path) !== path) {
    const cure = `copy ${join(host.toolDirectory, 'dev')} there, then: dev upgrade ${host.toolVersion}`;
    return fail({ reason: 'usage', what: `${path} is no launcher of this tool`, cure });
  }
  const pin = await askRegistry(request.version ?? 'latest', world);
  if (!pin.ok) return pin;
  const { integrity } = pin.value;
  const kept = request.version === undefined ? reasonToKeep(from, pin.value) : undefined;
  if (kept !== undefined) return ok({ from, to: from, integrity, kept });
  const to = `${PACKAGE}@${pin.value.version}`;
  const own = files.read(join(host.toolDirectory, 'dev'));
  if (!own.ok) return own;
  const text = withPin(launcher.value, pin.value, own.value ?? launcher.value);
  if (request.dryRun || text === launcher.value) return ok({ from, to, integrity });
  const written = files.writeAtomic(path, text, { mode: 0o755 });
  return written.ok ? ok({ from, to, integrity }) : written;
}
