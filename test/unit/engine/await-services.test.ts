import { describe, expect, it } from 'vitest';
import { ServiceWatch } from '../../../src/engine/await-services.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { fail } from '../../../src/util/result.ts';

const GONE = { reason: 'no-engine', what: 'no Docker engine answers' } as const;

describe('waiting for services', () => {
  it('ends when the engine goes away, and says so', async () => {
    const engine: Pick<Engine, 'events' | 'containers'> = {
      async *events() {
        await Promise.resolve();
        yield {
          atMs: 1,
          action: 'create',
          containerId: 'new',
          service: 'api',
          attributes: {},
        };
        throw new Error('socket hang up');
      },
      containers: () => Promise.resolve(fail(GONE)),
    };
    const api = {
      name: 'api',
      hasHealthcheck: true,
      oneShot: false,
      restarts: true,
      current: undefined,
    };
    const watch = new ServiceWatch(
      { project: 'shop', services: [api], timeoutMs: 60_000 },
      {
        engine,
        clock: {
          now: () => 0,
          sleep: (_ms, signal) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(new Error('aborted')));
            }),
        },
        report: () => undefined,
      },
    );
    expect(await watch.result(new AbortController().signal)).toEqual(fail(GONE));
  });
});
