import { resolve } from 'node:path';
import { createWorld } from '../../src/adapters/world.ts';
import { ensureEngine } from '../../src/app/machine/ensure-engine.ts';
import { ensureRootImage } from '../../src/app/machine/ensure-root-image.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { Report } from '../../src/events/progress.ts';
import { lastingLine } from '../../src/views/progress.ts';
import { failureText } from '../../src/views/failure-text.ts';
import { leftByThisRun, sweepDeadRuns } from './nothing-left.ts';
import { ownPrefix } from './own-run.ts';
import { runProgram } from './run-program.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** What `base-images/os` begins with. */
const ROOT_IMAGE = 'debian:trixie-slim';

/**
 * Before the first engine test: the tool is built, a real engine answers and has the root image, all
 * of it brought by the product's own code. Nothing is installed or started without a yes: `CI=1`
 * says it, and a person on a terminal is asked.
 */
export async function setup(): Promise<void> {
  const built = await runProgram([`${REPOSITORY}/dev`, '--version'], { timeoutMs: 600_000 });
  if (built.status !== 0) throw new Error(`cannot build the tool:\n${built.stderr}`);

  const world = createWorld(REPOSITORY, 'test');
  const yes = (process.env['CI'] ?? '') !== '';
  const report: Report = (event) => {
    const line = lastingLine(event, false);
    if (line !== undefined) process.stderr.write(`${line}\n`);
  };
  const engine = await ensureEngine(world, { yes, report });
  if (!engine.ok) throw setupError(engine.failure);
  const image = await ensureRootImage(world, ROOT_IMAGE, { yes, report });
  if (!image.ok) throw setupError(image.failure);
  await sweepDeadRuns();
  // A name of this run, before its workers are started.
  ownPrefix();
}

/** A test that leaves something on the machine has failed, whatever it found. */
export async function teardown(): Promise<void> {
  const kept = process.env['ONESTACK_KEEP'] === '1';
  const left = kept ? [] : await leftByThisRun();
  if (left.length === 0) return;
  // The runner tells an error of a teardown, and ends with 0 all the same.
  process.exitCode = 1;
  throw new Error(`the tests have left behind:\n${left.join('\n')}`);
}

function setupError(failure: Failure): Error {
  return new Error(failureText(failure, { color: false }));
}
