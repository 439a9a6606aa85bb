import { spawn } from 'node:child_process';

export interface CommandRun {
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** This process's own when not given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Exit statuses that are fine; 0 only when not given. */
  readonly accept?: readonly number[];
}

/** Runs a command to its end. @returns milliseconds of wall time. */
export async function timeCommand({ argv, cwd, env, accept = [0] }: CommandRun): Promise<number> {
  const [program = '', ...args] = argv;
  const startedAt = process.hrtime.bigint();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += String(chunk)));
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 255));
  });
  const elapsedMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
  if (!accept.includes(status)) {
    throw new Error(`${argv.join(' ')} ended with ${String(status)}:\n${errors}`);
  }
  return elapsedMs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** One line of the bench: what, against what, and the budget. */
export interface Row {
  readonly what: string;
  readonly oursMs: number;
  readonly theirsMs: number;
  readonly budget: number;
}

/**
 * Runs two commands in turn (ours, theirs, ours, …), so that a drift of the machine hits both, and
 * compares their medians.
 */
export async function compare(
  what: string,
  budget: number,
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Row> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.ours.push(await ours());
    times.theirs.push(await theirs());
  }
  return { what, oursMs: median(times.ours), theirsMs: median(times.theirs), budget };
}

/** `dev up, nothing to do     142 ms   1150 ms   0.12   ≤ 0.30  kept`. */
export function rowText({ what, oursMs, theirsMs, budget }: Row): string {
  const ratio = oursMs / theirsMs;
  const verdict = ratio <= budget ? 'kept' : 'BROKEN';
  const figures = [`${oursMs.toFixed(0)} ms`, `${theirsMs.toFixed(0)} ms`, ratio.toFixed(2)];
  return `${what.padEnd(44)}${figures.map((text) => text.padStart(10)).join('')}   ≤ ${budget.toFixed(2)}  ${verdict}`;
}

/** One line of the bench for a figure of its own. */
export function figure(what: string, value: string, budget = ''): string {
  return `${what.padEnd(58)} ${value.padStart(10)}   ${budget}`.trimEnd();
}
