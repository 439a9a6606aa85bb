import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { type CheckKind } from '../../model/checks.ts';
import type { CheckDefinition, Module } from '../../model/module.ts';
import { manifestsOf, PROFILES } from '../../release/keys.ts';
import {
  PRODUCTION_FILES,
  productionDirectory,
  PROFILES_DIRECTORY,
} from '../../release/module-image.ts';
import { wholeArtifact } from '../../release/artifact-files.ts';
import { SMOKE_STEP } from '../../release/pipeline-last.ts';
import type { PipelineAction, TriedImage } from '../../release/pipeline-plan.ts';
import { filesBelow } from '../../release/sources.ts';
import type { Stage, StageSetting } from '../../release/stage.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { unreachable } from '../../util/unreachable.ts';
import { bake } from './bake.ts';
import { keepFailedTests, namingTests } from './flaky.ts';
import { gate, keepReports } from './gates.ts';
import { dependencies, install } from './install-steps.ts';
import { inArchive, keep, packSources, unpackInto } from './keep.ts';
import { ownStage } from './own-stage.ts';
import { nameImages } from './made-images.ts';
import { besideThese, unsetVariables } from '../../release/unset-variables.ts';
import { isComposeName } from '../project/compose-files.ts';
import { baseOf, exportFolder, moduleNamed, stageSetting, type PipelineRun } from './run.ts';
import { runStage, type StageOutput } from './stages.ts';

type Done = Promise<Result<void, Failure>>;

/** Bundlers of large sites take their time. */
const BUNDLE_TIMEOUT_MS = 1_800_000;

/** What a check may lack here: where nothing is brought up, the pipeline's containers are alone. */
function aloneIn(run: PipelineRun, { needs = [] }: CheckDefinition, failure: Failure): Failure {
  if (needs.length === 0 || failure.reason !== 'check') return failure;
  if (run.withServices !== undefined) return failure;
  const note = `it needs ${needs.join(', ')}, which runs with \`dev ci\` alone: that keeps what it finds`;
  return { ...failure, detail: [...(failure.detail ?? []), note] };
}

const OF_COMPOSE = /^(?:compose\/(?!services\/).+\.ya?ml|.*\.env[.-]\w+|env\.\w+)$/;

/** Says which variables of its service a failed check may miss, where it is given none of them. */
function withoutVariables(run: PipelineRun, check: CheckDefinition, failure: Failure): Failure {
  const { kind, needs = [], environment = new Map<string, string>() } = check;
  if (needs.length > 0 || failure.reason !== 'check') return failure;
  const paths = run.sources.files.map(({ path }) => path);
  const texts = paths
    .filter((path) => OF_COMPOSE.test(path) || isComposeName(path))
    .flatMap((path) => {
      const text = run.world.files.read(join(exportFolder(run), path));
      return text.ok ? (text.value ?? '') : [];
    });
  const names = unsetVariables(failure.detail ?? [], texts, new Set(environment.keys()));
  if (names.length === 0) return failure;
  const all = [...names, ...besideThese(names, texts, new Set(environment.keys()))];
  const note =
    `${names.join(', ')}: checks have no variables of the Compose files here; ` +
    `\`${kind}: { run: …, environment: { ${all.map((name) => `${name}: …`).join(', ')} } }\` in dev.yaml gives them some`;
  return { ...failure, detail: [...(failure.detail ?? []), note] };
}

/** Runs a check's command, among the services that it needs. */
function runCheck(
  { needs = [] }: CheckDefinition,
  {
    stage,
    setting,
    step,
  }: { readonly stage: Stage; readonly setting: StageSetting; readonly step: string },
  run: PipelineRun,
): Promise<Result<StageOutput, Failure>> {
  const { withServices } = run;
  const alone = { setting, step, reason: 'check' } as const;
  if (needs.length === 0 || withServices === undefined) return runStage({ ...alone, stage }, run);
  const check = { services: needs, module: stage.module?.name ?? '', step };
  return withServices(check, ({ network, environment, mounts }) => {
    // What the check itself says of a variable counts.
    const given = new Map([...environment, ...(stage.environment ?? [])]);
    const among: Stage = { ...stage, joins: network, mounts, environment: given };
    return runStage({ ...alone, stage: among }, run);
  });
}

/** Runs one check; nothing to do where the module has none of the kind. */
async function check(run: PipelineRun, module: Module, kind: CheckKind): Done {
  const definition = module.checks.find((one) => one.kind === kind);
  if (definition === undefined) return ok(undefined);
  const startedMs = run.world.clock.steady();
  const stage: Stage = {
    name: `${kind} ${module.name}`,
    module,
    image: baseOf(run, module),
    run: definition.run,
    network: false,
    timeoutMs: definition.timeoutMs,
    ...(definition.environment && { environment: definition.environment }),
  };
  const setting = stageSetting(run, module, exportFolder(run));
  const step = `${kind}:${module.name}`;
  const ran = await runCheck(definition, { stage, setting, step }, run);
  if (!ran.ok) {
    const kept =
      kind === 'test' && ran.failure.reason === 'check'
        ? await keepFailedTests(run, module)
        : ok([]);
    if (!kept.ok) return kept;
    const failure = namingTests(ran.failure, kept.value);
    return fail(aloneIn(run, definition, withoutVariables(run, definition, failure)));
  }
  const key = run.keys.get(module.name)?.checks.get(kind);
  if (key === undefined) return ok(undefined);
  const reports = kind === 'test' ? await keepReports(run, module, key) : ok(undefined);
  if (!reports.ok) return reports;
  const blob = await run.store.write(ran.value.log);
  return keep(run, { key, kind: 'check', name: step }, { blob, startedMs });
}

