import type { Failure } from '../../events/failure.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { DataContext, DataTarget, DataVolume } from './context.ts';
import { whileMarked } from './cut-restore.ts';
import { whileStopped } from './pause-holders.ts';
import { dataStep } from './step.ts';
import { withVolume } from './volume-container.ts';
import { checkArchive, swapVolume, unpackBeside } from './volume-files.ts';

/** An archive and the volume that it goes into. */
export interface VolumeSource {
  /** As people know it. */
  readonly called: string;
  /** Absolute. */
  readonly path: string;
  /** What the project's file calls the volume. */
  readonly key: string;
  /** sha256 of the unpacked archive, where it is known. */
  readonly contents: string | undefined;
}

function noVolume(service: string, key: string): Failure {
  return {
    reason: 'usage',
    what: `${service} has no volume ${key} any more`,
    why: 'the snapshot is of a definition that had it',
    cure: 'Bring the volume back into the definition, dev up, then restore',
  };
}

/** Unpacks one source after the other beside, each in a container of its own; then swaps all. */
async function stage(
  sources: readonly (VolumeSource & { readonly volume: DataVolume })[],
  salt: string,
  context: DataContext,
  then: (
    swaps: readonly (() => Promise<Result<void, Failure>>)[],
  ) => Promise<Result<void, Failure>>,
  swaps: readonly (() => Promise<Result<void, Failure>>)[] = [],
): Promise<Result<void, Failure>> {
  const [source, ...rest] = sources;
  if (source === undefined) return then(swaps);
  const { called, path, contents } = source;
  const volume = source.volume.name;
  return withVolume(volume, context, async (containerId) => {
    const looked = await context.data.open(path);
    if (!looked.ok) return looked;
    const checked = await checkArchive(containerId, called, looked.value, context);
    if (!checked.ok) return checked;
    const opened = await context.data.open(path);
    if (!opened.ok) return opened;
    const request = { volume, containerId, called, opened: opened.value, contents, salt };
    const unpacked = await dataStep(
      `unpacking ${called}`,
      context,
      (onBytes) => unpackBeside({ ...request, onBytes }, context),
      opened.value.bytes,
    );
    if (!unpacked.ok) return unpacked;
    return stage(rest, salt, context, then, [...swaps, () => swapVolume(request, context)]);
  });
}

/**
 * Puts archives into a service's volumes: unpacked beside and compared first, and swapped while nobody
 * has them. What goes wrong before the swap changes nothing.
 * @param onSwap called before that.
 */
export async function restoreVolumes(
  target: DataTarget,
  sources: readonly VolumeSource[],
  salt: string,
  context: DataContext,
  onSwap: () => void,
): Promise<Result<void, Failure>> {
  const placed: (VolumeSource & { readonly volume: DataVolume })[] = [];
  for (const source of sources) {
    const volume = target.volumes.find(({ key }) => key === source.key);
    if (volume === undefined) return fail(noVolume(target.service, source.key));
    placed.push({ ...source, volume });
  }
  const names = placed.map(({ volume }) => volume.name);
  return whileMarked(names, context, () =>
    stage(placed, salt, context, (swaps) =>
      whileStopped(names, context, async () => {
        onSwap();
        for (const swap of swaps) {
          const swapped = await swap();
          if (!swapped.ok) return swapped;
        }
        return ok(undefined);
      }),
    ),
  );
}
