import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Module } from '../../model/module.ts';
import type { World } from '../../ports/world.ts';
import { failedKey } from '../../release/keys.ts';
import type { PipelinePlan, PipelineStep } from '../../release/pipeline-plan.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { blobText } from './blob-text.ts';
import { executePipeline } from './execute.ts';
import type { LintLog } from './lint-problems.ts';
import { ensureBases, openCommit, openRun, planRun } from './open-run.ts';
import { gitText } from './git.ts';
import { readSources } from './read-sources.ts';
import { RunRecorder } from './run-recorder.ts';
import { exportFolder, logPath, type PipelineRun } from './run.ts';

type Logs = ReadonlyMap<string, LintLog>;

/** Modules whose problems this run compares with those of the commit before. */
function compared(plan: PipelinePlan, run: PipelineRun): readonly string[] {
  return plan.steps.flatMap(({ action }) =>
    action.kind === 'gate' && run.gates.get(action.module)?.problems !== undefined
      ? [action.module]
      : [],
  );
}

/** The steps of a plan that some of them need. */
function closure(
  steps: readonly PipelineStep[],
  wanted: ReadonlySet<string>,
): readonly PipelineStep[] {
  const needed = new Set(wanted);
  for (const { id, needs } of steps.toReversed()) {
    if (needed.has(id)) for (const one of needs) needed.add(one);
  }
  return steps.filter(({ id }) => needed.has(id));
}

/** What it does is told as the other commit's. */
function reportOf(report: Report, commit: string): Report {
  return (event) => {
    if (!('id' in event)) {
      report(event);
      return;
    }
    const id = `${event.id} ${commit}`;
    const label = 'label' in event && { label: `${event.label} of ${commit.slice(0, 7)}` };
    report({ ...event, id, ...label });
  };
}

/** A run of the commit that is compared with: its own definition, in a folder below this run's. */
async function openBase(
  run: PipelineRun,
  commit: string,
  request: { readonly yes: boolean },
  world: World,
): Promise<Result<PipelineRun, readonly Failure[]>> {
  const sources = await readSources(run.root, world, commit);
  if (!sources.ok) return fail([sources.failure]);
  const folder = join(run.folder, 'base');
  const definition = await openCommit(sources.value, { root: run.root, folder }, world);
  if (!definition.ok) return definition;
  const { settings } = run;
  const project = { ...definition.value.project, gates: new Map() };
  const progress = { report: reportOf(run.report, commit), signal: run.signal };
  return openRun(
    {
      ...{ ...run, ...request, folder, sources: sources.value, settings, trials: undefined },
      ...{ definition: { ...definition.value, project }, recorder: new RunRecorder('', world) },
    },
    world,
    progress,
  );
}

/** The lint's output of one module, kept whether it was good or not; undefined where it did not run. */
async function logOf(
  base: PipelineRun,
  module: Module,
): Promise<Result<string | undefined, Failure>> {
  const stored = base.store.read();
  if (!stored.ok) return stored;
  const key = base.keys.get(module.name)?.checks.get('lint') ?? '';
  const found = stored.value.get(key) ?? stored.value.get(failedKey(key));
  if (found !== undefined) return blobText(base, found.blob);
  const step = `lint:${module.name}`;
  const text = base.world.files.read(logPath(base, step));
  if (!text.ok || text.value === undefined) return text;
  const blob = await base.store.write(text.value);
  if (!blob.ok) return blob;
  const saved = await base.store.save({
    ...{ key: failedKey(key), kind: 'check', name: step, blob: blob.value, tookMs: 0 },
    ...{ commit: base.sources.commit, madeAtMs: base.world.clock.now() },
  });
  return saved.ok ? text : saved;
}

/** What has to be done so that all lints of the other commit are known, lints with all that they need. */
async function missingLints(
  { base, modules }: Compared,
  world: World,
): Promise<Result<PipelinePlan, Failure>> {
  const plan = await planRun(base, { checks: true }, world);
  if (!plan.ok) return plan;
  const stored = base.store.read();
  if (!stored.ok) return stored;
  const isKnown = ({ name }: Module): boolean =>
    stored.value.has(failedKey(base.keys.get(name)?.checks.get('lint') ?? ''));
  const wanted = modules.filter((one) => !isKnown(one)).map(({ name }) => `lint:${name}`);
  return ok({ ...plan.value, steps: closure(plan.value.steps, new Set(wanted)) });
}

