import { mergeCompose } from '../../compose/load/merge.ts';
import { shownPlace } from '../../compose/source.ts';
import { nodeAt, plain, type MapNode, type Node } from '../../compose/tree.ts';
import { buildOf } from '../../images/service-reference.ts';
import { isLanguageImage, type DockerfileFacts } from '../../init/dockerfile-facts.ts';
import type { GivenWayRequest } from '../../init/given-way.ts';
import type { Module } from '../../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import { fileLayers } from '../project/definition-layers.ts';
import { shownIn } from '../project/read-project.ts';
import type { PlaceInProject } from './project-places.ts';
import { serviceFacts } from './service-facts.ts';

/** A service whose place a module takes, as the Compose files alone have it. */
export interface Before {
  readonly node: Node;
  readonly service: PlainMapping;
  readonly facts: DockerfileFacts | undefined;
  /** The image of a registry that it runs, which may say more of it; undefined where it is built. */
  readonly image: string | undefined;
}

/** Of an image that is the language and nothing else, its version alone matters. */
function imageOf(service: unknown): string | undefined {
  if (!isMapping(service) || buildOf(service) !== undefined) return undefined;
  const { image } = service;
  return typeof image === 'string' && image !== '' && !isLanguageImage(image) ? image : undefined;
}

/** The Compose files alone. They are the lowest layer of what has been merged already: what is wrong with them was told. */
function composeAlone(
  { opened, environment }: Definition,
  interpolate: boolean,
  files: Files,
): MapNode | undefined {
  const { compose, root } = opened.project;
  if (compose === undefined) return undefined;
  const layers = fileLayers(opened.project, opened.context, files);
  if (!layers.ok) return undefined;
  const merged = mergeCompose({
    layers: layers.value.compose,
    projectDirectory: compose.directory,
    projectName: opened.instance,
    environment: environment.variables,
    profiles: ['*'],
    interpolate,
    readFile: (path) => files.read(path),
    display: (path) => shownIn(root, path),
  });
  return merged.ok ? merged.value.root : undefined;
}

/**
 * What the Compose files say of services that are modules now. Their words are shown as they are
 * written: a variable may hold a secret.
 */
export function servicesBefore(definition: Definition, files: Files): ReadonlyMap<string, Before> {
  const { root, modules } = definition.opened.project;
  const written = modules.length === 0 ? undefined : composeAlone(definition, false, files);
  const own = builtBefore(definition, files);
  const names = modules.flatMap(({ name }) =>
    nodeAt(written, ['services', name]) === undefined ? [] : [name],
  );
  if (names.length === 0) return own;
  const meant = composeAlone(definition, true, files);
  const replaced = new Map(
    names.flatMap((name) => {
      const node = nodeAt(written, ['services', name]);
      const service: unknown = node === undefined ? undefined : plain(node);
      const built = nodeAt(meant, ['services', name]);
      if (node === undefined || built === undefined || !isMapping(service)) return [];
      const runs = plain(built);
      const before: Before = {
        ...{ node, service, facts: serviceFacts(runs, root, files), image: imageOf(runs) },
      };
      return [[name, before] as const];
    }),
  );
  return new Map([...replaced, ...own]);
}

/**
 * The same where the project's own files of `compose/` have a `build:` for a module. They are the layer
 * above it, and all else that they say counts: lost is what the Dockerfile alone says.
 */
function builtBefore({ opened, environment }: Definition, files: Files): Map<string, Before> {
  const { modules, root } = opened.project;
  return new Map(
    modules.flatMap(({ name }) => {
      const node = nodeAt(environment.written.root, ['services', name]);
      const build = node === undefined ? undefined : nodeAt(node, ['build']);
      if (node?.kind !== 'map' || build === undefined || !('source' in build.at)) return [];
      const read = serviceFacts({ build: plain(build) }, root, files);
      const isSaid = ['entrypoint', 'command'].some((key) => {
        const at = nodeAt(node, [key])?.at;
        return at !== undefined && 'source' in at;
      });
      // Which of two commands is run is told with what both files say.
      const facts = read && isSaid ? { ...read, entrypoint: undefined, command: undefined } : read;
      return [[name, { node, service: {}, facts, image: undefined }] as const];
    }),
  );
}

/** What the image of its own Dockerfile still gives a module. */
function keptByOwnImage(facts: DockerfileFacts | undefined): DockerfileFacts | undefined {
  return (
    facts && { ...facts, environment: new Map(), expose: [], volumes: [], healthcheck: undefined }
  );
}

/** What the module that takes its place is asked about: what of the service is gone. */
export function givenWayRequest(
  { name, run, build }: Module,
  before: Before,
  { environment }: Definition,
  placeOf: PlaceInProject,
): GivenWayRequest {
  return {
    name,
    run: run === undefined ? undefined : { text: run, at: placeOf('modules', name, 'run') },
    before: before.service,
    placeOf: (key) => shownPlace((nodeAt(before.node, [key]) ?? before.node).at),
    after: mappingAt(mappingAt(environment.document, 'services'), name),
    facts: build === undefined ? before.facts : keptByOwnImage(before.facts),
  };
}
