import { child, itemsOf, stringOf } from '../tree.ts';
import type { Node } from '../tree.ts';
import { isOfficial } from './official-images.ts';
import type { FoundPath, ReachWorld } from './reach-world.ts';

/** `docker.io/library/postgres:16@sha256:…` → `postgres`. */
function repositoryOf(reference: string): string {
  const name = reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return name.replace(
    /^(?:(?:index\.)?docker\.io\/)?(?:library\/)?(?=[^/]+$)|^(?:index\.)?docker\.io\//,
    '',
  );
}

/** Whose images go by a name, where it is not this project's; undefined for all others. */
function ownerOf(repository: string, world: ReachWorld): string | undefined {
  if (repository.startsWith('onestack/')) return "dev's own base images go by it";
  if (isOfficial(repository)) return 'other projects mean the official image by it';
  const other = world.ownerOfImage(repository);
  return other === undefined ? undefined : `an image of the project ${other} goes by it`;
}

/**
 * Names that a build gives its image, and by which other projects mean one of theirs: they would run
 * this one, and not know.
 */
export function imageNamesReach(
  where: string,
  service: Node,
  world: ReachWorld,
): readonly FoundPath[] {
  const build = child(service, 'build');
  if (build === undefined) return [];
  const image = child(service, 'image');
  const named = [
    ...(image === undefined ? [] : [{ key: 'image', node: image }]),
    ...itemsOf(child(build, 'tags')).map((node) => ({ key: 'build.tags', node })),
  ];
  return named.flatMap(({ key, node }): readonly FoundPath[] => {
    const reference = stringOf(node) ?? '';
    const owner = ownerOf(repositoryOf(reference), world);
    if (owner === undefined) return [];
    const what = `gives its image the name ${reference}: ${owner}`;
    return [{ kind: 'foreign', where: `${where}.${key}`, what, at: node.at }];
  });
}

/** A network that a service joins by its name on the engine, not by the project's own. */
export function networkModeReach(
  where: string,
  service: Node,
  { instance }: ReachWorld,
): readonly FoundPath[] {
  const node = child(service, 'network_mode');
  const name = stringOf(node) ?? '';
  if (node === undefined || /^(?:|host|none|bridge|default|(?:service|container):.*)$/.test(name))
    return [];
  if (name.startsWith(`${instance}_`)) return [];
  const what = `the network ${name} with everything in it`;
  return [{ kind: 'foreign', where: `${where}.network_mode`, what, at: node.at }];
}
