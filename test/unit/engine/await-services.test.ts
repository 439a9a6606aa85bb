import { describe, expect, it } from 'vitest';
import { ServiceWatch } from '../../../src/engine/await-services.ts';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer, anAwaitedService } from '../../support/containers.ts';

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
    const api = anAwaitedService('api');
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

  it('does not wait for a container that was made, and never started as the work failed', async () => {
    const engine: Pick<Engine, 'events' | 'containers'> = {
      async *events(_project, signal) {
        await Promise.resolve();
        const made = { atMs: 1, action: 'create', containerId: 'id-api', service: 'api' };
        yield { ...made, attributes: {} };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      containers: () => Promise.resolve(ok([aContainer('api', { state: 'created' })])),
    };
    const api = anAwaitedService('api', { hasHealthcheck: false });
    const clock = {
      now: () => 0,
      sleep: (_ms: number, signal?: AbortSignal) =>
        new Promise<void>((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    };
    let created: () => void = () => undefined;
    const seen = new Promise<void>((resolve) => {
      created = resolve;
    });
    const report = (event: ProgressEvent): void => {
      if (event.kind === 'step-progress' && event.detail === 'starting') created();
    };
    const request = { project: 'shop', services: [api], timeoutMs: 60_000 };
    const watch = new ServiceWatch(request, { engine, clock, report });
    const result = watch.result(new AbortController().signal);
    await seen;
    await watch.settle();
    expect(await result).toMatchObject({
      ok: true,
      value: { ready: [], failed: [{ service: 'api', containerId: undefined }] },
    });
  });
});
