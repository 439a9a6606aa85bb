import type { ReleaseState } from './release.ts';
import type { RunRecord } from './run-record.ts';
import type { FlakyStep, Trend } from './run-trends.ts';

/** A module or service of the definition. */
export interface SystemMapNode {
  readonly name: string;
  /** `library`: its code is part of others, and nothing of it runs. */
  readonly kind: 'module' | 'library' | 'service';
  /** The image that it runs, or its base image. */
  readonly image: string;
  /** Ports of its container that are published. */
  readonly published: readonly string[];
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  /** `talks`: it is told the other's address; `needs`: it waits for it; `imports`: its code. */
  readonly kind: 'talks' | 'needs' | 'imports';
}

/** Who there is and who talks to whom, from the definition. */
export interface SystemMap {
  readonly nodes: readonly SystemMapNode[];
  readonly edges: readonly MapEdge[];
}

/** `killed`: it has no end, and nobody is at work. */
export type RunState = 'running' | 'killed' | NonNullable<RunRecord['outcome']>;

export interface ReportRun {
  readonly record: RunRecord;
  readonly state: RunState;
  /** By id of the step. */
  readonly trends: ReadonlyMap<string, Trend>;
}

/** All that the report shows. */
export interface ReportData {
  readonly project: string;
  /** Epoch milliseconds. */
  readonly madeAtMs: number;
  /** The newest first. */
  readonly runs: readonly ReportRun[];
  readonly flaky: readonly FlakyStep[];
  /** The newest first. */
  readonly releases: readonly ReleaseState[];
  /** Undefined where the definition cannot be read. */
  readonly map: SystemMap | undefined;
  /** Why there is no map, a line each. */
  readonly problems: readonly string[];
}

/** How a run stands. */
export function runState(record: RunRecord, living: ReadonlySet<string>): RunState {
  return record.outcome ?? (living.has(record.id) ? 'running' : 'killed');
}

/** A run as JSON has it. */
export function runDocument({ trends, ...run }: ReportRun): object {
  return { ...run, trends: Object.fromEntries(trends) };
}
