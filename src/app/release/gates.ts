import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import { reportsOf } from '../../model/gates.ts';
import type { Module } from '../../model/module.ts';
import { judgeGates } from '../../release/gates/judge.ts';
import type { Verdict } from '../../release/gates/verdict.ts';
import { pathIn, reportKey } from '../../release/keys.ts';
import type { PipelinePlan } from '../../release/pipeline-plan.ts';
import { parseVerdicts, type RecordedVerdict } from '../../release/run-record.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { blobText } from './blob-text.ts';
import { gateFacts } from './gate-facts.ts';
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
    const text = await blobText(run, blob);
    if (!text.ok) return text;
    const verdicts = parseVerdicts(text.value ?? '') ?? [];
    run.recorder.verdicts(module, verdicts);
    tellFlaky(run, module, verdicts);
  }
  return ok(undefined);
}

/** They are told where they pass as well: nobody looks into the log of what is good. */
function tellFlaky(
  run: PipelineRun,
  module: string,
  verdicts: readonly Pick<Verdict | RecordedVerdict, 'gate' | 'where'>[],
): void {
  for (const { gate, where } of verdicts) {
    if (gate !== 'flaky tests' || where.length === 0) continue;
    const text = `${module}: flaky, failed and passed with the same sources: ${where.join(', ')}`;
    run.report({ kind: 'note', level: 'warning', text });
  }
}

/** Looks at a module's gates. What passed is kept under its key. */
export async function gate(run: PipelineRun, module: Module): Done {
  const gates = run.gates.get(module.name);
  if (gates === undefined) return ok(undefined);
  const { clock } = run.world;
  const startedMs = clock.steady();
  const facts = await gateFacts(run, module, gates);
  if (!facts.ok) return facts;
  const verdicts = judgeGates(gates, facts.value);
  run.recorder.verdicts(module.name, verdicts.map(recorded));
  const text = verdicts.flatMap((one) => linesOf(one, one.where.length)).join('\n');
  const step = `gate:${module.name}`;
  tellFlaky(run, module.name, verdicts);
  const written = run.world.files.writeAtomic(logPath(run, step), `${text}\n`, { flush: false });
  if (verdicts.some(({ passed }) => !passed)) return fail(refused(module, run, verdicts));
  if (!written.ok) return written;
  const blob = await run.store.write(JSON.stringify(verdicts));
  if (!blob.ok) return blob;
  return run.store.save({
    ...{ key: run.gateKeys.get(module.name) ?? '', kind: 'check', name: step },
    ...{ blob: blob.value, commit: run.sources.commit },
    ...{ madeAtMs: clock.now(), tookMs: clock.steady() - startedMs },
  });
}
