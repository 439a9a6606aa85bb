import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { loadHierarchy, type Hierarchy, type HierarchyRequest } from '../../images/hierarchy.ts';
import type { OwnImage } from '../../images/own-image.ts';
import { imageVersion } from '../../model/image-version.ts';
import { installFolder, type Module } from '../../model/module.ts';
import { DEV_FOLDER } from '../../model/places.ts';
import type { Project } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';

interface Imaged {
  readonly image: string;
}

/**
 * The hierarchy with the versions of its images that a project's modules and stages run on, and with
 * what modules' own Dockerfiles make.
 * @param plain it without them.
 * @param more further names of images that are wanted, `node@24`.
 */
export function projectHierarchy(
  plain: Result<Hierarchy, readonly Failure[]>,
  { modules, stages }: { readonly modules: readonly Module[]; readonly stages: readonly Imaged[] },
  request: HierarchyRequest,
  more: readonly string[] = [],
): Result<Hierarchy, readonly Failure[]> {
  const images = [...[...modules, ...stages].map(({ image }) => image), ...more];
  const versions = images.filter((name) => imageVersion(name) !== undefined);
  const own = ownImages(modules, request.projectRoot);
  if (!plain.ok || versions.length + own.length === 0) return plain;
  return loadHierarchy({ ...request, versions, own });
}

/** What of a project runs in images of the hierarchy. */
export function imagesRun({ modules, pipeline }: Pick<Project, 'modules' | 'pipeline'>) {
  return { modules, stages: pipeline.stages };
}

/** The images that modules run on, to tell their languages; of a wrong definition those that can be read. */
export function languageHierarchy(
  { modules, root }: { readonly modules: readonly Module[]; readonly root: string },
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<Hierarchy, readonly Failure[]> {
  const request = { files, projectRoot: root, toolDirectory: host.toolDirectory };
  return projectHierarchy(loadHierarchy(request), { modules, stages: [] }, request);
}

/** Each image once; what is installed in any module's folder is no part of one. */
function ownImages(modules: readonly Module[], root: string): readonly OwnImage[] {
  const written = modules.flatMap((module) => {
    const { install } = module;
    if (install === undefined) return [];
    const inProject = install.directories.filter((name) => !name.startsWith('/'));
    return inProject.map((name) => join(root, installFolder(module, install), name));
  });
  const withheld = [join(root, DEV_FOLDER), join(root, 'dev.settings.yaml'), ...written];
  const byName = new Map(
    modules.flatMap(({ image, build }) =>
      build === undefined ? [] : [[image, { name: image, build, withheld }] as const],
    ),
  );
  return [...byName.values()];
}
