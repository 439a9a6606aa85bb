import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Located } from '../project/locate.ts';
import { allTargets } from './targets.ts';
import { forgetOld, takeSnapshot } from './take-snapshot.ts';

/** A snapshot that was taken before data goes. */
export interface SavedData {
  readonly service: string;
  /** Of the snapshot. */
  readonly name: string;
}

/**
 * Saves the data of these services, of all with volumes where none is given: whoever removes it may have
 * meant another one. To be called with the project's lock.
 */
export async function saveBeforeReset(
  services: readonly string[] | undefined,
  request: { readonly located: Located; readonly yes: boolean },
  world: World,
  progress: Progress,
): Promise<Result<readonly SavedData[], Failure>> {
  const { located } = request;
  const [engine, data] = await Promise.all([world.engine(), world.dataFiles()]);
  const targets = await allTargets(located, world, engine);
  if (!targets.ok) return targets;
  const context = { ...request, world, engine, data, progress };
  const saved: SavedData[] = [];
  for (const target of targets.value) {
    const { service, volumes } = target;
    if (volumes.length === 0 || services?.includes(service) === false) continue;
    const taken = await takeSnapshot({ target, name: undefined, reason: 'reset' }, context);
    if (!taken.ok) {
      if (taken.failure.reason === 'interrupted') return taken;
      const what = `the data of ${service} could not be saved, so it stays: ${taken.failure.what}`;
      const cure = `--no-snapshot removes it without; then it is lost`;
      return fail({ ...taken.failure, what, cure });
    }
    const { name } = taken.value;
    const text = `the data of ${service} is kept: dev data restore ${service} --name ${name}`;
    progress.report({ kind: 'note', level: 'info', text });
    forgetOld(service, context);
    saved.push({ service, name });
  }
  return ok(saved);
}
