import { join, posix } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { StageDefinition } from '../../model/pipeline.ts';
import { APP_DIRECTORY } from '../../model/module.ts';
import { stageId } from '../../release/stage-keys.ts';
import { keptMounts } from '../../release/kept-mounts.ts';
import { stageFolder, type Stage } from '../../release/stage.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { exportSources } from './export-sources.ts';
import { inArchive, keep, unpackInto } from './keep.ts';
import {
  baseOf,
  exportFolder,
  moduleNamed,
  stageNamed,
  stageSetting,
  type PipelineRun,
} from './run.ts';
import { runStage } from './stages.ts';

/** The folder that is the root of what a stage sees. */
function workspaceOf(run: PipelineRun, { module, name }: StageDefinition): string {
  return module === undefined ? join(run.folder, 'stages', name) : exportFolder(run);
}

function containerOf(run: PipelineRun, definition: StageDefinition): Stage {
  const { module, run: command, network, timeoutMs, environment, secrets } = definition;
  return {
    ...{ name: stageId(definition).replace(':', ' '), run: command },
    module: module === undefined ? undefined : moduleNamed(run, module),
    image: baseOf(run, definition),
    ...{ network, timeoutMs, environment, secrets },
  };
}

/** Secrets that the person's environment does not have: a stage without them would fail later, and worse. */
function missingSecret(run: PipelineRun, definition: StageDefinition): Failure | undefined {
  const { environment } = run.world.host;
  const name = definition.secrets.find((one) => (environment[one] ?? '') === '');
  if (name === undefined) return undefined;
  return {
    reason: 'usage',
    what: `the stage ${definition.name} is to be given ${name}, which is not set`,
    why: 'secrets come from the environment that dev ci is started in',
    cure: `export ${name}=…, or add it to the secrets of your CI service`,
  };
}

/** Lays out what the stage sees: its own export, and what stages before it have kept. */
async function layOut(
  run: PipelineRun,
  definition: StageDefinition,
): Promise<Result<void, Failure>> {
  const folder = workspaceOf(run, definition);
  if (definition.module === undefined) {
    const from = { root: run.root, folder, paths: definition.reads };
    const exported = await exportSources(run.sources, from, run.world);
    if (!exported.ok) return exported;
  }
  const stored = run.store.read();
  if (!stored.ok) return stored;
  for (const name of definition.after) {
    const { key, definition: before } = stageNamed(run, name);
    const artifact = stored.value.get(key);
    if (before.artifact.length === 0 || artifact === undefined) continue;
    const unpacked = await unpackInto(folder, artifact, run);
    if (!unpacked.ok) return unpacked;
  }
  return ok(undefined);
}

/** What a stage keeps: the files that it names, and none of what it was trusted with. */
async function packed(
  run: PipelineRun,
  definition: StageDefinition,
): Promise<Result<{ readonly digest: string; readonly sizeBytes: number }, Failure>> {
  const { name, artifact } = definition;
  const stage = containerOf(run, definition);
  const folder = join(workspaceOf(run, definition), stageFolder(stage));
  const missing = artifact.find((path) => !run.world.files.exists(join(folder, path)));
  if (missing !== undefined) {
    return fail({
      reason: 'check',
      what: `the stage ${name} has not made ${missing}`,
      why: 'it ended well without it',
      cure: `Mend pipeline.stages.${name}.artifact in dev.yaml, or what it runs`,
    });
  }
  const at = inArchive(posix.join(APP_DIRECTORY, stageFolder(stage)));
  const secrets = definition.secrets.flatMap((one) => run.world.host.environment[one] ?? []);
  const options = { mtimeSeconds: run.sources.committedAtSeconds, secrets };
  const blob = await run.store.pack([{ folder, paths: artifact, at }], options);
  if (blob.ok || blob.failure.reason !== 'check') return blob;
  return fail({
    ...blob.failure,
    what: `the stage ${name} has written a secret into what it keeps`,
    cure: `Write none of ${definition.secrets.join(', ')} into files`,
  });
}

/** Runs a stage of the team's own, and keeps what it names, or what it said. */
export async function ownStage(name: string, run: PipelineRun): Promise<Result<void, Failure>> {
  const startedMs = run.world.clock.steady();
  const { definition, key } = stageNamed(run, name);
  const missing = missingSecret(run, definition);
  if (missing !== undefined) return fail(missing);
  const laid = await layOut(run, definition);
  if (!laid.ok) return laid;
  const stage = containerOf(run, definition);
  const workspace = workspaceOf(run, definition);
  const setting = stageSetting(run, definition, workspace);
  const step = stageId(definition);
  const before = definition.after.map((one) => {
    const { definition: other } = stageNamed(run, one);
    return { folder: stageFolder(containerOf(run, other)), artifact: other.artifact };
  });
  const mounts = keptMounts(stage.module, before, { workspace, modules: run.modules });
  const seeing = mounts.length === 0 ? stage : { ...stage, mounts };
  const ran = await runStage({ stage: seeing, setting, step, reason: 'check' }, run);
  if (!ran.ok) return ran;
  const blob =
    definition.artifact.length > 0
      ? await packed(run, definition)
      : await run.store.write(ran.value.log);
  return keep(run, { key, kind: 'stage', name: step }, { blob, startedMs });
}
