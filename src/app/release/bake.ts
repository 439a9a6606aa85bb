import { buildEnvironment } from '../../engine/image-command.ts';
import { cacheNamespaces } from '../../generate/cache-namespace.ts';
import { cacheScope } from '../../generate/cache-scope.ts';
import { CACHE_NAMESPACE } from '../../images/cache-mounts.ts';
import { BuildOutput } from '../../engine/image-progress.ts';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import { withUses } from '../../model/uses.ts';
import { buildImage } from '../../ports/docker-command.ts';
import { contextOf } from '../../ports/engine-choice.ts';
import type { StoredArtifact } from '../../ports/artifact-store.ts';
import { moduleDockerfile } from '../../release/module-image.ts';
import { sourceUrl } from '../../release/source-url.ts';
import { IMAGE_ACCOUNT } from '../../util/accounts.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { gitText } from './git.ts';
import { recordImage } from './made-images.ts';
import { baseOf, type PipelineRun } from './run.ts';
import { scanLayers } from './scan-layers.ts';

/** What goes into a module's image, the seldom changed layers first. */
function parts(
  run: PipelineRun,
  module: Module,
  stored: ReadonlyMap<string, StoredArtifact>,
): readonly StoredArtifact[] {
  const keys = withUses([module], run.modules).flatMap(({ name }) => run.keys.get(name) ?? []);
  const wanted = [
    ...keys.map(({ dependencies }) => dependencies),
    run.profilesKey,
    ...keys.map(({ artifact }) => artifact),
  ];
  // Processes of one folder have the same dependencies.
  return [...new Set(wanted)].flatMap((key) => (key === undefined ? [] : (stored.get(key) ?? [])));
}

/** Volumes begin as the folders that they are mounted at: as those of `app`, where it runs as that. */
function ownedFolders(run: PipelineRun, paths: readonly string[]) {
  const mtimeSeconds = run.sources.committedAtSeconds;
  return run.store.packFolders({ paths, owner: IMAGE_ACCOUNT }, { mtimeSeconds });
}

/**
 * Builds the production image of a module from what the store has: nothing is fetched, nothing runs.
 * The image appears by one tagging, with everything in it.
 */
export async function bake(
  run: PipelineRun,
  module: Module,
  reference: string,
): Promise<Result<void, Failure>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const artifacts = parts(run, module, stored.value);
  for (const artifact of artifacts) {
    const sound = await run.store.verifyArtifact(artifact);
    if (!sound.ok) return sound;
  }
  const clean = await scanLayers(run, module, artifacts);
  if (!clean.ok) return clean;
  const recorded = recordImage(run, reference);
  if (!recorded.ok) return recorded;
  const { sources, world, signal, report } = run;
  const created = new Date(sources.committedAtSeconds * 1000).toISOString();
  const fragment = run.fragments.get(module.name);
  const remote = await gitText(['remote', 'get-url', 'origin'], run.root, world);
  const points = run.mountPoints.get(module.name) ?? [];
  // Whom a module's own Dockerfile runs it as, only the build of it knows.
  const isOwn = module.build !== undefined;
  const folders = isOwn || points.length === 0 ? ok(undefined) : await ownedFolders(run, points);
  if (!folders.ok) return folders;
  const dockerfile = moduleDockerfile({
    module,
    ...(fragment !== undefined && { fragment }),
    project: run.project,
    base: baseOf(run, module),
    layers: [
      // Processes of one folder have the same artifact under keys of their own.
      ...new Set(artifacts.map(({ blob }) => blob.digest)),
      ...(folders.value === undefined ? [] : [folders.value.digest]),
    ],
    ...(isOwn && { mountPoints: points }),
    labels: {
      version: run.version,
      revision: sources.commit,
      created,
      key: run.keys.get(module.name)?.image ?? '',
      source: remote.ok ? sourceUrl(remote.value) : undefined,
    },
  });
  const output = new BuildOutput();
  const argv = buildImage({
    directory: run.store.blobDirectory,
    reference,
    network: 'none',
    buildArguments: [`SOURCE_DATE_EPOCH=${String(sources.committedAtSeconds)}`, CACHE_NAMESPACE],
  });
  const finished = await world.processes.run(argv, {
    env: buildEnvironment({
      environment: {
        ...world.host.environment,
        [CACHE_NAMESPACE]: cacheNamespaces(cacheScope(run.root, world.files), world).project,
      },
      context: contextOf(world.engineChoice()),
    }),
    input: dockerfile,
    onLine(line) {
      const news = output.add(line);
      if (news !== undefined)
        report({ kind: 'step-progress', id: `bake:${module.name}`, detail: news.step });
    },
    signal,
  });
  if (finished.status === 0) return ok(undefined);
  if (signal.aborted) return fail({ reason: 'interrupted', what: 'The build was interrupted' });
  const seen = output.failure();
  return fail({
    reason: 'image',
    what: `the image of ${module.name} could not be built`,
    why: seen.step === '' ? seen.error : `Step ${seen.step} failed: ${seen.error}`,
    detail: seen.lines,
  });
}
