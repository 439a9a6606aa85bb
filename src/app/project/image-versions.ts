import type { Failure } from '../../events/failure.ts';
import { loadHierarchy, type Hierarchy, type HierarchyRequest } from '../../images/hierarchy.ts';
import { imageVersion } from '../../model/image-version.ts';
import type { Project } from '../../model/project.ts';
import type { Result } from '../../util/result.ts';

/**
 * The hierarchy with the versions of its images that a project's modules and stages run on.
 * @param plain it without them.
 */
export function inVersions(
  plain: Result<Hierarchy, readonly Failure[]>,
  { modules, pipeline }: Pick<Project, 'modules' | 'pipeline'>,
  request: HierarchyRequest,
): Result<Hierarchy, readonly Failure[]> {
  const images = [...modules, ...pipeline.stages].map(({ image }) => image);
  const versions = images.filter((name) => imageVersion(name) !== undefined);
  return versions.length === 0 || !plain.ok ? plain : loadHierarchy({ ...request, versions });
}
