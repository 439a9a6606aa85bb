import { describe, expect, it } from 'vitest';
import { advance, progressOf, type AwaitedService } from '../../../src/engine/service-progress.ts';
import type { EngineEvent } from '../../../src/ports/engine.ts';
import { aContainer } from '../../support/containers.ts';

const api: AwaitedService = {
  name: 'api',
  hasHealthcheck: true,
  oneShot: false,
  restarts: true,
  current: undefined,
};

function after(
  service: AwaitedService,
  ...actions: (string | [action: string, exitCode: string])[]
): { phase: string; problem?: string | undefined } {
  let progress = progressOf(service, service.current);
  for (const entry of actions) {
    const [action, exitCode] = typeof entry === 'string' ? [entry, '0'] : entry;
    const event: EngineEvent = {
      atMs: 0,
      action,
      containerId: 'new',
      service: service.name,
      attributes: { exitCode },
    };
    progress = advance(service, progress, event);
  }
  return { phase: progress.phase, problem: progress.problem };
}

describe('a service on its way to healthy', () => {
  it('is ready when its health check says so', () => {
    expect(after(api, 'create').phase).toBe('starting');
    expect(after(api, 'create', 'start').phase).toBe('probing');
    expect(after(api, 'create', 'start', 'health_status: healthy').phase).toBe('ready');
  });

  it('is ready on start without a health check', () => {
    expect(after({ ...api, hasHealthcheck: false }, 'create', 'start').phase).toBe('ready');
  });

  it('fails when unhealthy, and when it starts again and again', () => {
    expect(after(api, 'create', 'start', 'health_status: unhealthy').phase).toBe('failed');
    const loop = ['start', ['die', '1'] as [string, string]];
    expect(after(api, 'create', ...loop, ...loop, ...loop, 'start')).toEqual({
      phase: 'failed',
      problem: 'it started 4 times',
    });
  });

  it('fails at once when its process ends and nothing restarts it', () => {
    const service = { ...api, restarts: false };
    expect(after(service, 'create', 'start', ['die', '3'])).toEqual({
      phase: 'failed',
      problem: 'exited with 3',
    });
  });

  it('takes the end of a one-shot service for what it is', () => {
    const migrate = { ...api, oneShot: true, restarts: false, hasHealthcheck: false };
    expect(after(migrate, 'create', 'start').phase).toBe('starting');
    expect(after(migrate, 'create', 'start', 'die').phase).toBe('ready');
    expect(after(migrate, 'create', 'start', ['die', '1']).phase).toBe('failed');
  });

  it('fails at once when somebody takes its container away', () => {
    const gone = { phase: 'failed', problem: 'its container was removed' };
    expect(after(api, 'create', 'start', 'die', 'destroy')).toEqual(gone);
    const job = { ...api, hasHealthcheck: false, oneShot: true };
    expect(after(job, 'create', 'start', ['die', '0'], 'destroy').phase).toBe('ready');
  });

  it('pays no heed to the container that is being replaced', () => {
    const old = { ...api, current: aContainer('api', { health: 'starting' }) };
    expect(after(old, 'health_status: healthy').phase).toBe('probing');
    expect(after(old, 'die').phase).toBe('probing');
    expect(after(old, 'destroy').phase).toBe('probing');
  });
});
