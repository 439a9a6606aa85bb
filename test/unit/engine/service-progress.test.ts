import { describe, expect, it } from 'vitest';
import {
  advance,
  progressOf,
  settled,
  type AwaitedService,
} from '../../../src/engine/service-progress.ts';
import type { EngineEvent } from '../../../src/ports/engine.ts';
import { aContainer, anAwaitedService } from '../../support/containers.ts';

const api: AwaitedService = anAwaitedService('api');

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
    const old = { ...api, current: [aContainer('api', { health: 'starting' })] };
    expect(after(old, 'health_status: healthy').phase).toBe('probing');
    expect(after(old, 'die').phase).toBe('probing');
    expect(after(old, 'destroy').phase).toBe('probing');
  });
});

describe('a service of several containers', () => {
  const three = { ...api, replicas: 3 };
  const event = (containerId: string, action: string, exitCode = '0'): EngineEvent => ({
    atMs: 0,
    action,
    containerId,
    service: 'api',
    attributes: { exitCode },
  });
  const follow = (...events: readonly EngineEvent[]) =>
    events.reduce((progress, one) => advance(three, progress, one), progressOf(three, []));
  const started = ['1', '2', '3'].flatMap((id) => [event(id, 'create'), event(id, 'start')]);
  const healthy = (id: string): EngineEvent => event(id, 'health_status: healthy');

  it('is ready when all of them are', () => {
    expect(follow(...started).phase).toBe('probing');
    expect(follow(...started, healthy('1'), healthy('3')).phase).toBe('probing');
    expect(follow(...started, healthy('1'), healthy('3'), healthy('2')).phase).toBe('ready');
  });

  it('fails when one of them does, and names it', () => {
    expect(follow(...started, healthy('1'), event('2', 'health_status: unhealthy'))).toMatchObject({
      phase: 'failed',
      problem: 'unhealthy',
      containerId: '2',
    });
  });

  it('does not take many containers for one that starts again and again', () => {
    const five = { ...api, replicas: 5, hasHealthcheck: false };
    const starts = ['1', '2', '3', '4', '5'].map((id) => event(id, 'start'));
    const progress = starts.reduce((one, next) => advance(five, one, next), progressOf(five, []));
    expect(progress.phase).toBe('ready');
  });

  it('counts those that stay as they are once the work has ended', () => {
    const two = { ...api, replicas: 2, hasHealthcheck: false };
    const added = advance(two, progressOf(two, []), event('new', 'start'));
    expect(added).toMatchObject({ phase: 'waiting', containerId: undefined });
    const listed = [aContainer('api', { id: 'old' }), aContainer('api', { id: 'new' })];
    expect(settled(two, added, listed).phase).toBe('ready');
  });

  it('may be one of none', () => {
    expect(progressOf({ ...api, replicas: 0 }, []).phase).toBe('ready');
  });
});
