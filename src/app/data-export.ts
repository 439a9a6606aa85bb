import { join, resolve } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { runningContainer, type DataTarget } from './data/context.ts';
import { whileStopped } from './data/pause-holders.ts';
import { nameNotKept } from './data/export-name.ts';
import { howSaved } from './data/how-saved.ts';
import { saltOf } from './data/salt.ts';
import { saveDump } from './data/save-dump.ts';
import { dataStep } from './data/step.ts';
import { chosenTargets, noData } from './data/targets.ts';
import { holdVolume, workIn } from './data/volume-container.ts';
import { saveVolume } from './data/volume-files.ts';
import { noFolderFor } from './project/named-file.ts';
import { dataContext, withTargets, type DataRequest } from './data-open.ts';

export interface ExportData extends Omit<DataRequest, 'services'> {
  readonly service: string;
  readonly file: string;
  readonly dryRun: boolean;
}

/** What `dev data export` wrote. */
export interface Exported {
  readonly service: string;
  readonly file: string;
  readonly how: string;
  readonly bytes: number | undefined;
}

/** Writes a service's data to a file for others: SQL of a database, an archive of a volume. */
export async function exportData(
  request: ExportData,
  world: World,
  progress: Progress,
): Promise<Result<Exported, Failure>> {
  const notSo = nameNotKept(request.file);
  if (notSo !== undefined) return fail(notSo);
  const opened = await dataContext(request, world, progress);
  if (!opened.ok) return opened;
  const context = opened.value;
  const { service, file } = request;
  const path = resolve(world.host.workingDirectory, file);
  if (world.files.stat(path) !== undefined) {
    return fail({ reason: 'usage', what: `${file} is there already`, cure: 'Name a new file' });
  }
  const nowhere = noFolderFor(path, world);
  if (nowhere !== undefined) return fail(nowhere);
  const packing = file.endsWith('.gz') || file.endsWith('.tgz') ? 'gzip' : 'none';
  const work = async ([target]: readonly DataTarget[]): Promise<Result<Exported, Failure>> => {
    if (target === undefined) return fail(noData(service));
    const dump = target.kind?.dump;
    const container = runningContainer(target);
    const [volume] = target.volumes;
    const how = howSaved(target);
    if (request.dryRun) return ok({ service, file, how, bytes: undefined });
    const folder = resolve(path, '..');
    const name = `.onestack-export-${saltOf()}`;
    const place = { folder, name, packing } as const;
    const label = `${dump?.tool ?? 'copy'} of ${service}`;
    const saved = await dataStep(label, context, async (onBytes) => {
      if (dump !== undefined && container !== undefined) {
        const ask = { service, containerId: container.id, dump, ...place, onBytes };
        const done = await saveDump(ask, context);
        return done.ok ? ok(done.value.file) : done;
      }
      if (volume === undefined || target.volumes.length > 1) return fail(noData(service));
      const { name: held } = volume;
      // As a snapshot is taken: whoever writes meanwhile would leave files that do not fit each other.
      return holdVolume(held, context, (containerId) =>
        whileStopped([held], context, () =>
          workIn(held, containerId, context, () =>
            saveVolume({ volume: held, containerId, ...place, onBytes }, context),
          ),
        ),
      );
    });
    const temporary = join(folder, name);
    const settled = saved.ok ? await context.data.settle(temporary, path) : saved;
    if (!settled.ok) {
      world.files.remove(temporary);
      return settled;
    }
    return ok({ service, file, how, bytes: saved.ok ? saved.value.bytes : undefined });
  };
  const mustRun = ({ kind }: DataTarget): boolean => kind?.dump !== undefined;
  if (!request.dryRun) return withTargets([service], context, mustRun, work);
  const targets = await chosenTargets([service], context.located, world, context.engine);
  return targets.ok ? work(targets.value) : targets;
}
