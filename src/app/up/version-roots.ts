import type { Failure } from '../../events/failure.ts';
import type { ImageBuild } from '../../images/plan.ts';
import { BASE_VERSIONS } from '../../model/image-version.ts';

/**
 * Why an image that builds begin with cannot be had; of a registry's that is the root of a version
 * (`os@node-24` of `node@24`) with the one that the distribution has.
 */
export function rootFailure(
  failure: Failure,
  root: string,
  builds: readonly Pick<ImageBuild, 'image'>[],
): Failure {
  const names = builds.flatMap(({ image }) => (image.externals.includes(root) ? [image.name] : []));
  for (const name of names) {
    const [, family = '', version = ''] = /@(\w+)-(.+)$/.exec(name) ?? [];
    const own = BASE_VERSIONS[family];
    if (own === undefined || failure.reason === 'interrupted') continue;
    const load = `docker load, or docker tag IMAGE ${root}`;
    return {
      ...failure,
      what: `${family}@${version} cannot be had: ${failure.what}`,
      cure: `Bring ${root} another way (${load}), or take Debian's: \`image: ${family}\` has ${own}`,
    };
  }
  return failure;
}
