import { describe, expect, it } from 'vitest';
import { advanceProgress, looked, progressOf } from '../../../src/engine/service-progress.ts';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import type { EngineEvent } from '../../../src/ports/engine.ts';
import type { AwaitedService } from '../../../src/ports/orchestrator.ts';
import { aTask, anAwaitedService } from '../../support/containers.ts';

const LOOK = { isOver: true, counts: true };
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
      oneOff: false,
      attributes: { exitCode },
    };
    progress = advanceProgress(service, progress, event);
  }
  return { phase: progress.phase, problem: progress.problem };
}

describe('a service on its way to healthy', () => {
  it('is ready when its health check says so', () => {
    expect(after(api, 'create').phase).toBe('starting');
    expect(after(api, 'create', 'start').phase).toBe('probing');
    expect(after(api, 'create', 'start', 'health_status: healthy').phase).toBe('ready');
  });

  it('waits on start for a look, without a health check', () => {
    expect(after({ ...api, hasHealthcheck: false }, 'create', 'start').phase).toBe('starting');
  });

  it('fails when unhealthy, and when it starts again and again', () => {
    expect(after(api, 'create', 'start', 'health_status: unhealthy').phase).toBe('failed');
    const loop = ['start', ['die', '1'] as [string, string]];
    expect(after(api, 'create', ...loop, ...loop, ...loop, 'start')).toEqual({
      phase: 'failed',
      problem: 'it started 4 times, and exited with 1',
    });
  });

  it('is not waited for when it has been started again and again before', () => {
    const young = { health: 'none', status: 'Up 2 seconds' } as const;
    const service = { ...api, hasHealthcheck: false };
    const current = aTask('api', { id: 'new', ...young, restartCount: 7 });
    expect(after({ ...service, current: [current] }, ['die', '3'])).toEqual({
      phase: 'failed',
      problem: 'it started 8 times, and exited with 3',
    });
    // Once it ran for long, what was before is forgotten.
    const steady = { ...current, status: 'Up 12 seconds' };
    expect(after({ ...service, current: [steady] }, ['die', '3']).phase).toBe('waiting');
    // One restart is no loop yet.
    const once = { ...current, restartCount: 1 };
    expect(after({ ...service, current: [once] }, ['die', '3']).phase).toBe('waiting');
  });

  it('is ready after two restarts when the engine itself takes it for steady', () => {
    const service = { ...api, hasHealthcheck: false };
    const young = { health: 'none', status: 'Up 5 seconds', restartCount: 2 } as const;
    let progress = progressOf(service, [aTask('api', young)]);
    for (let look = 0; look < 20; look += 1) {
      progress = looked(service, progress, [aTask('api', young)], LOOK);
      expect(progress.phase).toBe('starting');
    }
    const old = aTask('api', { health: 'none', status: 'Up 10 seconds' });
    expect(looked(service, progress, [old], LOOK).phase).toBe('ready');
  });

  it('has to outlive its last run where that ended with an error soon after its start', () => {
    const service = { ...api, restarts: false, hasHealthcheck: false };
    const young = aTask('api', { id: 'new', health: 'none', status: 'Up 3 seconds' });
    const looksUntilReady = (livedMs: number | undefined): number => {
      const known = livedMs === undefined ? service : { ...service, livedMs };
      let progress = progressOf(known, []);
      for (let looks = 0; looks < 100; looks += 1) {
        if (progress.phase === 'ready') return looks;
        progress = looked(known, progress, [young], LOOK);
      }
      return Infinity;
    };
    expect(looksUntilReady(undefined)).toBe(1);
    expect(looksUntilReady(0)).toBe(3);
    expect(looksUntilReady(3_900)).toBe(13);
    // What the engine itself takes for steady is.
    const old = aTask('api', { id: 'new', health: 'none', status: 'Up 10 seconds' });
    const long = { ...service, livedMs: 50_000 };
    expect(looked(long, progressOf(long, []), [old], LOOK).phase).toBe('ready');
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

  it('forgets one that never ran: who was at making it begins again', () => {
    expect(after(api, 'create', 'destroy')).toEqual(after(api));
    expect(after(api, 'create', 'destroy', 'create', 'start').phase).toBe('probing');
  });

  it('pays no heed to the container that is being replaced', () => {
    const old = { ...api, current: [aTask('api', { health: 'starting' })] };
    expect(after(old, 'health_status: healthy').phase).toBe('probing');
    expect(after(old, 'die').phase).toBe('probing');
    expect(after(old, 'destroy').phase).toBe('probing');
    // The engine may start one once more that ends again and again.
    const leaving = { ...api, leaving: new Set(['new']) };
    expect(after(leaving, 'start', 'die', 'destroy')).toEqual(after(leaving));
  });
});

describe('a service of several containers', () => {
  const three = { ...api, replicas: 3 };
  const event = (containerId: string, action: string, exitCode = '0'): EngineEvent => ({
    atMs: 0,
    action,
    containerId,
    service: 'api',
    oneOff: false,
    attributes: { exitCode },
  });
  const follow = (...events: readonly EngineEvent[]) =>
    events.reduce((progress, one) => advanceProgress(three, progress, one), progressOf(three, []));
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
    const progress = starts.reduce(
      (one, next) => advanceProgress(five, one, next),
      progressOf(five, []),
    );
    expect(progress.phase).toBe('starting');
  });

  it('counts a start once that a look saw before its event came', () => {
    const one = { ...api, replicas: 1 };
    const between = aTask('api', { id: '1', state: 'restarting', status: 'Restarting (1) now' });
    const seen = looked(one, progressOf(one, []), [between], LOOK);
    const again = [event('1', 'start'), event('1', 'die'), event('1', 'start')];
    const third = [...again, event('1', 'die'), event('1', 'start')];
    const after = (events: readonly EngineEvent[]) =>
      events.reduce((progress, next) => advanceProgress(one, progress, next), seen);
    expect(after(third).phase).not.toBe('failed');
    expect(after([...third, event('1', 'die'), event('1', 'start')])).toMatchObject({
      phase: 'failed',
      problem: expect.stringContaining('it started 4 times') as string,
    });
  });

  it('counts those that stay as they are once the work has ended', () => {
    const two = { ...api, replicas: 2, hasHealthcheck: false, restarts: false };
    const added = advanceProgress(two, progressOf(two, []), event('new', 'start'));
    expect(added).toMatchObject({ phase: 'starting', containerId: 'new' });
    const listed = [aTask('api', { id: 'old' }), aTask('api', { id: 'new' })];
    expect(looked(two, added, listed, { isOver: false, counts: true }).phase).toBe('waiting');
    expect(looked(two, added, listed, LOOK).phase).toBe('ready');
  });

  it('may be one of none', () => {
    expect(progressOf({ ...api, replicas: 0 }, []).phase).toBe('ready');
  });
});

