import { pullServiceImage } from '../../engine/pull-image.ts';
import type { Failure } from '../../events/failure.ts';
import { gatherFacts } from '../../host/gather.ts';
import { type GatherWorld } from '../../host/gather-system.ts';
import { suiteOf } from '../../host/root-image.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { importArchive, packArchive, type RootImageOptions } from './root-archive.ts';

export type RootImageWorld = GatherWorld & Pick<World, 'clock' | 'terminal' | 'locks'>;

/** How the image came to be there. */
export type RootImageOrigin = 'present' | 'pulled' | 'made';

const LOCK_PATIENCE_MS = 900_000;

/**
 * Makes sure that the engine has the root image. It is pulled; where no registry answers, Debian's
 * is made from the distribution's package mirror under the same name. Two that do this at once do
 * it once; an interrupted run leaves no image, and its folder goes with the next run.
 */
export async function ensureRootImage(
  world: RootImageWorld,
  reference: string,
  options: RootImageOptions,
): Promise<Result<RootImageOrigin, Failure>> {
  const engine = await world.engine();
  const present = await engine.imageId(reference);
  if (!present.ok) return present;
  if (present.value !== undefined) return ok('present');

  return aloneAtRoots(reference, world, options, async () => {
    // Whoever was at it may have brought it.
    const meanwhile = await engine.imageId(reference);
    if (!meanwhile.ok) return meanwhile;
    if (meanwhile.value !== undefined) return ok('present');
    const refusal = await pull(world, reference, options);
    if (refusal === undefined) return ok('pulled');
    if (options.signal?.aborted === true) {
      return fail({ reason: 'interrupted', what: `interrupted while pulling ${reference}` });
    }
    return make(world, reference, refusal, options);
  });
}

/** Does what nobody else of this account does at the same time: all make root images in one place. */
export async function aloneAtRoots<T>(
  reference: string,
  { host, files, locks }: Pick<World, 'host' | 'files' | 'locks'>,
  { report, signal }: RootImageOptions,
  act: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const folder = `${host.environment['XDG_CACHE_HOME'] ?? `${host.home}/.cache`}/onestack`;
  const made = files.makeDirectory(folder);
  if (!made.ok) return made;
  const text = `waiting for another dev that gets ${reference}`;
  const lock = await locks.acquire(`${folder}/root-image`, 'make the root image', {
    patienceMs: LOCK_PATIENCE_MS,
    onWait: () => report({ kind: 'note', level: 'info', text }),
    ...(signal !== undefined && { signal }),
  });
  if (!lock.ok) return lock;
  try {
    return await act();
  } finally {
    await lock.value.release();
  }
}

/** Pulls the image; gives why that failed, undefined when it worked. */
async function pull(
  { clock, processes }: RootImageWorld,
  reference: string,
  { report, signal }: RootImageOptions,
): Promise<string | undefined> {
  const id = `pull ${reference}`;
  const startedAt = clock.steady();
  report({ kind: 'step-started', id, label: id });
  const onProgress = (detail: string): void => report({ kind: 'step-progress', id, detail });
  const refusal = await pullServiceImage({ reference }, { processes, clock, signal, onProgress });
  const durationMs = clock.steady() - startedAt;
  const outcome = refusal === undefined ? 'done' : 'failed';
  report({ kind: 'step-finished', id, label: id, outcome, durationMs });
  return (refusal?.trim().split('\n').at(-1) ?? refusal)?.replace(
    /^Error response from daemon: /,
    '',
  );
}

async function make(
  world: RootImageWorld,
  reference: string,
  refusal: string,
  options: RootImageOptions,
): Promise<Result<RootImageOrigin, Failure>> {
  const suite = suiteOf(reference);
  const failure = { reason: 'image' as const, what: `cannot pull ${reference}`, why: refusal };
  if (suite === undefined) {
    return fail({
      ...failure,
      cure: `Load it another way: docker load, or docker tag … ${reference}`,
    });
  }
  const facts = await gatherFacts(world);
  if (facts.apt === undefined || facts.endpoint.kind === 'elsewhere') {
    return fail({
      ...failure,
      cure:
        `Let the engine reach a registry (its proxy settings?), or make the image on a Debian ` +
        `machine and bring it: docker save ${reference}`,
    });
  }
  if (facts.privilege === 'none') {
    return fail({
      ...failure,
      cure: `dev makes it from Debian's packages when it is run as root or with sudo`,
    });
  }
  const archive = { reference, suite, refusal, facts };
  const packed = await packArchive(archive, world, options);
  if (!packed.ok) return packed;
  const imported = await importArchive(archive, world, options);
  return imported.ok ? ok('made') : imported;
}
