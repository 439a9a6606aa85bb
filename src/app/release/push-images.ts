import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import type { Release, ReleasedImage } from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { publishImage } from './push.ts';

type Named = readonly [name: string, image: ReleasedImage];
type Pushed = Result<readonly Named[], Failure>;

/** One push, told as a step. */
async function pushOne(
  [name, image]: Named,
  registry: string,
  world: World,
  progress: Progress,
): Promise<Result<Named, Failure>> {
  const step = { id: `push:${name}`, label: `push ${name}` };
  const startedAtMs = world.clock.steady();
  progress.report({ kind: 'step-started', ...step });
  const digest = await publishImage({ name, image, registry }, world, progress);
  const outcome = digest.ok ? 'done' : 'failed';
  const durationMs = world.clock.steady() - startedAtMs;
  progress.report({ kind: 'step-finished', ...step, outcome, durationMs });
  return digest.ok ? ok([name, { ...image, digest: digest.value }]) : digest;
}

async function pushInTurn(
  images: readonly Named[],
  registry: string,
  world: World,
  progress: Progress,
): Promise<Pushed> {
  const pushed: Named[] = [];
  for (const image of images) {
    const one = await pushOne(image, registry, world, progress);
    if (!one.ok) return one;
    pushed.push(one.value);
  }
  return ok(pushed);
}

/** Those of one base image together. */
function byBase(images: Release['images']): readonly (readonly Named[])[] {
  const groups = new Map<string, Named[]>();
  for (const [name, image] of Object.entries(images)) {
    groups.set(image.base.id, [...(groups.get(image.base.id) ?? []), [name, image]]);
  }
  return [...groups.values()];
}

/**
 * Images into the registry, each by its key first. Those of different base images at once; those of one
 * in turn: the first brings the layers that all of them have, which the engine would pack for each anew.
 */
export async function pushImages(
  { registry, images }: Omit<Release, 'documents'>,
  world: World,
  progress: Progress,
): Promise<Result<Release['images'], readonly Failure[]>> {
  if (registry === undefined) return ok(images);
  const groups = byBase(images).map((group) => pushInTurn(group, registry, world, progress));
  const pushed: Named[] = [];
  const failures: Failure[] = [];
  for (const group of await Promise.all(groups)) {
    if (group.ok) pushed.push(...group.value);
    else failures.push(group.failure);
  }
  if (failures.length > 0) return fail(failures);
  const digests = new Map(pushed);
  return ok(
    Object.fromEntries(
      Object.entries(images).map(([name, one]) => [name, digests.get(name) ?? one]),
    ),
  );
}
