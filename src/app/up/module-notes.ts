import { join } from 'node:path';
import { shownPlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import { versionOfImage } from '../../init/dockerfile-facts.ts';
import type { WantedVersion } from '../../init/found.ts';
import { givenWay } from '../../init/given-way.ts';
import { versionNote } from '../../init/versions.ts';
import { wantedVersion } from '../../init/wanted.ts';
import type { OwnImageBuild } from '../../model/image.ts';
import type { Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';
import { switchedOffServices } from '../project/environment.ts';
import type { Definition } from '../project/definition.ts';
import { dependencyNotes, otherEnvironment } from './dependency-notes.ts';
import { besideNotes } from './beside-notes.ts';
import { projectPlaces } from './project-places.ts';
import { givenWayRequest, servicesBefore, type Before } from './replaced-services.ts';
import type { Told } from './tell-once.ts';

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
  const texts = project.modules.flatMap((module) => {
    const { name, image } = module;
    if (off.has(name)) return [];
    const had = before.get(name);
    const wants = wantedOf(module, had, project.root, files);
    // Whoever brings an image of that name knows what is in it.
    const isOurs = hierarchy.get(image)?.origin === 'tool';
    const version = isOurs && wants !== undefined ? versionNote({ name, image, wants }) : undefined;
    // Of an image of a registry the engine knows more: imageNews.
    const isTold = had !== undefined && had.image === undefined;
    const lost = isTold ? givenWay(givenWayRequest(module, had, definition, placeOf)) : [];
    return [
      ...(version === undefined ? [] : [version]),
      ...lost,
      ...wholeContext(module, hierarchy.get(image)),
      ...dependencyNotes(module, project.root, files),
      ...besideNotes(module, project.modules, { root: project.root, files }),
      ...otherEnvironment(module, environment.merged.root),
    ];
  });
  // A line more above it is nothing new.
  return texts.map((text) => ({ key: text.replaceAll(/:\d+/g, ''), text }));
}
