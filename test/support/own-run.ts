import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Handed from the run's first process to those that it starts. */
const RUN = 'ONESTACK_TEST_RUN';

/** Characters of a run in names: a process id to the base 36. */
const RUN_LENGTH = 4;

const runOf = (pid: number): string => pid.toString(36).padStart(RUN_LENGTH, '0');

/** What of this run's things their names begin with. */
export function ownPrefix(): string {
  return `ostest-${(process.env[RUN] ??= runOf(process.pid))}`;
}

/** A name that nothing else has, by which what is left of this run is found: `ostest-0k3f9a01c2`. */
export function ownName(): string {
  return `${ownPrefix()}${randomBytes(3).toString('hex')}`;
}

/** The process whose run made a thing, by its name; undefined for all that no test made. */
export function runOfName(name: string): number | undefined {
  const run = /^ostest-([0-9a-z]{4,5})[0-9a-f]{6}(?![0-9a-z])/.exec(name)?.[1];
  return run === undefined ? undefined : Number.parseInt(run, 36);
}

let state: string | undefined;

/** Nothing that runs here writes into the person's own state folder. The same folder each time. */
export function ownState(): void {
  if (state !== undefined) return;
  state = mkdtempSync(join(tmpdir(), `${ownName()}-state-`));
  process.env['XDG_STATE_HOME'] = state;
  process.once('exit', removeOwnState);
}

export function removeOwnState(): void {
  if (state !== undefined) rmSync(state, { recursive: true, force: true });
  state = undefined;
}
