import { join } from 'node:path';
import { mergeCompose } from '../../compose/load/merge.ts';
import { shownPlace } from '../../compose/source.ts';
import { nodeAt, plain, type MapNode, type Node } from '../../compose/tree.ts';
import {
  buildArguments,
  contextFolder,
  readServiceDockerfile,
} from '../../images/service-dockerfile.ts';
import { buildOf } from '../../images/service-reference.ts';
import {
  dockerfileFacts,
  versionOfImage,
  type DockerfileFacts,
} from '../../init/dockerfile-facts.ts';
import { givenWay } from '../../init/given-way.ts';
import { versionNote } from '../../init/versions.ts';
import { wantedVersion } from '../../init/wanted.ts';
import type { WantedVersion } from '../../init/found.ts';
import type { OwnImageBuild } from '../../model/image.ts';
import type { Module } from '../../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { switchedOffServices } from '../project/environment.ts';
import type { Definition } from '../project/definition.ts';
import { fileLayers } from '../project/definition-layers.ts';
import { shownIn } from '../project/read-project.ts';
import { dependencyNotes, otherEnvironment } from './dependency-notes.ts';
import { projectPlaces, type PlaceInProject } from './project-places.ts';
import type { Told } from './tell-once.ts';

/** A service whose place a module takes, as the Compose files alone have it. */
interface Before {
  readonly node: Node;
  readonly service: PlainMapping;
  readonly facts: DockerfileFacts | undefined;
}

const factsOf = (service: unknown, root: string, files: Files): DockerfileFacts | undefined => {
  const build = isMapping(service) ? buildOf(service) : undefined;
  if (build === undefined || contextFolder(build) === undefined) return undefined;
  const own = files.confined(root);
  const read = readServiceDockerfile(build, own);
  if (!read.ok || read.value === undefined) return undefined;
  const target = typeof build['target'] === 'string' ? build['target'] : undefined;
  const options = { target, args: buildArguments(build) };
  return dockerfileFacts(read.value.text, shownIn(root, read.value.path), options);
};

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
function servicesBefore(definition: Definition, files: Files): ReadonlyMap<string, Before> {
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
      const before: Before = { node, service, facts: factsOf(plain(built), root, files) };
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
      const read = factsOf({ build: plain(build) }, root, files);
      const isSaid = ['entrypoint', 'command'].some((key) => {
        const at = nodeAt(node, [key])?.at;
        return at !== undefined && 'source' in at;
      });
      // Which of two commands is run is told with what both files say.
      const facts = read && isSaid ? { ...read, entrypoint: undefined, command: undefined } : read;
      return [[name, { node, service: {}, facts }] as const];
    }),
  );
}

/** Where dev.yaml says what a module runs. */
function runOf({ name, run }: Module, placeOf: PlaceInProject) {
  if (run === undefined) return undefined;
  return { text: run, at: placeOf('modules', name, 'run') };
}

/** A Dockerfile that takes all code there is makes another image of each edit. */
function wholeContext(
  { name, build }: Module,
  image: { readonly own?: OwnImageBuild } | undefined,
): readonly string[] {
  const line = image?.own?.wholeAtLine;
  if (build === undefined || line === undefined) return [];
  return [
    `module ${name}: ${build.dockerfile}:${String(line)} copies all of its folder, so that each edit makes another image at the next dev up; ` +
      '`target:` names a stage before it, .dockerignore what does not count',
  ];
}

/** What the image of its own Dockerfile still gives a module. */
function keptByOwnImage(facts: DockerfileFacts | undefined): DockerfileFacts | undefined {
  return facts && { ...facts, environment: new Map(), expose: [], healthcheck: undefined };
}

/** The version that the code says, else the one that its image had. */
function wantedOf(
  { image, path }: Module,
  before: Before | undefined,
  root: string,
  files: Files,
): WantedVersion | undefined {
  const own = files.confined(root);
  const read = (name: string): string | undefined => {
    const text = own.read(join(root, name));
    return text.ok ? text.value : undefined;
  };
  const byCode = wantedVersion(image, path, { read });
  if (byCode !== undefined || before === undefined) return byCode;
  const reference = before.service['image'];
  const at = nodeAt(before.node, ['image'])?.at;
  const named =
    typeof reference === 'string' && at !== undefined
      ? versionOfImage(reference, shownPlace(at))
      : undefined;
  const had = before.facts?.wants ?? named;
  return had?.image === image ? had : undefined;
}

/**
 * What is another for code because it is a module: the version of its language, and what its service
 * had of the Compose file and of its Dockerfile. Only where modules are mounted, on base images.
 */
export function moduleNews(definition: Definition, files: Files): readonly Told[] {
  const { opened, hierarchy, environment } = definition;
  const { project, baked } = opened;
  if (baked !== undefined || project.definedBy === 'compose') return [];
  const off = switchedOffServices(opened);
  const before = servicesBefore(definition, files);
  const placeOf = projectPlaces(project.root, files);
  const services = mappingAt(environment.document, 'services');
  const texts = project.modules.flatMap((module) => {
    const { name, image } = module;
    if (off.has(name)) return [];
    const had = before.get(name);
    const wants = wantedOf(module, had, project.root, files);
    // Whoever brings an image of that name knows what is in it.
    const isOurs = hierarchy.get(image)?.origin === 'tool';
    const version = isOurs && wants !== undefined ? versionNote({ name, image, wants }) : undefined;
    const lost =
      had === undefined
        ? []
        : givenWay({
            name,
            run: runOf(module, placeOf),
            before: had.service,
            placeOf: (key) => shownPlace((nodeAt(had.node, [key]) ?? had.node).at),
            after: mappingAt(services, name),
            facts: module.build === undefined ? had.facts : keptByOwnImage(had.facts),
          });
    return [
      ...(version === undefined ? [] : [version]),
      ...lost,
      ...wholeContext(module, hierarchy.get(image)),
      ...dependencyNotes(module, project.root, files),
      ...otherEnvironment(module, environment.merged.root),
    ];
  });
  // A line more above it is nothing new.
  return texts.map((text) => ({ key: text.replaceAll(/:\d+/g, ''), text }));
}
