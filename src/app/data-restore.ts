import { join, resolve } from 'node:path';
import { versionProblem } from '../data/versions.ts';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { runningContainer, type DataContext, type DataTarget } from './data/context.ts';
import { whileKept } from './data/keep-old.ts';
import { loadDump, UNCHANGED, type LoadedDump } from './data/load-dump.ts';
import { findSnapshot, listSnapshots, snapshotFolder } from './data/repository.ts';
import { restoreVolumes } from './data/restore-volumes.ts';
import { saltOf } from './data/salt.ts';
import { databaseVersion } from './data/server-version.ts';
import { dataStep } from './data/step.ts';
import { chosenTargets, noData } from './data/targets.ts';
import { dataContext, withTargets, type NamedData } from './data-open.ts';

export interface RestoreData extends NamedData {
  /** Whether what is there is saved first. */
  readonly keepsOld: boolean;
}

/** What `dev data restore` and `import` did, or would do. */
export interface Restored {
  readonly service: string;
  /** Of what: a snapshot's name, a file. */
  readonly from: string;
  readonly engineVersion: string | undefined;
  /** Name of the snapshot of what was there; undefined where none was taken. */
  readonly kept: string | undefined;
  readonly tables: number | undefined;
  readonly rows: number | undefined;
  /** How much it is, in words; undefined for files. */
  readonly counted: string | undefined;
  /** What of the dump was left out, in words. */
  readonly left: readonly string[];
}

const NOTHING_COUNTED = { tables: undefined, rows: undefined, counted: undefined } as const;

interface Source {
  readonly called: string;
  readonly path: string;
  readonly mayBeEmpty: boolean;
  readonly rows: ReadonlyMap<string, number> | undefined;
  readonly onSwap: () => void;
}

/** Loads a dump into the service's database. */
async function load(
  target: DataTarget,
  source: Source,
  version: string | undefined,
  context: DataContext,
): Promise<Result<LoadedDump, Failure>> {
  const { service, kind } = target;
  const container = runningContainer(target);
  const dump = kind?.dump;
  if (container === undefined || dump === undefined) {
    const what = `${service} does not run, so no dump can be loaded into it`;
    return fail({ reason: 'service', what, cure: `dev up ${service}` });
  }
  const opened = await context.data.open(source.path);
  if (!opened.ok) return fail({ cure: UNCHANGED, ...opened.failure });
  const { called, mayBeEmpty, rows, onSwap } = source;
  const request = { service, containerId: container.id, dump, called, mayBeEmpty, version, onSwap };
  return dataStep(
    `loading ${called} into ${service}`,
    context,
    (onBytes) =>
      loadDump({ ...request, opened: opened.value, salt: saltOf(), onBytes }, rows, context),
    opened.value.bytes,
  );
}

function tooNew(snapshot: Snapshot, why: string): Failure {
  return {
    reason: 'usage',
    what: `the snapshot ${snapshot.name} cannot go into ${snapshot.service}`,
    why,
    cure: 'Run the version that it was taken of, or take a dump of it there: dev data export',
  };
}

async function restoreOne(
  target: DataTarget,
  snapshot: Snapshot,
  { dryRun, keepsOld }: RestoreData,
  context: DataContext,
): Promise<Result<Restored, Failure>> {
  const { service } = target;
  const { name, method, files, engineVersion, rows } = snapshot;
  // To ask it is to start a program.
  const version = dryRun ? undefined : await databaseVersion(target, context);
  const why = versionProblem(method, engineVersion, version);
  if (why !== undefined) return fail(tooNew(snapshot, why));
  const plain = {
    service,
    from: name,
    engineVersion,
    left: [],
    ...NOTHING_COUNTED,
  };
  if (dryRun) return ok({ ...plain, kept: undefined });
  const folder = snapshotFolder(context.located.places, snapshot);
  for (const file of files) {
    const there = await context.data.measure(join(folder, file.name), 'gzip');
    if (!there.ok) return there;
    if (there.value.sha256 === file.sha256) continue;
    const what = `the snapshot ${name} of ${service} is damaged: ${join(folder, file.name)}`;
    return fail({ reason: 'files', what, cure: 'Restore another one: dev data list' });
  }
  const replaced = await whileKept<Partial<LoadedDump>>(
    target,
    keepsOld,
    context,
    async (onSwap) => {
      if (method === 'volumes') {
        const sources = files.map((file) => ({
          ...{ called: `${name} (${file.volume ?? file.name})`, path: join(folder, file.name) },
          ...{ key: file.volume ?? '', contents: file.contents },
        }));
        const restored = await restoreVolumes(target, sources, saltOf(), context, onSwap);
        return restored.ok ? ok({}) : restored;
      }
      const [file] = files;
      if (file === undefined) return fail(noData(service));
      const path = join(folder, file.name);
      const expected = new Map(Object.entries(rows ?? {}));
      const source = { called: `snapshot ${name}`, path, mayBeEmpty: true, rows: expected };
      return load(target, { ...source, onSwap }, version, context);
    },
  );
  if (!replaced.ok) return replaced;
  return ok({ ...plain, ...replaced.value.value, kept: replaced.value.kept });
}