describe('a look at what there is', () => {
  const started: EngineEvent = {
    atMs: 0,
    action: 'start',
    containerId: 'id-api',
    service: 'api',
    oneOff: false,
    attributes: {},
  };
  const seen = (service: AwaitedService, ...looks: readonly Partial<ContainerSummary>[]) => {
    let progress = advanceProgress(service, progressOf(service, []), started);
    for (const look of looks) {
      progress = looked(service, progress, [aTask('api', look)], LOOK);
    }
    return { phase: progress.phase, problem: progress.problem };
  };
  const plain = { ...api, hasHealthcheck: false, restarts: false };
  const none = { health: 'none', status: 'Up 1 second' } as const;
  const exited = (code: number) =>
    ({ state: 'exited', health: 'none', status: `Exited (${String(code)}) 1 second ago` }) as const;

  it('finds what no event told', () => {
    expect(seen(api, { health: 'healthy' }).phase).toBe('ready');
    expect(seen(plain, none).phase).toBe('ready');
    expect(seen(plain, exited(3))).toEqual({ phase: 'failed', problem: 'exited with 3' });
    const gone = looked(api, advanceProgress(api, progressOf(api, []), started), [], LOOK);
    expect(gone).toMatchObject({ phase: 'failed', problem: 'its container was removed' });
  });

  it('believes that one runs which nobody asks only when it still does some time later', () => {
    const service = anAwaitedService('api', { hasHealthcheck: false, restarts: false });
    const young = aTask('api', { health: 'none', status: 'Up Less than a second' });
    const first = looked(service, progressOf(service, []), [young], {
      isOver: true,
      counts: false,
    });
    expect(first.phase).not.toBe('ready');
    expect(looked(service, first, [young], LOOK).phase).toBe('ready');
    const dead = aTask('api', { state: 'exited', status: 'Exited (127) 1 second ago' });
    expect(looked(service, first, [dead], LOOK)).toMatchObject({
      phase: 'failed',
      problem: 'exited with 127',
    });
  });

  it('knows of a health check that only the image has', () => {
    expect(seen(plain, { health: 'starting' }).phase).toBe('probing');
    expect(seen(plain, { health: 'starting' }, { health: 'healthy' }).phase).toBe('ready');
  });

  it('takes a service for done that nothing brings back, and that ended with 0', () => {
    expect(seen(plain, exited(0)).phase).toBe('failed');
    expect(seen({ ...plain, mayEnd: true }, exited(0)).phase).toBe('ready');
    expect(seen({ ...plain, mayEnd: true }, exited(1)).phase).toBe('failed');
    expect(after({ ...plain, mayEnd: true }, 'create', 'start', ['die', '0']).phase).toBe('ready');
  });

  it('believes that one runs which is brought back again and again only when it goes on', () => {
    const loop = { ...plain, restarts: true };
    expect(seen(loop, none, none, none).phase).toBe('starting');
    expect(seen(loop, none, none, none, none).phase).toBe('ready');
    const away = { state: 'restarting', health: 'none', status: 'Restarting (3) 1 second ago' };
    expect(seen(loop, none, none, none, away as Partial<ContainerSummary>)).toEqual({
      phase: 'waiting',
      problem: 'exited with 3',
    });
    // Two failures are no loop, whenever a look comes by.
    let slow = advanceProgress(loop, progressOf(loop, []), started);
    for (let failures = 0; failures < 2; failures += 1) {
      slow = advanceProgress(loop, slow, {
        ...started,
        action: 'die',
        attributes: { exitCode: '3' },
      });
      slow = looked(loop, slow, [aTask('api', away as Partial<ContainerSummary>)], LOOK);
      slow = advanceProgress(loop, slow, started);
    }
    expect(slow.phase).toBe('starting');
    // Given up by the engine: on-failure has an end.
    expect(seen(loop, none, exited(3)).phase).toBe('failed');
    // One that was not brought back yet, and runs, is believed at once when nothing is done to it.
    const current = aTask('api', { ...none, restartCount: 0 });
    expect(progressOf(loop, [current]).phase).toBe('ready');
    expect(progressOf(loop, [{ ...current, restartCount: 2 }]).phase).toBe('starting');
  });

  it('gives one that was unhealthy before the time for a better probe, and no more', () => {
    const sick = { health: 'unhealthy', status: 'Up 1 minute (unhealthy)' } as const;
    expect(progressOf(api, [aTask('api', sick)]).phase).toBe('probing');
    expect(seen(api, sick, sick, { health: 'healthy' }).phase).toBe('ready');
    const many = Array.from({ length: 30 }, () => sick);
    expect(seen(api, ...many)).toEqual({ phase: 'failed', problem: 'unhealthy' });
  });
});