/** What of a module its artifact holds: what it names, else all that is committed. */
function artifactPaths(run: PipelineRun, module: Module): readonly string[] {
  if (module.artifact.length > 0) return [...module.artifact, ...manifestsOf(module)];
  const below = module.path === '.' ? '' : `${module.path}/`;
  const all = filesBelow(module.path, run.sources).map(({ path }) => path.slice(below.length));
  return wholeArtifact(module, all);
}

/** Makes what the image holds and development does without. */
async function bundle(run: PipelineRun, module: Module): Done {
  if (module.bundle === undefined) return ok(undefined);
  const name = `bundle ${module.name}`;
  const stage: Stage = {
    ...{ name, module, image: baseOf(run, module), run: module.bundle },
    ...{ network: false, timeoutMs: BUNDLE_TIMEOUT_MS },
  };
  const setting = stageSetting(run, module, exportFolder(run));
  const ran = await runStage({ stage, setting, step: `pack:${module.name}`, reason: 'check' }, run);
  return ran.ok ? ok(undefined) : ran;
}

/** What could not be read as text has this in its place. */
const isUtf8 = (path: string): boolean => !path.includes('\uFFFD');

function unreadableName({ name }: Module, path: string): Failure {
  return {
    reason: 'usage',
    what: `a file of ${name} has a name that is no UTF-8: ${path}`,
    why: 'archives and images name files in UTF-8',
    cure: 'Rename it (git mv), and commit',
  };
}

async function packArtifact(run: PipelineRun, module: Module): Done {
  const startedMs = run.world.clock.steady();
  const bundled = await bundle(run, module);
  if (!bundled.ok) return bundled;
  const folder = join(exportFolder(run), module.path);
  const paths = artifactPaths(run, module);
  const { files } = run.world;
  // Where a link leads is the container's business: there is nothing of it on this machine.
  const isThere = (path: string): boolean =>
    files.exists(path) || files.linkTarget(path) !== undefined;
  const missing = paths.find((path) => !isThere(join(folder, path)));
  if (missing !== undefined) {
    if (!isUtf8(missing)) return fail(unreadableName(module, missing));
    const maker = module.bundle === undefined ? 'compile' : 'bundle';
    return fail({
      reason: 'check',
      what: `${module.name} has no ${missing} to put into its artifact`,
      why: `the ${maker} ended well without making it`,
      cure: `Mend modules.${module.name}.artifact in dev.yaml, or the ${maker}`,
    });
  }
  const at = inArchive(productionDirectory(module));
  const blob = await packSources(run, [{ folder, paths, at }]);
  const key = run.keys.get(module.name)?.artifact ?? '';
  return keep(run, { key, kind: 'artifact', name: module.name }, { blob, startedMs });
}

async function profiles(run: PipelineRun): Done {
  const startedMs = run.world.clock.steady();
  const folder = exportFolder(run);
  const paths = run.world.files.isDirectory(join(folder, PROFILES)) ? [PROFILES] : [];
  const at = inArchive(PROFILES_DIRECTORY);
  const own = join(run.world.host.toolDirectory, PRODUCTION_FILES);
  const blob = await packSources(run, [
    { folder, paths, at },
    { folder: own, paths: run.world.files.list(own), at },
  ]);
  const what = { key: run.profilesKey, kind: 'profiles', name: PROFILES } as const;
  return keep(run, what, { blob, startedMs });
}

/** Unpacks what an earlier run compiled, or installed, into the export, where modules that use it find it. */
async function restore(
  run: PipelineRun,
  { module, part }: Extract<PipelineAction, { kind: 'restore' }>,
): Done {
  const key = run.keys.get(module)?.[part] ?? '';
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const artifact = stored.value.get(key);
  if (artifact === undefined) throw new Error(`the plan restores ${module}, which is not there`);
  return unpackInto(exportFolder(run), artifact, run);
}

/** Tries the images; only then they get their names. */
async function smoke(run: PipelineRun, images: readonly TriedImage[]): Done {
  const startedMs = run.world.clock.steady();
  const tried = await run.smoke(images);
  if (!tried.ok) return tried;
  const named = await nameImages(run, images);
  if (!named.ok) return named;
  const blob = await run.store.write(tried.value);
  const key = run.smokeKey ?? '';
  return keep(run, { key, kind: 'check', name: SMOKE_STEP }, { blob, startedMs });
}

/** Carries out one step of the pipeline. */
export async function runPipelineStep(action: PipelineAction, run: PipelineRun): Done {
  switch (action.kind) {
    case 'restore':
      return restore(run, action);
    case 'install':
      return install(run, moduleNamed(run, action.module));
    case 'compile':
      return check(run, moduleNamed(run, action.module), 'compile');
    case 'check':
      return check(run, moduleNamed(run, action.module), action.check);
    case 'pack':
      return packArtifact(run, moduleNamed(run, action.module));
    case 'dependencies':
      return dependencies(run, moduleNamed(run, action.module));
    case 'profiles':
      return profiles(run);
    case 'bake':
      return bake(run, moduleNamed(run, action.module), action.reference);
    case 'stage':
      return ownStage(action.stage, run);
    case 'gate':
      return gate(run, moduleNamed(run, action.module));
    case 'smoke':
      return smoke(run, action.images);
    default:
      return unreachable(action);
  }
}