/** Brings saved data back. */
export async function restoreData(
  request: RestoreData,
  world: World,
  progress: Progress,
): Promise<Result<readonly Restored[], Failure>> {
  const opened = await dataContext(request, world, progress);
  if (!opened.ok) return opened;
  const context = opened.value;
  const all = listSnapshots(context.located.places, world.files);
  const saved = [...new Set(all.map(({ service }) => service))].sort();
  const named = request.services.length > 0 ? request.services : saved;
  const snapshots = new Map<string, Snapshot>();
  for (const service of named) {
    const found = findSnapshot(service, request.name, all);
    if (found.ok) snapshots.set(service, found.value);
    else if (request.services.length > 0) return found;
  }
  if (snapshots.size === 0) {
    const what = `there is no snapshot${request.name === undefined ? '' : ` ${request.name}`}`;
    return fail({ reason: 'usage', what, cure: 'dev data list shows those that there are' });
  }
  const services = [...snapshots.keys()];
  const mustRun = ({ service }: DataTarget): boolean => snapshots.get(service)?.method === 'dump';
  const work = async (
    targets: readonly DataTarget[],
  ): Promise<Result<readonly Restored[], Failure>> => {
    const restored: Restored[] = [];
    for (const target of targets) {
      const snapshot = snapshots.get(target.service);
      if (snapshot === undefined) continue;
      const one = await restoreOne(target, snapshot, request, context);
      if (!one.ok) return one;
      restored.push(one.value);
    }
    return ok(restored);
  };
  if (!request.dryRun) return withTargets(services, context, mustRun, work);
  const targets = await chosenTargets(services, context.located, world, context.engine);
  return targets.ok ? work(targets.value) : targets;
}

export interface ImportData extends Omit<RestoreData, 'name' | 'services'> {
  readonly service: string;
  /** As it was typed. */
  readonly file: string;
}

/** Takes somebody's dump in the place of the service's data. */
export async function importData(
  request: ImportData,
  world: World,
  progress: Progress,
): Promise<Result<Restored, Failure>> {
  const opened = await dataContext(request, world, progress);
  if (!opened.ok) return opened;
  const context = opened.value;
  const { service, file, keepsOld } = request;
  const path = resolve(world.host.workingDirectory, file);
  // Before anything is started for it.
  const looked = await context.data.open(path);
  if (!looked.ok) return fail({ cure: UNCHANGED, ...looked.failure });
  const iterator = looked.value.contents[Symbol.asyncIterator]();
  await iterator.return?.();
  const plain = { service, from: file, left: [], ...NOTHING_COUNTED };
  const work = async ([target]: readonly DataTarget[]): Promise<Result<Restored, Failure>> => {
    if (target === undefined) return fail(noData(service));
    const dump = target.kind?.dump;
    const [volume] = target.volumes;
    if (dump === undefined && (volume === undefined || target.volumes.length > 1)) {
      return fail(noData(service));
    }
    // To ask for the version is to start a program.
    if (request.dryRun) return ok({ ...plain, engineVersion: undefined, kept: undefined });
    const engineVersion = await databaseVersion(target, context);
    const replaced = await whileKept<Partial<LoadedDump>>(
      target,
      keepsOld,
      context,
      async (onSwap) => {
        if (dump === undefined && volume !== undefined) {
          const source = { called: file, path, key: volume.key, contents: undefined };
          const restored = await restoreVolumes(target, [source], saltOf(), context, onSwap);
          return restored.ok ? ok({}) : restored;
        }
        const source = { called: file, path, mayBeEmpty: false, rows: undefined };
        return load(target, { ...source, onSwap }, engineVersion, context);
      },
    );
    if (!replaced.ok) return replaced;
    const { value, kept } = replaced.value;
    return ok({ ...plain, engineVersion, ...value, kept });
  };
  const mustRun = ({ kind }: DataTarget): boolean => kind?.dump !== undefined;
  if (!request.dryRun) return withTargets([service], context, mustRun, work);
  const targets = await chosenTargets([service], context.located, world, context.engine);
  return targets.ok ? work(targets.value) : targets;
}
