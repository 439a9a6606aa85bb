import { parse } from 'yaml';
import type { Layer } from '../../compose/load/merge.ts';
import type { Failure } from '../../events/failure.ts';
import { instantiate, loadCatalogue, type CatalogueEntry } from '../../generate/catalogue.ts';
import type { Hierarchy } from '../../images/hierarchy.ts';
import { withBases } from '../../images/plan.ts';
import { baseImageName } from '../../images/reference.ts';
import { mappingAt } from '../../model/plain.ts';
import type { Project } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** The ready services that the project takes, each under the project's name for it. */
export function catalogueLayers(
  project: Pick<Project, 'root' | 'services'>,
  hierarchy: Hierarchy,
  { files, host }: Pick<World, 'files' | 'host'>,
): Result<readonly Layer[], readonly Failure[]> {
  const catalogue = loadCatalogue(files, {
    root: project.root,
    toolDirectory: host.toolDirectory,
  });
  const layers: Layer[] = [];
  const failures: Failure[] = [];
  for (const [service, name] of project.services) {
    const entry = catalogue.get(name);
    // Unknown names were refused when dev.yaml was read.
    if (entry === undefined) continue;
    const layer = instantiate(entry, service, files);
    if (!layer.ok) {
      failures.push(...layer.failure);
      continue;
    }
    layers.push(layer.value);
    const other = otherImage(service, entry, hierarchy, files);
    if (other !== undefined) failures.push(other);
  }
  return failures.length > 0 ? fail(failures) : ok(layers);
}

/**
 * A project may replace the image of a ready service, but with one of its kind: an image that only
 * happens to have the name would be an unhealthy service after minutes. Its health check tells.
 */
function otherImage(
  service: string,
  entry: CatalogueEntry,
  hierarchy: Hierarchy,
  files: World['files'],
): Failure | undefined {
  const text = files.read(entry.path);
  // It was read, and is valid: else it would not have become a layer.
  const known: unknown = parse(text.ok ? (text.value ?? '') : '');
  const definition = mappingAt(mappingAt(known, 'services'), 'service');
  const written = definition['image'];
  const name = typeof written === 'string' ? baseImageName(written) : undefined;
  const image = name === undefined ? undefined : hierarchy.get(name);
  const { test } = mappingAt(definition, 'healthcheck');
  const [, program] = Array.isArray(test) && test[0] === 'CMD' ? (test as unknown[]) : [];
  if (image?.origin !== 'project' || typeof program !== 'string') return undefined;
  const has = withBases([image.name], hierarchy).some(
    ({ dockerfile, directory }) =>
      dockerfile.includes(program) || files.list(directory).includes(program),
  );
  if (has) return undefined;
  const folder = `base-images/${image.name}`;
  return {
    reason: 'definition',
    what: `services.${service}: ${entry.name} of the catalogue runs onestack/${image.name}, and that is your ${folder} here`,
    why: `Its health check is ${program}, which ${folder} does not have: the service would never be healthy`,
    cure: `Rename the folder ${folder} (and the image: where you use it), bring ${program} along, or write an entry of your own: compose/services/NAME.yaml`,
  };
}
