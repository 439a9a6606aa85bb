import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Project } from '../../model/project.ts';
import { withUses } from '../../model/uses.ts';
import type { World } from '../../ports/world.ts';
import {
  releasesOf,
  type Release,
  type ReleasedImage,
  type ReleaseState,
} from '../../release/release.ts';
import { newerThan, staysLatest } from '../../release/latest.ts';
import { signRelease } from '../../release/signing.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { appendLedger, readLedger } from './ledger.ts';
import { moduleImages } from './module-images.ts';
import { publish } from './publish.ts';
import { pushImages } from './push-images.ts';
import { registryProblems } from './registry-problems.ts';
import { releaseDocuments } from './release-documents.ts';
import { readSigningKey } from './signing-keys.ts';
import { baseOf, exportFolder, moduleNamed, type PipelineRun } from './run.ts';

/** A good run that becomes a release. */
export interface ReleaseRequest {
  readonly run: PipelineRun;
  readonly registry: Project['store']['registry'];
}

export interface Released {
  readonly release: Release;
  /** Nothing had to be done: it was released before. */
  readonly already: boolean;
}

const sha = (digest: string): string => `sha256:${digest}`;

/** The images of a run, as the engine has them. */
export async function imagesOf(
  run: PipelineRun,
  world: World,
): Promise<Result<Readonly<Record<string, ReleasedImage>>, Failure>> {
  const engine = await world.engine();
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const images: Record<string, ReleasedImage> = {};
  for (const [name, reference] of moduleImages(run)) {
    const module = moduleNamed(run, name);
    const base = baseOf(run, module);
    const [id, baseId] = await Promise.all([engine.imageId(reference), engine.imageId(base)]);
    if (!id.ok) return id;
    if (!baseId.ok) return baseId;
    if (id.value === undefined || baseId.value === undefined) {
      const gone = id.value === undefined ? reference : base;
      return fail({ reason: 'image', what: `${gone} is gone`, cure: 'dev ci' });
    }
    const keys = withUses([module], run.modules).flatMap((one) => run.keys.get(one.name) ?? []);
    const parts = [
      ...keys.map(({ dependencies }) => dependencies),
      run.profilesKey,
      ...keys.map(({ artifact }) => artifact),
    ];
    const artifacts = parts.flatMap((key) =>
      key === undefined ? [] : (stored.value.get(key) ?? []),
    );
    images[name] = {
      ...{ reference, id: id.value, key: run.keys.get(name)?.image ?? '' },
      base: { reference: base, id: baseId.value },
      artifacts: artifacts.map(({ kind, name: own, blob }) => ({
        ...{ kind, name: own, digest: sha(blob.digest), size: blob.sizeBytes },
      })),
    };
  }
  return ok(images);
}

/** What the checks of this commit's modules came to, whenever they were made. */
function checksOf(run: PipelineRun): Result<Release['checks'], Failure> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const keys = [...run.keys.values()].flatMap(({ checks }) => [...checks.values()]);
  const all = [
    ...keys,
    ...run.gateKeys.values(),
    ...(run.smokeKey === undefined ? [] : [run.smokeKey]),
  ];
  return ok(
    all.flatMap((key) => {
      const made = stored.value.get(key);
      if (made === undefined) return [];
      const { name, commit, madeAtMs, tookMs, blob } = made;
      const madeAt = new Date(madeAtMs).toISOString();
      return [{ name, commit, madeAt, tookMs, log: sha(blob.digest) }];
    }),
  );
}

/** Whether the images are those that a version was released with; told where they are not. */
export function sameImages(
  { release }: ReleaseState,
  images: Readonly<Record<string, ReleasedImage>>,
): Failure | undefined {
  const ids = (of: Readonly<Record<string, ReleasedImage>>): string =>
    JSON.stringify(
      Object.entries(of)
        .map(([name, { id }]) => [name, id])
        .sort(),
    );
  if (ids(release.images) === ids(images)) return undefined;
  return {
    reason: 'files',
    what: `${release.version} is released already, with other images`,
    why: 'a version is never made a second time; base images have changed since, or another machine released it',
    cure: 'Release another commit; dev release show tells what there is',
  };
}

/** In the engine alone: where there is no registry, this machine is the store. */
async function nameLocally(
  release: Release,
  isLatest: boolean,
  world: World,
): Promise<Result<undefined, Failure>> {
  const engine = await world.engine();
  for (const tag of [release.tag, ...(isLatest ? ['latest'] : [])]) {
    for (const [name, { id }] of Object.entries(release.images)) {
      const reference = `${release.project}/${name}:${tag}`;
      const there = await engine.imageId(reference);
      if (!there.ok) return there;
      if (there.value === id) continue;
      if (there.value !== undefined && tag !== 'latest') {
        const what = `${reference} exists and is something else`;
        return fail({
          reason: 'files',
          what,
          why: `it is ${there.value}`,
          cure: `docker image rm ${reference}`,
        });
      }
      const tagged = await engine.tagImage(id, reference);
      if (!tagged.ok) return tagged;
    }
  }
  return ok(undefined);
}

