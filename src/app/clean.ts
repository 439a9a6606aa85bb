import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { releaseInstance } from '../generate/instance.ts';
import type { World } from '../ports/world.ts';
import { IMAGE_LABELS, SERVICE_IMAGE_KIND } from '../images/reference.ts';
import { ok, type Result } from '../util/result.ts';
import { down, type Freed } from './down.ts';
import type { Located } from './project/locate.ts';

/** What a project has left on the machine. */
export interface Leftovers extends Freed {
  /** Volumes with installed dependencies and caches: made again by the next `dev up`. */
  readonly dependencyVolumes: readonly string[];
  /** Images that were built for its services, older ones too. */
  readonly images: readonly string[];
  /** `.dev`, and the person's folders for it; those that there are. */
  readonly folders: readonly string[];
  /** Parts of them that stay: data that stays was made with these credentials. */
  readonly keptParts: readonly string[];
}

type CleanWorld = Pick<World, 'files' | 'engine' | 'compose' | 'clock' | 'locks' | 'host'>;

/** Labels of volumes that `dev up` fills from lockfiles; no data of anybody's is in them. */
function dependencyLabels(instance: string): Readonly<Record<string, string>> {
  return { 'dev.onestack.project': instance, 'dev.onestack.kind': 'dependencies' };
}

/** Compose puts its label on what it builds, and the tool's own sorts out what was inherited. */
function imageLabels(instance: string): Readonly<Record<string, string>> {
  return { 'com.docker.compose.project': instance, [IMAGE_LABELS.kind]: SERVICE_IMAGE_KIND };
}

/** Names in these folders: credentials, and what leads to them. */
const KEPT_PARTS = ['secrets', 'instance.json', 'instance', '.gitignore'];

/** Looks what there is; changes nothing. */
export async function leftovers(
  located: Located,
  volumes: boolean,
  world: CleanWorld,
  report: Report,
): Promise<Result<Leftovers, Failure>> {
  const engine = await world.engine();
  const dependencies = await engine.volumes(dependencyLabels(located.instance));
  if (!dependencies.ok) return dependencies;
  const images = await engine.images(imageLabels(located.instance));
  if (!images.ok) return images;
  const freed = await down({ ...located, volumes, dryRun: true }, world, report);
  if (!freed.ok) return freed;
  const { dev, state, sockets, secrets, delivery } = located.places;
  // An older version kept them in the project.
  const hasSecrets = [secrets, join(dev, 'secrets')].some(
    (folder) => world.files.list(folder).length > 0,
  );
  const own = sockets.startsWith(`${state}/`) ? [dev, state] : [dev, state, sockets];
  return ok({
    ...freed.value,
    dependencyVolumes: dependencies.value.map(({ name }) => name),
    images: images.value.flatMap(({ id, tags }) => (tags.length > 0 ? tags : [id])),
    folders: [...own, delivery.folder].filter((folder) => world.files.exists(folder)),
    keptParts: freed.value.keptVolumes.length > 0 && hasSecrets ? KEPT_PARTS : [],
  });
}

/**
 * Removes what the project left: containers, networks, dependency volumes and its folders; the data
 * volumes only when asked for. A folder whose data stays keeps its name and its credentials, so that
 * the data is found again and can be opened.
 */
export async function clean(
  located: Located,
  found: Leftovers,
  world: CleanWorld,
  report: Report,
): Promise<Result<void, Failure>> {
  const volumes = found.keptVolumes.length === 0;
  const ended = await down({ ...located, volumes, dryRun: false }, world, report);
  if (!ended.ok) return ended;
  const engine = await world.engine();
  for (const name of found.dependencyVolumes) {
    const removed = await engine.removeVolume(name);
    if (!removed.ok) return removed;
  }
  for (const reference of found.images) {
    // Somebody else's container may run it, or another image be built upon it: then it stays.
    await engine.removeImage(reference);
  }
  const files = world.files.confined(located.root);
  for (const folder of found.folders) {
    const parts = world.files.list(folder).filter((name) => !found.keptParts.includes(name));
    const paths = found.keptParts.length === 0 ? [folder] : parts.map((name) => join(folder, name));
    for (const path of paths) {
      const removed = files.remove(path);
      if (!removed.ok) return removed;
    }
  }
  if (!volumes) return ok(undefined);
  return releaseInstance(located.root, { ...world, report });
}
