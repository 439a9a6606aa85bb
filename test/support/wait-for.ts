import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `look` gives something else than `undefined` or `false`, and returns that. A `look` that
 * throws counts as "not yet". When the time is up the last thing it threw is part of the error.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const deadline = performance.now() + timeoutMs;
  let problem: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`, { cause: problem });
    }
    await pause(options.everyMs ?? 100);
  }
}
