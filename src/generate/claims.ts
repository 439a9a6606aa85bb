import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { isMapping } from '../model/plain.ts';
import { instanceFolder } from '../model/places.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { Locks } from '../ports/locks.ts';
import { ok, type Result } from '../util/result.ts';
import { personFolder } from './person-folder.ts';
import { ensurePrivate } from './private-folder.ts';
import { readState, writeState } from './state-file.ts';
import { readJson } from '../util/read-json.ts';

/** One folder's claim on a Compose project name of this machine. */
export interface Claim {
  /** `name:` of its dev.yaml. */
  readonly project: string;
  readonly instance: string;
  /** Of the instance's folder; undefined when a version of the tool wrote it that had none. */
  readonly id: string | undefined;
  /** Folder of the instance's sockets. */
  readonly sockets: string | undefined;
}

/** Claims by project folder. */
export type Claims = ReadonlyMap<string, Claim>;

export interface InstanceDeps {
  readonly files: Files;
  readonly host: Pick<Host, 'home' | 'environment' | 'uid'>;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly report: Report;
}

const LOCK_PATIENCE_MS = 10_000;
/** What nobody can guess: who brings it along has had it. */
export const INSTANCE_ID = /^[0-9a-f]{24}$/;

/** What Compose takes as a project's name. */
export const INSTANCE_NAME = /^[a-z0-9][a-z0-9_-]*$/;

/** The registry's text as data; undefined for anything else. */
export function parseRegistry(data: unknown): Claims | undefined {
  if (!isMapping(data)) return undefined;
  const claims = Object.entries(data).flatMap(([root, claim]): [string, Claim][] => {
    if (!isMapping(claim)) return [];
    const { project, instance, id, sockets } = claim;
    if (typeof project !== 'string' || typeof instance !== 'string') return [];
    const isId = typeof id === 'string' && INSTANCE_ID.test(id);
    const own = {
      id: isId ? id : undefined,
      sockets: typeof sockets === 'string' && sockets.startsWith('/') ? sockets : undefined,
    };
    return [[root, { project, instance, ...own }]];
  });
  return new Map(claims);
}

/** Where the claims of all folders are. */
export function registryPath(host: InstanceDeps['host']): string {
  return join(personFolder(host), 'instances.json');
}

export function readClaims(deps: InstanceDeps): Result<Claims, Failure> {
  const registry = readState(registryPath(deps.host), parseRegistry, deps);
  return registry.ok ? ok(registry.value ?? new Map()) : registry;
}

/** Reads, changes and writes the registry while nobody else does. */
export async function changeClaims<T>(
  deps: InstanceDeps,
  change: (registry: Claims) => Result<{ readonly registry: Claims; readonly value: T }, Failure>,
): Promise<Result<T, Failure>> {
  const { files, locks, host } = deps;
  const folder = personFolder(host);
  const made = ensurePrivate([folder, join(folder, 'instances')], files, host.uid);
  if (!made.ok) return made;
  const lock = await locks.acquire(join(folder, 'lock'), 'naming a project', {
    patienceMs: LOCK_PATIENCE_MS,
  });
  if (!lock.ok) return lock;
  try {
    const before = readClaims(deps);
    if (!before.ok) return before;
    const changed = change(before.value);
    if (!changed.ok) return changed;
    const { registry, value } = changed.value;
    const written = writeState(registryPath(host), Object.fromEntries(registry), files);
    return written.ok ? ok(value) : written;
  } finally {
    await lock.value.release();
  }
}

/** What an instance's folder says of itself. */
export interface InstanceRecord {
  /** The project folder that it was for last. */
  readonly root: string;
  readonly instance: string;
  /** What an older version left in `.dev` is still to be taken over. */
  readonly takesOver: boolean;
}

const recordPath = (host: InstanceDeps['host'], id: string): string =>
  join(instanceFolder(personFolder(host), id), 'instance.json');

function parseRecord(data: unknown): InstanceRecord | undefined {
  if (!isMapping(data)) return undefined;
  const { root, instance, takesOver } = data;
  if (typeof root !== 'string' || typeof instance !== 'string') return undefined;
  return { root, instance, takesOver: takesOver === true };
}

export function instanceRecord(
  id: string,
  { files, host }: Pick<InstanceDeps, 'files' | 'host'>,
): InstanceRecord | undefined {
  return parseRecord(readJson(recordPath(host, id), files));
}

/** Writes the record, and makes the folder where there is none. */
export function writeRecord(
  id: string,
  record: InstanceRecord,
  { files, host }: Pick<InstanceDeps, 'files' | 'host'>,
): Result<void, Failure> {
  const made = ensurePrivate([instanceFolder(personFolder(host), id)], files, host.uid);
  return made.ok ? writeState(recordPath(host, id), record, files) : made;
}

/**
 * The folder of an instance for a project folder, by what it says of itself: a version of the tool
 * that knows of no such folders writes the registry without their ids.
 */
export function idOfRoot(root: string, deps: Pick<InstanceDeps, 'files' | 'host'>) {
  const names = deps.files.list(join(personFolder(deps.host), 'instances'));
  return names.find((id) => INSTANCE_ID.test(id) && instanceRecord(id, deps)?.root === root);
}
