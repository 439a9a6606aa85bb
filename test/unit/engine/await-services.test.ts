import { describe, expect, it } from 'vitest';
import { ServiceWatch } from '../../../src/engine/await-services.ts';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import type {
  ContainerDetail,
  ContainerSummary,
  LogLine,
} from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { AwaitedService } from '../../../src/ports/orchestrator.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer, anAwaitedService } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const OPTIONS = {
  timeoutMs: 60_000,
  startedAtMs: 0,
  startTookMs: 0,
  signal: new AbortController().signal,
};
const GONE = { reason: 'no-engine', what: 'no Docker engine answers' } as const;

type Asked = Pick<Engine, 'events' | 'containers' | 'inspect' | 'logs'>;

const NEVER_INSPECTED: Pick<Engine, 'inspect' | 'logs'> = {
  inspect: (id) => {
    throw new Error(`nobody has to ask about ${id}`);
  },
  logs: (id) => {
    throw new Error(`nobody has to read the log of ${id}`);
  },
};

/** An engine that lists these containers and tells nothing. */
function engineOf(containers: readonly ContainerSummary[], probes: readonly string[] = []): Asked {
  return {
    ...NEVER_INSPECTED,
    async *events(_project, signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield* [];
    },
    containers: () => Promise.resolve(ok(containers)),
    ...(probes.length > 0 && {
      inspect: (id: string) => {
        const healthLog = probes.map((output) => ({ exitCode: -1, output }));
        return Promise.resolve(ok(partly<ContainerDetail>({ id, healthLog })));
      },
    }),
  };
}

