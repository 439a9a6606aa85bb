import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { suiteOf } from '../../host/root-image.ts';
import type { ImageBuild } from '../../images/plan.ts';
import { BASE_VERSIONS } from '../../model/image-version.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureRootImage } from '../machine/ensure-root-image.ts';

/**
 * Gets the registry's images that versions of base images begin with, before anything is built: what
 * cannot be had is known then, and not after minutes.
 */
export async function bringVersionRoots(
  builds: readonly Pick<ImageBuild, 'image'>[],
  { yes }: { readonly yes: boolean },
  world: World,
  { report, signal }: Progress,
): Promise<Result<void, readonly Failure[]>> {
  const roots = new Map(
    builds.flatMap(({ image }) =>
      image.name.includes('@')
        ? image.externals.flatMap((root) =>
            suiteOf(root) === undefined ? [[root, image.name] as const] : [],
          )
        : [],
    ),
  );
  const failures: Failure[] = [];
  for (const [root, name] of roots) {
    const brought = await ensureRootImage(world, root, { yes, report, signal });
    if (!brought.ok) failures.push(withDistribution(brought.failure, root, name));
  }
  return failures.length > 0 ? fail(failures) : ok(undefined);
}

/** `os@node-24` is the root of `node@24`; the distribution has a version, too. */
function withDistribution(failure: Failure, root: string, name: string): Failure {
  const [, family = '', version = ''] = /@(\w+)-(.+)$/.exec(name) ?? [];
  const own = BASE_VERSIONS[family];
  if (own === undefined) return failure;
  const load = `docker load, or docker tag IMAGE ${root}`;
  return {
    ...failure,
    what: `${family}@${version} cannot be had: ${failure.what}`,
    cure: `Bring ${root} another way (${load}), or take Debian's: \`image: ${family}\` has ${own}`,
  };
}
