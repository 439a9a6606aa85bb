import { personInside } from '../machine/person-inside.ts';
import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { KEPT_FOLDER, removableFolders } from '../../engine/shared-install.ts';
import type { Report } from '../../events/progress.ts';
import { policyOf } from '../../model/context-policy.ts';
import { UNNAMED_VOLUMES_FILE } from '../../model/places.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { IMAGE_LABELS, SERVICE_IMAGE_KIND } from '../../images/reference.ts';
import { MODULE_IMAGE_KIND } from '../../release/module-image.ts';
import { pipelineCache } from '../../release/stage.ts';
import { ok, type Result } from '../../util/result.ts';
import { down, type Freed } from '../down.ts';
import { type Located } from '../project/locate.ts';
import { sharedPlaces } from '../project/shared-places.ts';
import { madeImages } from '../release/made-images.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';

/** What a project has left on the machine. */
export interface Leftovers extends Freed {
  /** Volumes with installed dependencies and caches: made again by the next `dev up`. */
  readonly dependencyVolumes: readonly string[];
  /** Images that were built for its services, older ones too, and those that its pipeline baked. */
  readonly images: readonly string[];
  /** Names that a release gave to those: a release stays until somebody takes it back. */
  readonly keptImages: readonly string[];
  /** `.dev`, and the person's folders for it; those that there are. */
  readonly folders: readonly string[];
  /** What containers installed into folders of the project. */
  readonly dependencyFolders: readonly string[];
  /** What the person installed herself and the tool has put aside: it stays. */
  readonly keptInstalls: readonly string[];
  /** Parts of them that stay: data that stays was made with these credentials. */
  readonly keptParts: readonly string[];
}

export type CleanWorld = Pick<
  World,
  'files' | 'engine' | 'engineChoice' | 'compose' | 'clock' | 'locks' | 'host'
>;

/** Labels of volumes that `dev up` fills from lockfiles; no data of anybody's is in them. */
function dependencyLabels(instance: string): Readonly<Record<string, string>> {
  return { 'dev.onestack.project': instance, 'dev.onestack.kind': 'dependencies' };
}

/** Those that installs filled, and in which the pipeline keeps its downloads. */
async function dependencyVolumes(
  { instance, root, context }: Located,
  engine: Engine,
  world: CleanWorld,
): Promise<Result<readonly string[], Failure>> {
  const own = await engine.volumes(dependencyLabels(instance));
  const all = await engine.volumes({});
  if (!own.ok) return own;
  if (!all.ok) return all;
  const pipeline = pipelineCache((await personInside(world)).uid, cacheScope(root, world.files));
  const hasPipeline = policyOf(context).isMain && all.value.some(({ name }) => name === pipeline);
  return ok([...own.value.map(({ name }) => name), ...(hasPipeline ? [pipeline] : [])]);
}

/** Compose puts its label on what it builds, and the tool's own sorts out what was inherited. */
function imageLabels(instance: string): Readonly<Record<string, string>> {
  return { [COMPOSE_LABELS.project]: instance, [IMAGE_LABELS.kind]: SERVICE_IMAGE_KIND };
}

/**
 * What the pipeline baked here, and what was released of it. What another folder of the project baked
 * is that one's.
 */
async function bakedImages(
  { context, places }: Located,
  world: CleanWorld,
): Promise<
  Result<{ readonly own: readonly string[]; readonly released: readonly string[] }, Failure>
> {
  if (!policyOf(context).isMain) return ok({ own: [], released: [] });
  const images = await (await world.engine()).images({ [IMAGE_LABELS.kind]: MODULE_IMAGE_KIND });
  if (!images.ok) return images;
  const made = new Set(madeImages(places.delivery, world.files));
  const baked = images.value.filter(({ tags }) => tags.some((tag) => made.has(tag)));
  const tags = [...new Set(baked.flatMap((image) => image.tags))];
  return ok({
    own: tags.filter((tag) => made.has(tag)),
    released: tags.filter((tag) => !made.has(tag)).sort(),
  });
}

/** Names in these folders: what leads to credentials, and to the data. */
const KEPT_PARTS = ['instance.json', 'instance', '.gitignore', UNNAMED_VOLUMES_FILE];

/** Looks what there is; changes nothing. */
export async function leftovers(
  located: Located,
  volumes: boolean,
  world: CleanWorld,
  report: Report,
): Promise<Result<Leftovers, Failure>> {
  const engine = await world.engine();
  const dependencies = await dependencyVolumes(located, engine, world);
  if (!dependencies.ok) return dependencies;
  const images = await engine.images(imageLabels(located.instance));
  if (!images.ok) return images;
  const baked = await bakedImages(located, world);
  if (!baked.ok) return baked;
  const freed = await down({ ...located, volumes, dryRun: true }, world, report);
  if (!freed.ok) return freed;
  const { dev, state, sockets, secrets, delivery } = located.places;
  // An older version kept them in the project.
  const hasSecrets = [secrets, join(dev, 'secrets')].some(
    (folder) => world.files.list(folder).length > 0,
  );
  const keepsData = freed.value.keptVolumes.length > 0;
  const hasUnnamed = Object.keys(freed.value.unnamedVolumes).length > 0;
  const kept = join(dev, KEPT_FOLDER);
  const own = sockets.startsWith(`${state}/`) ? [dev, state] : [dev, state, sockets];
  // What the pipeline made is the folder's, whatever the context.
  const folders = [...own, ...(policyOf(located.context).isMain ? [delivery.folder] : [])];
  return ok({
    ...freed.value,
    dependencyVolumes: dependencies.value,
    images: [
      ...images.value.flatMap(({ id, tags }) => (tags.length > 0 ? tags : [id])),
      ...baked.value.own,
    ],
    keptImages: baked.value.released,
    dependencyFolders: removableFolders(sharedPlaces(located.places), world.files),
    keptInstalls: world.files.list(kept).length > 0 ? [kept] : [],
    folders: folders.filter((folder) => world.files.exists(folder)),
    keptParts: [
      ...(hasSecrets && keepsData ? ['secrets'] : []),
      ...((hasSecrets || hasUnnamed) && keepsData ? KEPT_PARTS : []),
      ...(world.files.list(kept).length > 0 ? [KEPT_FOLDER, '.gitignore'] : []),
    ],
  });
}