describe('waiting for services', () => {
  it('waits for each by itself', async () => {
    const told: string[] = [];
    const clock = new VirtualClock();
    const engine = engineOf([aContainer('db'), aContainer('api', { health: 'starting' })]);
    const watch = new ServiceWatch(
      { project: 'shop', services: [anAwaitedService('db'), anAwaitedService('api')] },
      {
        engine,
        clock,
        report: (event) => event.kind === 'step-finished' && told.push(event.label),
      },
    );
    const [db, api] = [watch.until('db', OPTIONS), watch.until('api', OPTIONS)];
    expect(await db).toMatchObject({ value: { phase: 'ready' } });
    await clock.advance(60_000);
    expect(await api).toMatchObject({
      value: { phase: 'failed', problem: 'not healthy after 60 s' },
    });
    expect(told).toEqual(['db', 'api']);
    await watch.close();
  });

  it('does not take one that gives up at once for running, whenever it happens to look', async () => {
    const clock = new VirtualClock();
    const containers = [aContainer('api', { health: 'none', status: 'Up Less than a second' })];
    const service = anAwaitedService('api', { hasHealthcheck: false });
    const watch = new ServiceWatch(
      { project: 'shop', services: [service] },
      { engine: engineOf(containers), clock, report: () => undefined },
    );
    // The next look is 50 ms away.
    await clock.advance(350);
    let phase = '';
    const over = watch.until('api', OPTIONS).then((result) => {
      phase = result.ok ? result.value.phase : 'lost';
    });
    await clock.advance(100);
    expect(phase).toBe('');
    // Only now the engine has noted its end.
    containers[0] = aContainer('api', { state: 'exited', health: 'none', status: 'Exited (3)' });
    await clock.advance(200);
    await over;
    expect(phase).toBe('failed');
    await watch.close();
  });

  it('waits the longer for an end the longer the start took', async () => {
    const clock = new VirtualClock();
    const containers = [aContainer('api', { health: 'none', status: 'Up 1 second' })];
    const service = anAwaitedService('api', { hasHealthcheck: false });
    const watch = new ServiceWatch(
      { project: 'shop', services: [service] },
      { engine: engineOf(containers), clock, report: () => undefined },
    );
    const over = watch.until('api', { ...OPTIONS, startTookMs: 2_000 });
    await clock.advance(1_900);
    containers[0] = aContainer('api', { state: 'exited', health: 'none', status: 'Exited (3)' });
    await clock.advance(500);
    expect(await over).toMatchObject({ value: { phase: 'failed' } });
    await watch.close();
  });

  it('is told of a service that others wait to be healthy, and that has no health check', async () => {
    const engine = engineOf([aContainer('api', { health: 'none' })]);
    const watch = new ServiceWatch(
      { project: 'shop', services: [anAwaitedService('api')] },
      { engine, clock: new VirtualClock(), report: () => undefined },
    );
    expect(await watch.until('api', OPTIONS)).toMatchObject({
      value: { phase: 'failed', problem: 'it has no health check, and others wait for one' },
    });
    await watch.close();
  });

  it('does not wait for a ready service whose check its other image cannot run', async () => {
    const lacks =
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "postgres-ready": executable file not found in $PATH: unknown';
    const starting = [aContainer('db', { health: 'starting' })];
    const own = anAwaitedService('db', { hasHealthcheck: true });
    const outcome = async (
      probes: readonly string[],
      service = { ...own, hasForeignImage: true },
    ): Promise<unknown> => {
      const clock = new VirtualClock();
      const watch = new ServiceWatch(
        { project: 'shop', services: [service] },
        { engine: engineOf(starting, probes), clock, report: () => undefined },
      );
      const waiting = watch.until('db', OPTIONS);
      await clock.advance(60_000);
      await watch.close();
      const ended = await waiting;
      return ended.ok && ended.value.problem;
    };
    const LATE = 'not healthy after 60 s';
    expect(await outcome([lacks, lacks])).toBe('its health check cannot be run in its image');
    expect(await outcome([lacks])).toBe(LATE);
    expect(await outcome([lacks, 'no such database yet'])).toBe(LATE);
    // The project's own check may ask by what its command installs.
    expect(await outcome([lacks, lacks], { ...own, hasForeignImage: false })).toBe(LATE);
  });

  it('does not wait for the health of a module whose process ends again and again', async () => {
    const starting = [aContainer('api', { health: 'starting' })];
    const ended = (pauseS: number, atMs: number): LogLine => ({
      ...{ stream: 'stderr', atMs },
      text: `onestack: the process ended with exit status 1; it starts again in ${pauseS} s, or after the next good compile`,
    });
    const outcome = async (
      told: readonly LogLine[],
      more: Partial<AwaitedService> = { runsModule: true },
    ): Promise<unknown> => {
      const clock = new VirtualClock();
      // What it left when it was started before, with its container.
      const log: LogLine[] = [ended(16, 1)];
      const engine: Asked = {
        ...engineOf(starting),
        logs: async function* () {
          yield* await Promise.resolve(log);
        },
      };
      const watch = new ServiceWatch(
        { project: 'shop', services: [anAwaitedService('api', more)] },
        { engine, clock, report: () => undefined },
      );
      const waiting = watch.until('api', OPTIONS);
      await clock.advance(2_000);
      log.push(...told);
      await clock.advance(60_000);
      await watch.close();
      const result = await waiting;
      return result.ok && result.value.problem;
    };
    const LATE = 'not healthy after 60 s';
    expect(await outcome([])).toBe(LATE);
    expect(await outcome([ended(1, 2), ended(4, 3)])).toBe(LATE);
    expect(await outcome([ended(4, 2), ended(8, 3)])).toBe(
      'its process ended with exit status 1, again and again',
    );
    expect(await outcome([ended(8, 3)], {})).toBe(LATE);
  });

  it('ends when the engine goes away, and says so', async () => {
    const engine: Asked = {
      ...NEVER_INSPECTED,
      async *events() {
        await Promise.resolve();
        yield {
          atMs: 1,
          action: 'create',
          containerId: 'new',
          service: 'api',
          oneOff: false,
          attributes: {},
        };
        throw new Error('socket hang up');
      },
      containers: () => Promise.resolve(fail(GONE)),
    };
    const api = anAwaitedService('api');
    const watch = new ServiceWatch(
      { project: 'shop', services: [api] },
      {
        engine,
        clock: {
          now: () => 0,
          steady: () => 0,
          sleep: (_ms, signal) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(new Error('aborted')));
            }),
        },
        report: () => undefined,
      },
    );
    expect(await watch.until('api', OPTIONS)).toEqual(fail(GONE));
    await watch.close();
  });

  it('does not wait for a container that was made, and never started as the work failed', async () => {
    const engine: Asked = {
      ...NEVER_INSPECTED,
      async *events(_project, signal) {
        await Promise.resolve();
        const made = { atMs: 1, action: 'create', containerId: 'id-api', service: 'api' };
        yield { ...made, oneOff: false, attributes: {} };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      containers: () => Promise.resolve(ok([aContainer('api', { state: 'created' })])),
    };
    const api = anAwaitedService('api', { hasHealthcheck: false });
    const clock = {
      now: () => 0,
      steady: () => 0,
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
    const request = { project: 'shop', services: [api] };
    const watch = new ServiceWatch(request, { engine, clock, report });
    await seen;
    expect(await watch.until('api', OPTIONS)).toMatchObject({
      ok: true,
      value: { service: 'api', phase: 'waiting', containerId: undefined },
    });
    await watch.close();
  });
});
