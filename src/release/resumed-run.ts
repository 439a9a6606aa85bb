import { runState, type RunState } from './report-data.ts';
import { runTitle, type RunRecord } from './run-record.ts';

/** A run of a commit that did not come to its end, or not to a good one. */
export interface ResumedRun {
  readonly record: RunRecord;
  readonly state: Exclude<RunState, 'good'>;
}

const isAll = ({ only = [] }: RunRecord): boolean => only.length === 0;
const sameStages = (a: RunRecord, b: RunRecord): boolean =>
  [...(a.only ?? [])].sort().join() === [...(b.only ?? [])].sort().join();

/**
 * The newest run of a commit that has something left to do: none where a later one has done all of it.
 * @param records the newest first.
 * @param living ids of those that are at work.
 */
export function resumedRun(
  records: readonly RunRecord[],
  living: ReadonlySet<string>,
  commit: string,
): ResumedRun | undefined {
  const good: RunRecord[] = [];
  for (const record of records) {
    if (record.commit !== commit) continue;
    const state = runState(record, living);
    if (state === 'good') good.push(record);
    else if (!good.some((later) => isAll(later) || sameStages(later, record)))
      return { record, state };
  }
  return undefined;
}

/** What is gone on with, for people: `the run of 1.4.0+3f2a1bc that was killed: 3 of 9 steps were done`. */
export function resumedText({ record, state }: ResumedRun): string {
  const { steps } = record;
  const done = steps.filter(({ outcome }) => outcome === 'done' || outcome === 'kept').length;
  const how = state === 'failed' ? 'failed' : `was ${state}`;
  const so = `${String(done)} of ${String(steps.length)} steps were done`;
  return `goes on with the run of ${runTitle(record)} that ${how}: ${so}`;
}
