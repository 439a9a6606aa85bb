import { describe, expect, it } from 'vitest';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import { awaitNeeded } from '../../../src/session/needed-services.ts';
import { ok } from '../../../src/util/result.ts';

/** Looks one after the other; the last one stays. `-`: it does not run. */
async function waitFor(healths: readonly string[], signal = new AbortController().signal) {
  let looks = 0;
  let nowMs = 0;
  const health = (): string => healths[Math.min(looks, healths.length - 1)] ?? '-';
  const services = {
    running: () => (health() === '-' ? undefined : ({ health: health() } as ContainerSummary)),
    absence: () => ({ reason: 'check', what: 'it is not running' }) as const,
    refresh: () => {
      looks += 1;
      return Promise.resolve(ok(undefined));
    },
  };
  const clock = {
    now: () => nowMs,
    steady: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const ready = await awaitNeeded(['db'], { services, clock }, signal);
  return { ready: ready.ok ? 'ready' : ready.failure.what, nowMs };
}

describe('services that a check needs', () => {
  it('are ready at once when they run, or are healthy', async () => {
    expect(await waitFor(['none'])).toEqual({ ready: 'ready', nowMs: 0 });
    expect(await waitFor(['healthy'])).toEqual({ ready: 'ready', nowMs: 0 });
  });

  it('are waited for while they start, or are made anew', async () => {
    expect(await waitFor(['-', 'starting', 'unhealthy', 'healthy'])).toMatchObject({
      ready: 'ready',
    });
  });

  it('fail the check when they are not there, or do not get well', async () => {
    expect(await waitFor(['-'])).toEqual({ ready: 'it is not running', nowMs: 3_000 });
    expect(await waitFor(['starting'])).toEqual({
      ready: 'db is not healthy, and this check needs it',
      nowMs: 60_000,
    });
  });

  it('are not waited for by a check that was cancelled', async () => {
    expect(await waitFor(['-'], AbortSignal.abort())).toEqual({ ready: 'ready', nowMs: 0 });
  });
});
