import * as z from 'zod/mini';
import type { PipelinePlan, PipelineStep } from './pipeline-plan.ts';

const verdict = z.object({
  /** `coverage`, `tests`: which of the module's gates. */
  gate: z.string(),
  passed: z.boolean(),
  what: z.string(),
  where: z.array(z.string()),
  cure: z.optional(z.string()),
});

const failed = z.object({
  what: z.string(),
  why: z.optional(z.string()),
  cure: z.optional(z.string()),
  /** Its last lines, of steps that are given nothing secret. */
  lines: z.array(z.string()),
});

/** `kept`: an earlier run has done it. `left`: what it needs did not come to be, or the run ended before. */
const OUTCOMES = ['waiting', 'running', 'done', 'failed', 'kept', 'left'] as const;

const step = z.object({
  /** `compile:api`: unique in its run. */
  id: z.string(),
  needs: z.array(z.string()),
  /** Why it is done, or of which commit what is kept was made first. */
  cause: z.string(),
  outcome: z.enum(OUTCOMES),
  /** Epoch milliseconds. */
  startedAtMs: z.optional(z.number()),
  endedAtMs: z.optional(z.number()),
  /** Of a check or a stage: hash of all that it looks at. The same key with two outcomes: it is flaky. */
  key: z.optional(z.string()),
  failed: z.optional(failed),
  /** What the module's gates said, in this run or in the one that it is kept from. */
  verdicts: z.optional(z.array(verdict)),
});

const record = z.object({
  id: z.string(),
  project: z.string(),
  /** Full hash. */
  commit: z.string(),
  version: z.string(),
  /** Stages that were asked for by name; absent where it is the whole pipeline. */
  only: z.optional(z.array(z.string())),
  /** Epoch milliseconds. */
  startedAtMs: z.number(),
  /** Absent while it runs, or when it was killed. */
  endedAtMs: z.optional(z.number()),
  outcome: z.optional(z.enum(['good', 'failed', 'interrupted'])),
  /** Module by module, each one's as the pipeline goes; then those about all. */
  steps: z.array(step),
});

export type RecordedVerdict = z.infer<typeof verdict>;
export type RecordedFailure = z.infer<typeof failed>;
export type RecordedStep = z.infer<typeof step>;
export type StepOutcome = RecordedStep['outcome'];
/** One run of the pipeline, as it is remembered. */
export type RunRecord = z.infer<typeof record>;

/** Reads a record; undefined for what is none: half a disk, or another version of the tool. */
export function parseRecord(text: string): RunRecord | undefined {
  try {
    const parsed = record.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Verdicts as they are kept under a gate's key. */
export function parseVerdicts(text: string): readonly RecordedVerdict[] | undefined {
  try {
    const parsed = z.array(verdict).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** What a run is begun with. */
export type RunFacts = Pick<
  RunRecord,
  'id' | 'project' | 'commit' | 'version' | 'only' | 'startedAtMs'
>;

/**
 * A run that has not done anything yet.
 * @param keyOf hash of all that a step looks at, where it may come to both with the same.
 */
export function beginRecord(
  facts: RunFacts,
  { steps, kept, order }: PipelinePlan,
  keyOf: (step: PipelineStep) => string | undefined,
): RunRecord {
  const all = [
    ...kept.map(({ id, from }) => ({
      ...{ id, needs: [], outcome: 'kept' as const },
      cause: from === undefined ? 'there already' : `kept from ${from.commit.slice(0, 7)}`,
    })),
    ...steps.map((one) => {
      const key = keyOf(one);
      return {
        ...{ id: one.id, needs: [...one.needs], cause: one.cause },
        ...{ outcome: 'waiting' as const, ...(key !== undefined && { key }) },
      };
    }),
  ];
  const place = new Map(order.map((id, at) => [id, at]));
  const placeOf = (id: string): number => place.get(id) ?? order.length;
  return { ...facts, steps: all.toSorted((a, b) => placeOf(a.id) - placeOf(b.id)) };
}

/** The record with something more known of a step. */
export function withStep(run: RunRecord, id: string, known: Partial<RecordedStep>): RunRecord {
  return { ...run, steps: run.steps.map((one) => (one.id === id ? { ...one, ...known } : one)) };
}

/** What was not done by then is left. */
export function endRecord(
  run: RunRecord,
  outcome: NonNullable<RunRecord['outcome']>,
  endedAtMs: number,
): RunRecord {
  const isOpen = (one: RecordedStep): boolean => ['waiting', 'running'].includes(one.outcome);
  return {
    ...{ ...run, outcome, endedAtMs },
    steps: run.steps.map((one) => (isOpen(one) ? { ...one, outcome: 'left' } : one)),
  };
}

/** What a run is called: its version, and what of the pipeline it was where that is not all. */
export function runTitle({ version, only = [] }: Pick<RunRecord, 'version' | 'only'>): string {
  return only.length === 0 ? version : `${version} (only ${only.join(', ')})`;
}

/** How long a step took; undefined for one that has not ended. */
export function tookMs({ startedAtMs, endedAtMs }: RecordedStep): number | undefined {
  return startedAtMs === undefined || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs;
}

/** The module that a step is about; undefined for those that are about all. */
export function moduleOf({ id }: Pick<RecordedStep, 'id'>): string | undefined {
  const at = id.indexOf(':');
  return at < 0 ? undefined : id.slice(at + 1);
}
