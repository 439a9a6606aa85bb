import type { Failure } from '../../events/failure.ts';
import type { ModuleState } from '../../state/session-state.ts';
import { currentDiagnostics } from '../../state/select.ts';
import { counted } from '../../util/counted.ts';
import type { Scene } from './scene.ts';

/** One line of the overview: a service, a module, or both. */
export interface OverviewRow {
  readonly name: string;
  readonly module: ModuleState | undefined;
  readonly service: Scene['state']['services'][string] | undefined;
}

/** Modules in the order of dev.yaml, then the other services by name. */
export function overviewRows({ state }: Pick<Scene, 'state'>): readonly OverviewRow[] {
  const modules = state.modules.map((module) => ({
    name: module.name,
    module,
    service: state.services[module.name],
  }));
  const others = Object.values(state.services)
    .filter(({ service }) => !state.modules.some(({ name }) => name === service))
    .toSorted((one, other) => (one.service < other.service ? -1 : 1))
    .map((service) => ({ name: service.service, module: undefined, service }));
  return [...modules, ...others];
}

/** One line of the problems list. */
export interface ProblemRow {
  readonly level: 'error' | 'warning' | 'info';
  /** What it is about: a module, `definition`, `service:api`. */
  readonly subject: string;
  readonly check: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly at: number;
}

/** Everything that is wrong now, newest first. */
export function problemRows({ state }: Pick<Scene, 'state'>): readonly ProblemRow[] {
  const diagnostics = currentDiagnostics(state).map((one): ProblemRow => ({
    level: one.severity,
    subject: one.module,
    check: one.check,
    file: one.file,
    line: one.line,
    column: one.column,
    message: one.code === undefined ? one.message : `${one.message} (${one.code})`,
    at: one.at,
  }));
  // A check can fail without saying where: its last words stand for it.
  const silent = state.modules.flatMap((module) =>
    module.checks.flatMap(({ check, enabled, last }): ProblemRow[] => {
      if (!enabled || last === undefined || last.outcome === 'passed') return [];
      if (last.diagnostics.some(({ severity }) => severity === 'error')) return [];
      const message = `${check} ${last.outcome}: ${last.tail.at(-1) ?? 'no output'}`;
      return [{ ...NOWHERE, level: 'error', subject: module.name, check, message, at: last.at }];
    }),
  );
  const standing = state.problems.flatMap((problem) =>
    problem.failures.map((failure): ProblemRow => ({
      level: problem.level,
      subject: problem.key,
      check: undefined,
      file: failure.at?.file,
      line: failure.at?.line ?? 1,
      column: failure.at?.column ?? 1,
      message: failureLine(failure),
      at: problem.at,
    })),
  );
  return [...diagnostics, ...silent, ...standing].toSorted((one, other) => other.at - one.at);
}

/** What each level of a problem is called in a sentence. */
const NOUNS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** `25 errors`, `1 error, 2 warnings`: how many there are of each kind that there is. */
export function countsText(rows: readonly Pick<ProblemRow, 'level'>[]): string {
  return (['error', 'warning', 'info'] as const)
    .map((level) => ({ level, count: rows.filter((row) => row.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => counted(count, NOUNS[level]))
    .join(', ');
}

const NOWHERE = { file: undefined, line: 1, column: 1 } as const;

const failureLine = ({ what, why, cure }: Failure): string =>
  [what, why, cure === undefined ? undefined : `→ ${cure}`]
    .filter((part) => part !== undefined)
    .join(' · ');

const SPARK = { passed: '▁', failed: '▇', 'timed-out': '█', 'not-run': '░' } as const;

/** The last results as one character each, oldest first. */
export function sparkLine(
  history: readonly { readonly outcome: keyof typeof SPARK }[],
  columns: number,
): string {
  return history
    .slice(-columns)
    .map(({ outcome }) => SPARK[outcome])
    .join('');
}

/** `3s`, `12m`, `5h`, `2d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

export function rowDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}s`;
}

/** `1.5G`, `230M`, `12K`: binary units, as engines count memory. */
export function bytes(count: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)}${units[unit] ?? ''}`;
}
