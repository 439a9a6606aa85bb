import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import type { PipelinePlan } from '../../release/pipeline-plan.ts';
import {
  registryHost,
  releasesOf,
  repositoryPath,
  type ReleasedImage,
} from '../../release/release.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readLedger } from './ledger.ts';
import { moduleImages } from './module-images.ts';
import { imagesOf, sameImages } from './publish-run.ts';
import { configOf, DOCUMENTS } from './manifests.ts';
import { exportFolder, type PipelineRun } from './run.ts';
import { readSigningKey } from './signing-keys.ts';

/** What stands under a tag of the version now. */
type Standing =
  /** Nothing: it would be published. */
  | 'new'
  /** What would be published. */
  | 'there'
  /** Something that only the run itself can compare with what it makes. */
  | 'unknown';

/** Something that a release would publish. */
export interface PlannedPlace {
  readonly name: string;
  /** `registry.example.com/shop/integration/api:1.4.0_3f2a1bc`. */
  readonly reference: string;
  readonly standing: Standing;
}

/** What `dev release` would do. */
export interface PlannedRelease {
  readonly version: string;
  readonly commit: string;
  /** Nothing would have to be done: it was released before, and all of it is there. */
  readonly already: boolean;
  /** Whether there is a key to sign it with. */
  readonly signed: boolean;
  /** The pipeline that comes first. */
  readonly plan: PipelinePlan;
  /** Of the images, then of the documents. */
  readonly places: readonly PlannedPlace[];
}

type Images = Readonly<Record<string, ReleasedImage>>;

const taken = (reference: string, why: string): Failure => ({
  reason: 'files',
  what: `${reference} exists and is something else`,
  why,
  cure: 'A version is never written over: release another commit, or remove the tag there',
});

/** @param images undefined: they are not made yet. */
async function inRegistry(
  run: PipelineRun,
  { name, tag }: { readonly name: string; readonly tag: string },
  known: { readonly images: Images | undefined; readonly wasReleased: boolean },
  world: Pick<World, 'registry'>,
): Promise<Result<PlannedPlace, Failure>> {
  const { registry = '' } = run;
  const path = repositoryPath(registry, 'integration', name);
  const reference = `${registryHost(registry)}/${path}:${tag}`;
  const there = await (await world.registry(registryHost(registry))).manifest(path, tag);
  if (!there.ok) return there;
  if (there.value === undefined) return ok({ name, reference, standing: 'new' });
  const image = known.images?.[name];
  if (image === undefined) {
    return ok({ name, reference, standing: known.wasReleased ? 'there' : 'unknown' });
  }
  const config = configOf(there.value);
  if (config === image.id) return ok({ name, reference, standing: 'there' });
  return fail(taken(reference, `${config ?? 'another image'} is there, ${image.id} was tried`));
}

async function inEngine(
  run: PipelineRun,
  { name, tag }: { readonly name: string; readonly tag: string },
  { images }: { readonly images: Images | undefined },
  world: Pick<World, 'engine'>,
): Promise<Result<PlannedPlace, Failure>> {
  const reference = `${run.project}/${name}:${tag}`;
  const there = await (await world.engine()).imageId(reference);
  if (!there.ok) return there;
  if (there.value === undefined) return ok({ name, reference, standing: 'new' });
  const id = images?.[name]?.id;
  if (id === undefined) return ok({ name, reference, standing: 'unknown' });
  if (there.value === id) return ok({ name, reference, standing: 'there' });
  return fail(taken(reference, `it is ${there.value}, ${id} was tried`));
}

/**
 * What a release of this run would publish, and where; fails with what it would be refused for, as far
 * as that can be known before. Nothing is written anywhere.
 */
export async function planRelease(
  run: PipelineRun,
  plan: PipelinePlan,
  world: World,
): Promise<Result<PlannedRelease, readonly Failure[]>> {
  const named = { root: exportFolder(run), signedBy: run.signedBy };
  const signer = readSigningKey(named, run.root, world);
  if (!signer.ok) return fail([signer.failure]);
  const made = plan.steps.length === 0 ? await imagesOf(run, world) : ok(undefined);
  if (!made.ok) return fail([made.failure]);
  const images = made.value;
  const ledger = await readLedger(run.root, world);
  if (!ledger.ok) return fail([ledger.failure]);
  const { version } = run;
  const known = releasesOf(ledger.value, run.project).find(
    ({ release }) => release.version === version,
  );
  const other = known && images && sameImages(known, images);
  if (other !== undefined) return fail([other]);
  const tag = version.replaceAll('+', '_');
  const wasReleased = known !== undefined && known.release.registry === run.registry;
  const facts = { images, wasReleased };
  const names = [...moduleImages(run).keys()];
  const looked = await Promise.all(
    run.registry === undefined
      ? names.map((name) => inEngine(run, { name, tag }, facts, world))
      : [...names, DOCUMENTS].map((name) => inRegistry(run, { name, tag }, facts, world)),
  );
  const failures = looked.flatMap((one) => (one.ok ? [] : [one.failure]));
  if (failures.length > 0) return fail(failures);
  const places = looked.flatMap((one) => (one.ok ? [one.value] : []));
  const { commit } = run.sources;
  const isThere = places.every(({ standing }) => standing === 'there');
  const already = wasReleased && images !== undefined && isThere;
  return ok({ version, commit, already, signed: signer.value !== undefined, plan, places });
}