async function runLints(
  compared: Compared,
  request: { readonly yes: boolean },
  world: World,
): Promise<Result<void, readonly Failure[]>> {
  const { base } = compared;
  const plan = await missingLints(compared, world);
  if (!plan.ok) return fail([plan.failure]);
  if (plan.value.steps.length === 0) return ok(undefined);
  const commit = base.sources.commit.slice(0, 7);
  const text = `what lints said of ${commit} is not known yet: they run there first, as gates compare with it`;
  base.report({ kind: 'note', level: 'info', text });
  const bases = await ensureBases(plan.value, base, request, world);
  return bases.ok ? executePipeline(plan.value, base) : bases;
}

/** The commit that this one is compared with, and its modules whose lints count. */
interface Compared {
  readonly base: PipelineRun;
  readonly modules: readonly Module[];
}

type Comparing<T> = (compared: Compared) => Promise<Result<T, readonly Failure[]>>;

/** What `work` gives; `none` where nothing is compared: no gate asks for it, or this is the first commit of all. */
async function whileCompared<T>(
  [plan, run, request, world]: Parameters<typeof lintsBefore>,
  none: T,
  work: Comparing<T>,
): Promise<Result<T, readonly Failure[]>> {
  const names = compared(plan, run);
  if (names.length === 0 || run.base === undefined) return ok(none);
  const kind = await gitText(['cat-file', '-t', run.base], run.root, world);
  if (!kind.ok) return fail([kind.failure]);
  if (kind.value !== 'commit') return ok(none);
  const base = await openBase(run, run.base, request, world);
  if (!base.ok) return base;
  const modules = base.value.modules.filter(
    ({ name, checks }) => names.includes(name) && checks.some(({ kind: one }) => one === 'lint'),
  );
  return work({ base: base.value, modules });
}

/** Of a plan that is only looked at: says what of the commit before would run first. */
export function tellLintsBefore(
  ...asked: Parameters<typeof lintsBefore>
): Promise<Result<undefined, readonly Failure[]>> {
  const [, run, , world] = asked;
  return whileCompared(asked, undefined, async (compared) => {
    const due = await missingLints(compared, world);
    if (!due.ok) return fail([due.failure]);
    const names = due.value.steps.flatMap(({ action }) =>
      action.kind === 'check' && action.check === 'lint' ? [action.module] : [],
    );
    if (names.length > 0) {
      const commit = compared.base.sources.commit.slice(0, 7);
      const text = `before it, lint of ${names.join(', ')} at ${commit}, with all that it needs: gates compare with it`;
      run.report({ kind: 'note', level: 'info', text });
    }
    return ok(undefined);
  });
}

/**
 * What lints said of the commit that this one is compared with, before anything of this run is done:
 * from the store, else run once. A module that was not there, or had no lint, had no problems.
 */
export function lintsBefore(
  plan: PipelinePlan,
  run: PipelineRun,
  request: { readonly yes: boolean },
  world: World,
): Promise<Result<Logs, readonly Failure[]>> {
  const none: Logs = new Map();
  return whileCompared([plan, run, request, world], none, async (compared) => {
    const { base, modules } = compared;
    const ran = await runLints(compared, request, world);
    const logs = new Map<string, LintLog>();
    for (const module of modules) {
      const log = await logOf(base, module);
      if (!log.ok) return fail([log.failure]);
      if (log.value === undefined) return ran.ok ? fail([unknown(module, run)]) : ran;
      logs.set(module.name, { module, log: log.value, folder: exportFolder(base) });
    }
    return ok(logs);
  });
}

function unknown({ name }: Module, run: PipelineRun): Failure {
  return {
    reason: 'check',
    what: `the lint of ${name} did not run in the commit that this one is compared with`,
    why: `gates.${name}.problems counts what is new since then`,
    cure: `Look at it there (git checkout ${run.base?.slice(0, 7) ?? ''}), or take the gate out`,
  };
}
