import { shownPlace } from '../../compose/source.ts';
import { nodeAt, type MapNode } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import { baseImageOf } from '../../generate/tool-edits.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import { baseImageName } from '../../images/reference.ts';
import {
  contextFolder,
  dockerfileBases,
  readServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import { BASE_VERSIONS, imageVersion } from '../../model/image-version.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Base images that a service's Dockerfile begins with or copies from. */
function basesOf(service: PlainMapping, files: Pick<Files, 'read'>): readonly string[] {
  const build = buildOf(service);
  if (build === undefined || (contextFolder(build) ?? build['dockerfile_inline']) === undefined) {
    return [];
  }
  const dockerfile = readServiceDockerfile(build, files);
  // What cannot be read is told where it is built.
  if (!dockerfile.ok || dockerfile.value === undefined) return [];
  return dockerfileBases(dockerfile.value, build).flatMap((one) => baseImageName(one) ?? []);
}

/**
 * Versions of base images that only services name, in a Compose file (`image: onestack/node@24`) or in
 * their Dockerfiles: what the hierarchy has to have besides those of modules.
 */
export function namedVersions(
  document: PlainMapping,
  root: MapNode,
  hierarchy: Hierarchy,
  files: Pick<Files, 'read'>,
): Result<readonly string[], readonly Failure[]> {
  const found = new Set<string>();
  const failures: Failure[] = [];
  for (const [name, service] of Object.entries(mappingAt(document, 'services'))) {
    if (!isMapping(service)) continue;
    const image = baseImageOf(service);
    const named = image === undefined ? [] : [[image, ['services', name, 'image']] as const];
    const bases = basesOf(service, files).map((one) => [one, ['services', name, 'build']] as const);
    for (const [wanted, path] of [...named, ...bases]) {
      const family = imageVersion(wanted)?.family;
      if (family === undefined || hierarchy.has(wanted)) continue;
      if (hierarchy.has(family) && BASE_VERSIONS[family] !== undefined) {
        found.add(wanted);
        continue;
      }
      const at = nodeAt(root, path)?.at;
      failures.push({
        reason: 'definition',
        what: `there is no base image ${wanted}`,
        why: `the service ${name}${at === undefined ? '' : ` (${shownPlace(at)})`} wants onestack/${wanted}`,
        cure: `In versions there are ${Object.keys(BASE_VERSIONS).join(', ')}: onestack/node@24`,
      });
    }
  }
  return failures.length > 0 ? fail(failures) : ok([...found]);
}
