import type {
  EngineStateChanged,
  PlanChanged,
  ServiceStateChanged,
  Watching,
} from '../events/session-event.ts';
import type { Failure } from '../events/failure.ts';
import type { CheckOutcome, CheckResult } from '../model/check-result.ts';
import type { CheckKind } from '../model/checks.ts';

/** How many results of a check are remembered for its spark line. */
export const HISTORY_LENGTH = 40;

/**
 * Everything that `dev status`, the overview and the problems list show. Plain JSON: it is sent as
 * a snapshot, and lies in `.dev/state/session.json` for when no session runs.
 */
export interface SessionState {
  readonly session: {
    readonly state: 'starting' | 'running' | 'stopping';
    readonly pid: number;
    readonly project: string;
    readonly root: string;
    readonly context: string;
    readonly version: string;
    /** Address of the engine that it is on; sessions of older versions do not say it. */
    readonly engine?: string;
    /** What that engine calls itself; undefined until it has said so. */
    readonly engineId?: string;
    /** Epoch milliseconds. */
    readonly startedAt: number;
  };
  readonly engine: Pick<EngineStateChanged, 'reachable' | 'detail'> & { readonly since: number };
  /** Whether terminals ring when a module turns from good to bad or back. */
  readonly bell: boolean;
  readonly watching: Pick<Watching, 'mode' | 'reason' | 'entries'>;
  /** The newest plan, while it matters: waiting, being applied, or how it ended. */
  readonly plan?: Omit<PlanChanged, 'kind'> & { readonly at: number };
  readonly lastSave?: {
    readonly save: number;
    readonly at: number;
    readonly total: number;
    readonly modules: readonly string[];
  };
  /** The newest time that edited files reached a service's containers, or did not. */
  readonly lastSync?: { readonly service: string; readonly at: number; readonly failed: boolean };
  readonly services: Readonly<Record<string, Omit<ServiceStateChanged, 'kind'>>>;
  /** In the order of dev.yaml. */
  readonly modules: readonly ModuleState[];
  readonly problems: readonly StandingProblem[];
}

export interface ModuleState {
  readonly name: string;
  readonly path: string;
  readonly uses: readonly string[];
  readonly run: boolean;
  readonly watch: boolean;
  readonly checks: readonly CheckState[];
  /** While its dependencies are being installed: epoch milliseconds since when. */
  readonly installingSince?: number;
}

export interface CheckState {
  readonly check: CheckKind;
  readonly enabled: boolean;
  readonly daemon: boolean;
  /** Waits for its turn, for this save. */
  readonly queued?: { readonly run: number; readonly save: number };
  readonly running?: { readonly run: number; readonly save: number; readonly since: number };
  readonly last?: CheckResult;
  /** Oldest first. */
  readonly history: readonly CheckMark[];
}

export interface CheckMark {
  readonly at: number;
  readonly save: number;
  readonly outcome: CheckOutcome;
  readonly durationMs: number;
}

export interface StandingProblem {
  readonly key: string;
  readonly level: 'warning' | 'error';
  readonly failures: readonly Failure[];
  readonly at: number;
}

/** The state before the first event. */
export const EMPTY_STATE: SessionState = {
  session: {
    state: 'starting',
    pid: 0,
    project: '',
    root: '',
    context: 'dev',
    version: '',
    startedAt: 0,
  },
  engine: { reachable: true, since: 0 },
  bell: false,
  watching: { mode: 'off', entries: 0 },
  services: {},
  modules: [],
  problems: [],
};
