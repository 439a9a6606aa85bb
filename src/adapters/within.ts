import { LONGEST_TIMER_MS } from './clock.ts';

/** Fails when the work takes longer; whoever does not answer is not waited for. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`it did not answer for ${Math.round(limitMs / 1_000)} s`);
    timer = setTimeout(() => reject(error), Math.min(limitMs, LONGEST_TIMER_MS));
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
