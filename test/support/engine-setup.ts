import { resolve } from 'node:path';
import { createWorld } from '../../src/adapters/world.ts';
import { ensureEngine } from '../../src/app/machine/ensure-engine.ts';
import { ensureRootImage } from '../../src/app/machine/ensure-root-image.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { Report } from '../../src/events/progress.ts';
import { lastingLine } from '../../src/views/progress.ts';
import { failureText } from '../../src/views/failure-text.ts';
import { runProgram } from './run-program.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** What `base-images/os` begins with. */
const ROOT_IMAGE = 'debian:trixie-slim';

/**
 * Before the first engine test: the tool is built, a real engine answers and has the root image, all
 * of it brought by the product's own code. Nothing is installed or started without a yes: `CI=1`
 * says it, and a person on a terminal is asked.
 */
export default async function setup(): Promise<void> {
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
}

function setupError(failure: Failure): Error {
  return new Error(failureText(failure, { color: false }));
}
