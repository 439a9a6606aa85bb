import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import type { PipelinePlan, PipelineStep } from '../../release/pipeline-plan.ts';
import {
  beginRecord,
  endRecord,
  withStep,
  type RecordedStep,
  type RecordedVerdict,
  type RunFacts,
  type RunRecord,
} from '../../release/run-record.ts';
import type { ReportRun } from '../../release/report-data.ts';
import { trendsOf, type Trend } from '../../release/run-trends.ts';
import type { Result } from '../../util/result.ts';
import { runHistory } from './run-history.ts';

/** So many runs are remembered. */
const KEPT_RECORDS = 100;
/** Of what a step printed, so much. */
const KEPT_LINES = 40;

type RecorderWorld = Pick<World, 'files' | 'clock'>;
type KeyOf = (step: PipelineStep) => string | undefined;
type Outcome = Result<unknown, readonly Failure[]>;

function failureOf(failure: Failure, keepsLines: boolean): NonNullable<RecordedStep['failed']> {
  const { reason, what, why, cure, detail = [] } = failure;
  // Installs are given the person's proxies and registries, trials have credentials: what these
  // print stays with their logs. Checks are given nothing.
  const lines = reason === 'check' && keepsLines ? detail.slice(-KEPT_LINES) : [];
  return {
    ...{ what, lines: [...lines] },
    ...(why !== undefined && { why }),
    ...(cure !== undefined && { cure }),
  };
}

/**
 * Remembers what a run does while it does it: one file, whole at every moment. That it cannot be
 * written is no reason to fail a build.
 */
export class RunRecorder {
  readonly #folder: string;
  readonly #world: RecorderWorld;
  #record: RunRecord | undefined;
  #trends: ReadonlyMap<string, Trend> = new Map();
  readonly #verdicts = new Map<string, readonly RecordedVerdict[]>();

  /** @param folder of the project's records, absolute. */
  constructor(folder: string, world: RecorderWorld) {
    this.#folder = folder;
    this.#world = world;
  }

  /** A run that has nothing to do is none that anybody looks for. */
  begin(facts: RunFacts, plan: PipelinePlan, keyOf: KeyOf): void {
    if (plan.steps.length === 0) return;
    const { files } = this.#world;
    if (!files.makeDirectory(this.#folder, { mode: 0o700 }).ok) return;
    // Names begin with the time.
    const old = files
      .list(this.#folder)
      .toReversed()
      .slice(KEPT_RECORDS - 1);
    for (const name of old) files.remove(join(this.#folder, name));
    const record = beginRecord(facts, plan, keyOf);
    this.#trends = trendsOf(record, this.#history());
    this.#write(record);
    for (const [module, verdicts] of this.#verdicts) this.verdicts(module, verdicts);
  }

  started(id: string): void {
    this.#step(id, { outcome: 'running', startedAtMs: this.#world.clock.now() });
  }

  /** @param look whether a failure's last lines are remembered, where it is a check's. */
  ended(id: string, done: Result<void, Failure>, look = { keepsLines: true }): void {
    const endedAtMs = this.#world.clock.now();
    if (done.ok) this.#step(id, { outcome: 'done', endedAtMs });
    else if (done.failure.reason === 'interrupted') this.#step(id, { outcome: 'left', endedAtMs });
    else
      this.#step(id, {
        outcome: 'failed',
        endedAtMs,
        failed: failureOf(done.failure, look.keepsLines),
      });
  }

  /** What the gates of a module say, whether it is good or not. */
  verdicts(module: string, verdicts: readonly RecordedVerdict[]): void {
    this.#verdicts.set(module, verdicts);
    this.#step(`gate:${module}`, { verdicts: [...verdicts] });
  }

  end(outcome: Outcome): void {
    if (this.#record === undefined) return;
    const isInterrupted =
      !outcome.ok && outcome.failure.some(({ reason }) => reason === 'interrupted');
    const word = outcome.ok ? 'good' : isInterrupted ? 'interrupted' : 'failed';
    this.#write(endRecord(this.#record, word, this.#world.clock.now()));
  }

  /** All that modules' gates said, by module. */
  get allVerdicts(): Readonly<Record<string, readonly RecordedVerdict[]>> {
    return Object.fromEntries(this.#verdicts);
  }

  /** What it has done, beside what that usually takes; undefined where nothing had to be done. */
  get run(): ReportRun | undefined {
    const record = this.#record;
    if (record === undefined) return undefined;
    const trends = trendsOf(record, this.#history());
    return { record, state: record.outcome ?? 'running', trends };
  }

  /** How long a step usually takes. */
  usualMs(id: string): number | undefined {
    return this.#trends.get(id)?.usualMs;
  }

  #history(): readonly RunRecord[] {
    return runHistory({ history: this.#folder }, this.#world);
  }

  #step(id: string, known: Partial<RecordedStep>): void {
    if (this.#record !== undefined) this.#write(withStep(this.#record, id, known));
  }

  #write(record: RunRecord): void {
    this.#record = record;
    const name = `${String(record.startedAtMs).padStart(15, '0')}-${record.id}.json`;
    const text = `${JSON.stringify(record)}\n`;
    this.#world.files.writeAtomic(join(this.#folder, name), text, { mode: 0o600, flush: false });
  }
}
