import { basename, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { isMapping } from '../model/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { Locks } from '../ports/locks.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { personFolder } from './person-folder.ts';
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
/** Files that make a project of a folder; `.env` may name a Compose file of any name. */
const PROJECT_FILES = /^(?:dev\.yaml|(?:docker-)?compose\.ya?ml|\.env)$/;
/** What Compose takes as a project's name. */
const INSTANCE_NAME = /^[a-z0-9][a-z0-9_-]*$/;

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

async function changeRegistry<T>(
  deps: InstanceDeps,
  change: (registry: Registry) => { readonly registry: Registry; readonly value: T },
): Promise<Result<T, Failure>> {
  const { files, locks } = deps;
  const folder = personFolder(deps.host);
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

function registryOf(deps: InstanceDeps): Result<Registry, Failure> {
  const path = join(personFolder(deps.host), 'instances.json');
  const registry = readState(path, parseRegistry, deps);
  return registry.ok ? ok(registry.value ?? new Map()) : registry;
}

/** Whether a folder is a project still: one whose `dev.yaml` or Compose file is gone is none. */
function isProject(folder: string, files: Pick<Files, 'list'>): boolean {
  return files.list(folder).some((name) => PROJECT_FILES.test(name));
}

/** Other folders that are still there, with their claims. */
function others(
  root: string,
  registry: Registry,
  { files }: InstanceDeps,
): readonly (readonly [string, Claim])[] {
  return [...registry].filter(([folder]) => folder !== root && isProject(folder, files));
}

/** Where a folder says itself what it was called when it was up last. */
export function instanceFile(root: string): string {
  return join(root, '.dev/state/instance');
}

/**
 * The name that a folder has: the one that it claimed, or, when it was moved here, the one that it
 * brought along. A copy of a folder that is still there has none.
 */
function nameOf(root: string, registry: Registry, deps: InstanceDeps): string | undefined {
  const claimed = registry.get(root)?.instance;
  if (claimed !== undefined) return claimed;
  const text = deps.files.read(instanceFile(root));
  const brought = text.ok ? text.value?.trim() : undefined;
  if (brought === undefined || !INSTANCE_NAME.test(brought)) return undefined;
  const isTaken = others(root, registry, deps).some(([, { instance }]) => instance === brought);
  return isTaken ? undefined : brought;
}

/**
 * The Compose project name that this folder has; undefined when it has not been up yet.
 * @param root absolute, symlinks resolved.
 */
export function knownInstance(
  root: string,
  deps: InstanceDeps,
): Result<string | undefined, Failure> {
  const registry = registryOf(deps);
  return registry.ok ? ok(nameOf(root, registry.value, deps)) : registry;
}

/**
 * The Compose project name of a folder: two clones or worktrees of one project have different ones,
 * and each keeps its own, also when `.dev` is deleted, or the folder is moved, or the project gets
 * another name: its data is called so. Names of folders that are gone are free again.
 */
export async function claimInstance(
  root: string,
  project: string,
  deps: InstanceDeps,
): Promise<Result<string, Failure>> {
  const known = registryOf(deps);
  if (!known.ok) return known;
  const claim = known.value.get(root);
  if (claim?.project === project) return ok(claim.instance);
  if (!INSTANCE_NAME.test(project)) {
    return fail({ reason: 'definition', what: `${project} is no name for a project` });
  }
  const claimed = await changeRegistry(deps, (registry) => {
    const instance = expectedName(root, project, registry, deps);
    const claims = new Map([...others(root, registry, deps), [root, { project, instance }]]);
    return { registry: claims, value: instance };
  });
  if (claimed.ok && claim !== undefined) {
    const text = `goes on as ${claimed.value}, the name of its data; "dev clean --volumes" gives it back`;
    deps.report({ kind: 'note', level: 'info', text });
  }
  return claimed;
}

function expectedName(
  root: string,
  project: string,
  registry: Registry,
  deps: InstanceDeps,
): string {
  const taken = new Set(others(root, registry, deps).map(([, { instance }]) => instance));
  return nameOf(root, registry, deps) ?? freeInstanceName(project, root, taken);
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
  const registry = registryOf(deps);
  return registry.ok ? ok(expectedName(root, project, registry.value, deps)) : registry;
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
