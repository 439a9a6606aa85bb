import { join, posix } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { reportsOf, type ModuleGates } from '../../model/gates.ts';
import type { Module } from '../../model/module.ts';
import type { ChangedLines } from '../../release/gates/changed-lines.ts';
import { judge, type Verdict } from '../../release/gates/judge.ts';
import { pathIn, reportKey } from '../../release/keys.ts';
import { APP_DIRECTORY } from '../../release/module-image.ts';
import { candidateOf, type PipelinePlan } from '../../release/pipeline.ts';
import { parseVerdicts, type RecordedVerdict } from '../../release/run-record.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { changedSince } from './gate-base.ts';
import { moduleImages } from './module-images.ts';
import { exportFolder, logPath, type PipelineRun } from './run.ts';

type Done = Promise<Result<void, Failure>>;

/** How many places a failed gate shows; its log has all. */
const SHOWN_PLACES = 20;

/** Keeps what a test has written for the gates: a later run that need not test looks at these. */
export async function keepReports(run: PipelineRun, module: Module, checkKey: string): Done {
  const folder = run.world.files.realPath(exportFolder(run)) ?? exportFolder(run);
  // A link that a test has put there leads nowhere else.
  const files = run.world.files.confined(folder);
  for (const path of reportsOf(run.gates.get(module.name))) {
    const text = files.read(join(folder, pathIn(module, path)));
    if (!text.ok) return text;
    // The gate says that it is not there.
    if (text.value === undefined) continue;
    const blob = await run.store.write(text.value);
    if (!blob.ok) return blob;
    const saved = await run.store.save({
      ...{ key: reportKey(checkKey, path), kind: 'check', name: `report:${module.name}` },
      ...{ blob: blob.value, commit: run.sources.commit, tookMs: 0 },
      madeAtMs: run.world.clock.now(),
    });
    if (!saved.ok) return saved;
  }
  return ok(undefined);
}

async function readReports(
  run: PipelineRun,
  module: Module,
  gates: ModuleGates,
): Promise<Result<ReadonlyMap<string, string>, Failure>> {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  const checkKey = run.keys.get(module.name)?.checks.get('test') ?? '';
  const reports = new Map<string, string>();
  for (const path of reportsOf(gates)) {
    const found = stored.value.get(reportKey(checkKey, path));
    if (found === undefined) continue;
    const verified = await run.store.verify(found.blob);
    if (!verified.ok) return verified;
    const text = run.world.files.read(join(run.store.blobDirectory, found.blob.digest));
    if (!text.ok) return text;
    if (text.value !== undefined) reports.set(path, text.value);
  }
  return ok(reports);
}

async function imageBytes(
  run: PipelineRun,
  module: Module,
): Promise<Result<number | undefined, Failure>> {
  const reference = moduleImages(run).get(module.name);
  if (reference === undefined) return ok(undefined);
  const images = await (await run.world.engine()).images({});
  if (!images.ok) return images;
  const names = [reference, candidateOf(reference)];
  return ok(images.value.find(({ tags }) => tags.some((tag) => names.includes(tag)))?.sizeBytes);
}

async function changedIn(
  run: PipelineRun,
  { path }: Module,
): Promise<Result<ChangedLines | undefined, Failure>> {
  if (run.base === undefined) return ok(undefined);
  const all = await changedSince(run.base, run, run.world);
  if (!all.ok || path === '.') return all;
  const below = `${path}/`;
  return ok(
    new Map(
      [...all.value].flatMap(([file, lines]) =>
        file.startsWith(below) ? [[file.slice(below.length), lines] as const] : [],
      ),
    ),
  );
}

function linesOf({ gate, passed, what, where, cure }: Verdict, shown: number): readonly string[] {
  const hidden = where.length - shown;
  return [
    `${gate}: ${what}${passed ? '' : '  ← not passed'}`,
    ...where.slice(0, shown).map((place) => `  at ${place}`),
    ...(hidden > 0 ? [`  and at ${String(hidden)} more places`] : []),
    ...(cure === undefined ? [] : [`  to pass: ${cure}`]),
  ];
}

function refused(module: Module, run: PipelineRun, verdicts: readonly Verdict[]): Failure {
  const failed = verdicts.filter(({ passed }) => !passed);
  return {
    reason: 'check',
    what: `${module.name} does not pass: ${failed.map(({ gate }) => gate).join(', ')}`,
    why: failed.map(({ gate, what }) => `${gate}: ${what}`).join('; '),
    cure: `All of it: ${logPath(run, `gate:${module.name}`)}`,
    detail: failed.flatMap((verdict) => linesOf(verdict, SHOWN_PLACES)),
  };
}

function recorded({ cure, where, ...told }: Verdict): RecordedVerdict {
  return { ...told, where: [...where], ...(cure !== undefined && { cure }) };
}

/** Remembers what the gates said that are not looked at again. */
export async function keptVerdicts({ kept }: PipelinePlan, run: PipelineRun): Done {
  const stored = run.store.read();
  if (!stored.ok) return stored;
  for (const [module, key] of run.gateKeys) {
    const blob = stored.value.get(key)?.blob;
    if (blob === undefined || !kept.some(({ id }) => id === `gate:${module}`)) continue;
    const sound = await run.store.verify(blob);
    if (!sound.ok) return sound;
    const text = run.world.files.read(join(run.store.blobDirectory, blob.digest));
    if (!text.ok) return text;
    run.recorder.verdicts(module, parseVerdicts(text.value ?? '') ?? []);
  }
  return ok(undefined);
}

/** Looks at a module's gates. What passed is kept under its key. */
export async function gate(run: PipelineRun, module: Module): Done {
  const gates = run.gates.get(module.name);
  if (gates === undefined) return ok(undefined);
  const startedAtMs = run.world.clock.now();
  const reports = await readReports(run, module, gates);
  if (!reports.ok) return reports;
  const changed = await changedIn(run, module);
  if (!changed.ok) return changed;
  const bytes = await imageBytes(run, module);
  if (!bytes.ok) return bytes;
  const verdicts = judge(gates, {
    reports: reports.value,
    folder: posix.join(APP_DIRECTORY, module.path),
    changed: changed.value,
    imageBytes: bytes.value,
  });
  run.recorder.verdicts(module.name, verdicts.map(recorded));
  const text = verdicts.flatMap((one) => linesOf(one, one.where.length)).join('\n');
  const step = `gate:${module.name}`;
  const written = run.world.files.writeAtomic(logPath(run, step), `${text}\n`, { flush: false });
  if (verdicts.some(({ passed }) => !passed)) return fail(refused(module, run, verdicts));
  if (!written.ok) return written;
  const blob = await run.store.write(JSON.stringify(verdicts));
  if (!blob.ok) return blob;
  const madeAtMs = run.world.clock.now();
  return run.store.save({
    ...{ key: run.gateKeys.get(module.name) ?? '', kind: 'check', name: step },
    ...{ blob: blob.value, commit: run.sources.commit, madeAtMs, tookMs: madeAtMs - startedAtMs },
  });
}
