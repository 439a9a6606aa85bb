import { hasHealthcheck } from '../../compose/health.ts';
import type { ImageHealth } from '../../generate/compose-edits.ts';
import { buildArguments } from '../../images/service-dockerfile.ts';
import { buildOf, findImage } from '../../images/service-reference.ts';
import { dockerfileFacts } from '../../init/dockerfile-facts.ts';
import { imageFacts } from '../../init/image-facts.ts';
import { policyOf } from '../../model/context-policy.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Engine, ImageSummary } from '../../ports/engine.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import { shownIn } from '../project/read-project.ts';
import { serviceFacts } from './service-facts.ts';

/**
 * The health checks of images that services name and the engine has: of each, what its container would
 * have from it. An image that is pulled only now has told nothing yet.
 * @param images every image that the engine has.
 * @returns services → their image's check.
 */
export async function pulledHealth(
  { opened, environment }: Definition,
  images: readonly ImageSummary[],
  engine: Pick<Engine, 'image'>,
): Promise<ReadonlyMap<string, PlainMapping>> {
  const { project, settings, context } = opened;
  const isAsked = project.compose !== undefined && settings.compose.health === 'early';
  if (!isAsked || !policyOf(context).eases) return new Map();
  const modules = new Set(project.modules.map(({ name }) => name));
  const ids = environment.order.flatMap((name): [string, string][] => {
    const service = mappingAt(mappingAt(environment.document, 'services'), name);
    const { image } = service;
    if (modules.has(name) || buildOf(service) !== undefined || typeof image !== 'string') return [];
    if (hasHealthcheck(service)) return [];
    const id = findImage(images, image)?.id;
    return id === undefined ? [] : [[name, id]];
  });
  const details = new Map(
    await Promise.all(
      [...new Set(ids.map(([, id]) => id))].map(
        async (id) => [id, await engine.image(id)] as const,
      ),
    ),
  );
  return new Map(
    ids.flatMap(([name, id]): [string, PlainMapping][] => {
      const detail = details.get(id);
      // One that goes meanwhile has nothing to tell.
      const gives = detail?.ok === true ? detail.value?.gives : undefined;
      const health = gives && imageFacts(gives, id).healthcheck;
      return health === undefined ? [] : [[name, health]];
    }),
  );
}

/** The health check of the Dockerfile that a service, or a module, is built from. */
export function builtHealth({ opened, environment }: Definition, files: Files): ImageHealth {
  const { root, modules } = opened.project;
  return (name) => {
    const service = mappingAt(environment.document, 'services')[name];
    const build = modules.find((one) => one.name === name)?.build;
    if (build === undefined || (isMapping(service) && buildOf(service) !== undefined)) {
      return serviceFacts(service, root, files)?.healthcheck;
    }
    const path = `${root}/${build.dockerfile}`;
    const text = files.confined(root).read(path);
    if (!text.ok || text.value === undefined) return undefined;
    const args = buildArguments({ args: build.args });
    const options = { target: build.target, args };
    return dockerfileFacts(text.value, shownIn(root, path), options).healthcheck;
  };
}
