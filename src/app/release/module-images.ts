import type { Failure } from '../../events/failure.ts';
import type { BakedImages } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';
import { moduleImageReference, moduleKeys, type ModuleKeys } from '../../release/keys.ts';
import { committedPaths } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { openCommit } from './open-run.ts';
import { readSources } from './read-sources.ts';
import { packagesByModule } from './source-packages.ts';
import { volumeFolders } from './volume-folders.ts';
import { inWorkspace } from './workspace.ts';

/** The image of every module that runs, by module. */
export function moduleImages({
  project,
  keys,
}: {
  readonly project: string;
  readonly keys: ReadonlyMap<string, ModuleKeys>;
}): ReadonlyMap<string, string> {
  return new Map(
    [...keys].flatMap(([name, { image }]) =>
      image === undefined ? [] : [[name, moduleImageReference(project, name, image)] as const],
    ),
  );
}

/**
 * What the pipeline calls the images of the commit that is checked out, whether they are made yet or
 * not. By the commit's own definition: what is only in the working tree has no image.
 */
export async function commitImages(
  root: string,
  world: Pick<World, 'files' | 'host' | 'locks' | 'clock' | 'processes'>,
): Promise<Result<BakedImages, readonly Failure[]>> {
  const sources = await readSources(root, world);
  if (!sources.ok) return fail([sources.failure]);
  const place = { root, sources: sources.value, keepsLogs: false };
  return inWorkspace(place, world, async ({ folder }) => {
    const commit = await openCommit(sources.value, { root, folder }, world);
    if (!commit.ok) return commit;
    const { project, hierarchy } = commit.value;
    const references = new Map([...hierarchy].map(([name, { reference }]) => [name, reference]));
    const mountPoints = volumeFolders(project, sources.value, world.files);
    const packages = packagesByModule(project.modules, project.root, world.files);
    const keys = moduleKeys({
      ...{ ...project, sources: sources.value, references, mountPoints, packages },
    });
    const images = moduleImages({ project: project.name, keys });
    const { commit: hash } = sources.value;
    return ok({ commit: hash, images, committed: committedPaths(sources.value) });
  });
}
