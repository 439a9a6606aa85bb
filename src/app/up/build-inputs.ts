import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Fingerprint } from '../../images/fingerprint.ts';
import { baseImageName, IMAGE_LABELS, SERVICE_IMAGE_KIND } from '../../images/reference.ts';
import { serviceFingerprint } from '../../images/service-fingerprint.ts';
import { buildOf, findImage, serviceReference } from '../../images/service-reference.ts';
import { mappingAt } from '../../model/plain.ts';
import type { ImageSummary } from '../../ports/engine-resources.ts';
import { ok, type Result } from '../../util/result.ts';
import { readBuildDraft, type BuildDraft, type InputsWorld } from './build-draft.ts';
import { longReading } from './long-reading.ts';
import type { Prepared } from './prepare.ts';

/** All that a service's image is built of. */
export interface BuildInputs extends BuildDraft {
  readonly fingerprint: Fingerprint;
}

/**
 * The inputs of every service that is built, each with its fingerprint; of those, too, whose images these
 * begin with or copy from, though they are not to run.
 */
export function readBuildInputs(
  prepared: Prepared,
  services: readonly string[],
  images: readonly ImageSummary[],
  world: InputsWorld & { readonly report: Report },
  write: boolean,
): Result<ReadonlyMap<string, BuildInputs>, Failure> {
  const { document, hierarchy, opened } = prepared;
  const drafts = new Map<string, BuildDraft>();
  const onRead = longReading(world);
  const builders = buildersOf(prepared);
  const waiting = [...services];
  for (const service of waiting) {
    if (drafts.has(service)) continue;
    const draft = readBuildDraft(prepared, service, onRead, world, write);
    if (!draft.ok) return draft;
    if (draft.value === undefined) continue;
    drafts.set(service, draft.value);
    waiting.push(...draft.value.bases.flatMap((base) => builders.get(base) ?? []));
  }
  const done = new Map<string, BuildInputs>();
  const finish = (draft: BuildDraft, within: readonly string[]): BuildInputs => {
    const before = done.get(draft.service);
    if (before !== undefined) return before;
    const path = [...within, draft.service];
    const versionOf = (reference: string): string => {
      const name = baseImageName(reference);
      const base = name === undefined ? undefined : hierarchy.get(name);
      if (base !== undefined) return base.fingerprint.value;
      const other = [...drafts.values()].find((one) => one.reference === reference);
      if (other !== undefined && !path.includes(other.service)) {
        return finish(other, path).fingerprint.value;
      }
      return findImage(images, reference)?.id ?? 'absent';
    };
    const { platform } = mappingAt(mappingAt(document, 'services'), draft.service);
    const fingerprint = serviceFingerprint({
      dockerfile: draft.dockerfile?.text,
      contexts: new Map(draft.contexts.map(({ name, entries }) => [name, entries])),
      build: draft.build,
      platform: typeof platform === 'string' ? platform : undefined,
      bases: new Map(draft.bases.map((reference) => [reference, versionOf(reference)])),
      root: opened.project.root,
    });
    const inputs = { ...draft, fingerprint };
    done.set(draft.service, inputs);
    return inputs;
  };
  for (const draft of drafts.values()) finish(draft, []);
  return ok(done);
}

/** Image → the service that builds it. */
function buildersOf({ document, environment, opened }: Prepared): ReadonlyMap<string, string> {
  const all = mappingAt(document, 'services');
  const built = environment.order.filter((name) => buildOf(mappingAt(all, name)) !== undefined);
  return new Map(
    built.map((name) => [serviceReference(mappingAt(all, name), name, opened.instance), name]),
  );
}

/** Labels that tell later what an image was built of. */
export function inputLabels({
  service,
  fingerprint,
}: BuildInputs): Readonly<Record<string, string>> {
  return {
    [IMAGE_LABELS.kind]: SERVICE_IMAGE_KIND,
    [IMAGE_LABELS.image]: service,
    [IMAGE_LABELS.fingerprint]: fingerprint.value,
    [IMAGE_LABELS.inputs]: fingerprint.inputs,
  };
}
