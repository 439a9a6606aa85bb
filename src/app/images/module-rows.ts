import type { ImageSummary } from '../../ports/engine-resources.ts';
import { MODULE_IMAGE_LABELS } from '../../release/module-image.ts';

/** A production image of a module, below the base image that it was baked on. */
export interface ModuleImageRow {
  /** Its reference: `shop/api:0f1e2d3c4b5a`. */
  readonly reference: string;
  readonly module: string;
  /** Name of its base image; undefined where the hierarchy has none of that repository any more. */
  readonly parent: string | undefined;
  /** `1.5.0-SNAPSHOT+3f2a1bc`: of the commit that it was baked for first. */
  readonly version: string;
  readonly sizeBytes: number;
}

const repositoryOf = (reference: string): string => reference.replace(/:[^:/]*$/, '');

/**
 * The latest production image of each module that the engine has, by module.
 * @param images those that are labelled as module images of the project.
 * @param bases name and reference of each base image.
 */
export function moduleImageRows(
  images: readonly ImageSummary[],
  bases: Iterable<{ readonly name: string; readonly reference: string }>,
): readonly ModuleImageRow[] {
  const parents = new Map([...bases].map((one) => [repositoryOf(one.reference), one.name]));
  const latest = new Map<string, ImageSummary>();
  for (const image of images) {
    const module = image.labels[MODULE_IMAGE_LABELS.module];
    if (module === undefined || image.tags.length === 0) continue;
    const known = latest.get(module);
    if (known === undefined || timeOf(known) < timeOf(image)) latest.set(module, image);
  }
  return [...latest]
    .map(([module, { tags, labels, sizeBytes }]) => ({
      reference: tags[0] ?? '',
      module,
      parent: parents.get(repositoryOf(labels[MODULE_IMAGE_LABELS.base] ?? '')),
      version: labels[MODULE_IMAGE_LABELS.version] ?? '',
      sizeBytes,
    }))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** When its commit was made: the engine's own time of an image is that as well, or when it was tagged. */
function timeOf({ labels, createdAtMs }: ImageSummary): number {
  const created = Date.parse(labels[MODULE_IMAGE_LABELS.created] ?? '');
  return Number.isNaN(created) ? createdAtMs : created;
}
