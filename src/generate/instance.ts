import { basename, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { isMapping } from '../model/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { Locks } from '../ports/locks.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { readState, writeState } from './state-file.ts';

/** One folder's claim on a Compose project name of this machine. */
interface Claim {
  /** `name:` of its dev.yaml. */
  readonly project: string;
  readonly instance: string;
}

type Registry = ReadonlyMap<string, Claim>;

export interface InstanceDeps {
  readonly files: Files;
  readonly host: Pick<Host, 'home' | 'environment'>;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly report: Report;
}

const LOCK_PATIENCE_MS = 10_000;

function parseRegistry(data: unknown): Registry | undefined {
  if (!isMapping(data)) return undefined;
  const claims = Object.entries(data).flatMap(([root, claim]): [string, Claim][] => {
    if (!isMapping(claim)) return [];
    const { project, instance } = claim;
    if (typeof project !== 'string' || typeof instance !== 'string') return [];
    return [[root, { project, instance }]];
  });
  return new Map(claims);
}

/** A folder name as a part of a Compose project name: `My Clone` → `my-clone`. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
}

/**
 * The name for a folder: the project's own when nobody else has it, else with the folder's name,
 * else with a number.
 * @param taken names of other folders.
 */
export function freeInstanceName(
  project: string,
  root: string,
  taken: ReadonlySet<string>,
): string {
  if (!taken.has(project)) return project;
  const folder = slug(basename(root));
  const withFolder = folder.startsWith(`${project}-`) ? folder : `${project}-${folder}`;
  if (folder !== '' && folder !== project && !taken.has(withFolder)) return withFolder;
  let number = 2;
  while (taken.has(`${project}-${String(number)}`)) number += 1;
  return `${project}-${String(number)}`;
}

function registryFolder({ home, environment }: InstanceDeps['host']): string {
  const state = environment['XDG_STATE_HOME'];
  const isSet = state !== undefined && state.startsWith('/');
  return join(isSet ? state : join(home, '.local/state'), 'onestack');
}

async function changeRegistry<T>(
  deps: InstanceDeps,
  change: (registry: Registry) => { readonly registry: Registry; readonly value: T },
): Promise<Result<T, Failure>> {
  const { files, locks } = deps;
  const folder = registryFolder(deps.host);
  const made = files.makeDirectory(folder, { mode: 0o700 });
  if (!made.ok) return made;
  const path = join(folder, 'instances.json');
  const lock = await locks.acquire(join(folder, 'lock'), 'naming a project', {
    patienceMs: LOCK_PATIENCE_MS,
  });
  if (!lock.ok) return lock;
  try {
    const before = readState(path, parseRegistry, deps);
    if (!before.ok) return before;
    const { registry, value } = change(before.value ?? new Map());
    const written = writeState(path, Object.fromEntries(registry), files);
    return written.ok ? ok(value) : written;
  } finally {
    await lock.value.release();
  }
}

function claimOf(root: string, deps: InstanceDeps): Result<Claim | undefined, Failure> {
  const path = join(registryFolder(deps.host), 'instances.json');
  const registry = readState(path, parseRegistry, deps);
  return registry.ok ? ok(registry.value?.get(root)) : registry;
}

/**
 * The Compose project name that this folder has claimed; undefined when it has not been up yet.
 * @param root absolute, symlinks resolved.
 */
export function knownInstance(
  root: string,
  deps: InstanceDeps,
): Result<string | undefined, Failure> {
  const claim = claimOf(root, deps);
  return claim.ok ? ok(claim.value?.instance) : claim;
}

/**
 * The Compose project name of a folder: two clones or worktrees of one project have different ones,
 * and each keeps its own, also when `.dev` is deleted. Names of folders that are gone are free again.
 */
export async function claimInstance(
  root: string,
  project: string,
  deps: InstanceDeps,
): Promise<Result<string, Failure>> {
  const known = claimOf(root, deps);
  if (!known.ok) return known;
  if (known.value?.project === project) return ok(known.value.instance);
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(project)) {
    return fail({ reason: 'definition', what: `${project} is no name for a project` });
  }
  return changeRegistry(deps, (registry) => {
    const others = [...registry].filter(
      ([folder]) => folder !== root && deps.files.exists(join(folder, 'dev.yaml')),
    );
    const taken = new Set(others.map(([, { instance }]) => instance));
    const instance = freeInstanceName(project, root, taken);
    return { registry: new Map([...others, [root, { project, instance }]]), value: instance };
  });
}

/**
 * The Compose project name that a folder has or would get, for commands that change nothing.
 * @param project `name:` of its dev.yaml.
 */
export function expectedInstance(
  root: string,
  project: string,
  deps: InstanceDeps,
): Result<string, Failure> {
  const path = join(registryFolder(deps.host), 'instances.json');
  const registry = readState(path, parseRegistry, deps);
  if (!registry.ok) return registry;
  const claim = registry.value?.get(root);
  if (claim?.project === project) return ok(claim.instance);
  const taken = otherNames(root, registry.value ?? new Map(), deps);
  return ok(freeInstanceName(project, root, taken));
}

/** Names of other folders that are still there. */
function otherNames(
  root: string,
  registry: Registry,
  { files }: InstanceDeps,
): ReadonlySet<string> {
  const others = [...registry].filter(
    ([folder]) => folder !== root && files.exists(join(folder, 'dev.yaml')),
  );
  return new Set(others.map(([, { instance }]) => instance));
}

/** Gives a folder's name back: `dev clean`. */
export async function releaseInstance(
  root: string,
  deps: InstanceDeps,
): Promise<Result<void, Failure>> {
  return changeRegistry(deps, (registry) => ({
    registry: new Map([...registry].filter(([folder]) => folder !== root)),
    value: undefined,
  }));
}
