import type { Failure } from '../../events/failure.ts';
import type { Result } from '../../util/result.ts';
import { sizeText } from '../../util/size-text.ts';
import type { DataContext } from './context.ts';

/** Of bytes, what is told at most so often. */
const TOLD_EVERY_MS = 200;

/** One step of the display, which tells the bytes as they come. */
export async function dataStep<T>(
  label: string,
  { world, progress }: Pick<DataContext, 'world' | 'progress'>,
  work: (onBytes: (bytes: number) => void) => Promise<Result<T, Failure>>,
  totalBytes?: number,
): Promise<Result<T, Failure>> {
  const { clock } = world;
  const { report } = progress;
  const step = { id: `data:${label}`, label };
  const startedAtMs = clock.steady();
  report({ kind: 'step-started', ...step });
  let toldAtMs = startedAtMs;
  let last = 0;
  const of = totalBytes === undefined ? '' : ` of ${sizeText(totalBytes)}`;
  const worked = await work((bytes) => {
    last = bytes;
    if (clock.steady() - toldAtMs < TOLD_EVERY_MS) return;
    toldAtMs = clock.steady();
    report({ kind: 'step-progress', id: step.id, detail: `${sizeText(bytes)}${of}` });
  });
  const durationMs = clock.steady() - startedAtMs;
  const outcome = worked.ok ? 'done' : 'failed';
  const detail = last > 0 ? { detail: sizeText(last) } : {};
  report({ kind: 'step-finished', ...step, outcome, ...detail, durationMs });
  return worked;
}
