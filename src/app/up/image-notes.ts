import { shownPlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import { baseImageName } from '../../images/reference.ts';
import { findImage } from '../../images/service-reference.ts';
import { givenWay } from '../../init/given-way.ts';
import { imageFacts } from '../../init/image-facts.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ImageSummary } from '../../ports/engine-resources.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';
import { sha256 } from '../../util/sha256.ts';
import type { Definition } from '../project/definition.ts';
import { switchedOffServices } from '../project/environment.ts';
import { projectPlaces } from './project-places.ts';
import { givenWayRequest, servicesBefore, type Before } from './replaced-services.ts';
import { wasTold, type Looked, type Told } from './tell-once.ts';

interface ImageNewsWorld {
  readonly engine: Pick<Engine, 'image'>;
  readonly files: Files;
  /** Every image that the engine has. */
  readonly images: readonly ImageSummary[];
}

/**
 * What a module does not have of the image that its service ran: variables, ports, a health check, an
 * entry point. The engine tells, of images that it has; it is asked again when anything changed.
 */
export async function imageNews(
  definition: Definition,
  world: ImageNewsWorld,
): Promise<Result<readonly (Told | Looked)[], Failure>> {
  const { opened } = definition;
  const { project, baked, places } = opened;
  if (baked !== undefined || project.definedBy === 'compose') return ok([]);
  const off = switchedOffServices(opened);
  const before = servicesBefore(definition, world.files);
  const placeOf = projectPlaces(project.root, world.files);
  const news: (Told | Looked)[] = [];
  for (const module of project.modules) {
    const had = before.get(module.name);
    const reference = had?.image;
    if (had === undefined || reference === undefined || off.has(module.name)) continue;
    if (baseImageName(reference) !== undefined) continue;
    const found = findImage(world.images, reference);
    const request = givenWayRequest(module, had, definition, placeOf);
    const asked = { after: request.after, before: had.service, run: request.run?.text };
    const key = `image of ${module.name} ${found?.id ?? ''} ${sha256(JSON.stringify(asked))}`;
    if (wasTold(key, places, world.files)) continue;
    const { written, at } = imagePlace(had);
    const detail = found === undefined ? ok(undefined) : await world.engine.image(found.id);
    if (!detail.ok) return detail;
    const facts = detail.value && imageFacts(detail.value.gives, `image ${written}, ${at}`);
    const unknown = `module ${module.name}: what its image ${written} (${at}) sets is not known, as it is not here: its ENV, EXPOSE, HEALTHCHECK and ENTRYPOINT are told once it is pulled`;
    const texts = [...givenWay({ ...request, facts }), ...(facts === undefined ? [unknown] : [])];
    news.push(...texts.map((text) => ({ key: text.replaceAll(/:\d+/g, ''), text })), { key });
  }
  return ok(news);
}

/** Where the Compose file names it, and how: as it is written, a variable may hold a secret. */
function imagePlace({ node, service }: Before) {
  return {
    written: String(service['image']),
    at: shownPlace((nodeAt(node, ['image']) ?? node).at),
  };
}