/** Whether `latest` is this one's from now on; told where a newer one has it. */
function leads(release: Release, states: readonly ReleaseState[], { report }: Progress): boolean {
  const newer = newerThan(release, states, 'integration');
  if (newer !== undefined) report({ kind: 'note', level: 'info', text: staysLatest(newer) });
  return newer === undefined;
}

/** Makes a release of a good run: nothing has its version before all of it is there. */
export async function releaseRun(
  { run, registry }: ReleaseRequest,
  world: World,
  progress: Progress,
): Promise<Result<Released, readonly Failure[]>> {
  const named = { root: exportFolder(run), signedBy: run.signedBy };
  const signer = readSigningKey(named, run.root, world);
  if (!signer.ok) return fail([signer.failure]);
  const images = await imagesOf(run, world);
  if (!images.ok) return fail([images.failure]);
  const ledger = await readLedger(run.root, world);
  if (!ledger.ok) return fail([ledger.failure]);
  const states = releasesOf(ledger.value, run.project);
  const known = states.find(({ release }) => release.version === run.version);
  const other = known === undefined ? undefined : sameImages(known, images.value);
  if (other !== undefined) return fail([other]);
  if (known !== undefined && known.release.registry === registry) {
    const missing =
      registry === undefined
        ? []
        : await registryProblems(
            known.release,
            { repository: 'integration', deep: false, verifiers: [] },
            world,
          );
    if (missing.length === 0) {
      const named =
        registry === undefined
          ? await nameLocally(known.release, leads(known.release, states, progress), world)
          : ok(undefined);
      return named.ok ? ok({ release: known.release, already: true }) : fail([named.failure]);
    }
  }
  const checks = checksOf(run);
  if (!checks.ok) return fail([checks.failure]);
  const begun = {
    ...{ project: run.project, version: run.version, tag: run.version.replaceAll('+', '_') },
    ...{ commit: run.sources.commit, images: images.value, checks: checks.value },
    committedAt: new Date(run.sources.committedAtSeconds * 1000).toISOString(),
    ...(registry !== undefined && { registry }),
  };
  const pushed = await pushImages(begun, world, progress);
  if (!pushed.ok) return pushed;
  const whole = { ...begun, images: pushed.value };
  const documents = await releaseDocuments(whole, run, world);
  if (!documents.ok) return documents;
  const digests: Record<string, string> = {};
  for (const [name, text] of documents.value) {
    const kept = await run.store.write(text);
    if (!kept.ok) return fail([kept.failure]);
    digests[name] = sha(kept.value.digest);
  }
  const release: Release = { ...whole, documents: digests };
  const isLatest = leads(release, states, progress);
  const published: Result<string | undefined, Failure> =
    registry === undefined
      ? await nameLocally(release, isLatest, world)
      : await publish(release, documents.value, { signer: signer.value, isLatest }, world);
  if (!published.ok) return fail([published.failure]);
  if (published.value !== undefined) {
    progress.report({ kind: 'note', level: 'warning', text: published.value });
  }
  const at = new Date(world.clock.now()).toISOString();
  const signed = signer.value === undefined ? {} : { signed: signRelease(release, signer.value) };
  const told = await appendLedger(run.root, { kind: 'released', at, release, ...signed }, world);
  return told.ok ? ok({ release, already: false }) : fail([told.failure]);
}

/**
 * What of a release's documents and artifacts is not in the store as it was. Those of a release that is in
 * a registry may be missing here: another machine made it.
 */
export function documentProblems(
  { documents, images }: Release,
  store: PipelineRun['store'],
  { files }: Pick<World, 'files'>,
): readonly Failure[] {
  const wanted = [
    ...Object.entries(documents),
    ...Object.values(images).flatMap(({ artifacts }) =>
      artifacts.map(({ kind, name, digest }) => [`${kind} ${name}`, digest] as const),
    ),
  ];
  const failures: Failure[] = [];
  for (const [name, digest] of new Map(wanted.map((one) => [one[1], one])).values()) {
    const path = join(store.blobDirectory, digest.replace(/^sha256:/, ''));
    const found = files.digest(path);
    if (!found.ok) failures.push(found.failure);
    else if (found.value === undefined || sha(found.value) === digest) continue;
    else {
      const why = `sha256:${found.value} is there, ${digest} was released`;
      failures.push({ reason: 'files', what: `${name} was altered: ${path}`, why });
    }
  }
  return failures;
}
