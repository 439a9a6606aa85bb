import { expect, it } from 'vitest';
import type { ContainerSummary } from '../../../src/ports/engine-containers.ts';
import type { Engine, EngineEvent } from '../../../src/ports/engine.ts';
import { createEventBus } from '../../../src/session/event-bus.ts';
import { createServiceFollower } from '../../../src/session/service-follower.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const ENGINE_MS = 1_000_000_000;

/**
 * An engine that keeps what happened, and gives it to whoever asks from before it on.
 * @param happens after the first listing, before any stream of events is open
 */
function anEngine(happens: (died: (service: string) => void) => void) {
  let nowMs = ENGINE_MS;
  let containers: readonly ContainerSummary[] = [aContainer('db'), aContainer('web')];
  const past: EngineEvent[] = [{ ...anEvent('old', 'die'), atMs: ENGINE_MS - 5_000 }];
  const asked: (number | undefined)[] = [];
  let listings = 0;
  function anEvent(service: string, action: string): EngineEvent {
    return {
      ...{ atMs: nowMs, action, containerId: `id-${service}`, service },
      ...{ oneOff: false, attributes: {} },
    };
  }
  const died = (service: string): void => {
    nowMs += 10;
    const status = 'Exited (3) 1 second ago';
    containers = containers.map((one) =>
      one.service === service ? { ...one, state: 'exited', status } : one,
    );
    past.push(anEvent(service, 'die'));
  };
  const engine: Pick<Engine, 'time' | 'containers' | 'events' | 'inspect'> = {
    time: () => Promise.resolve(ok(nowMs)),
    containers: () => {
      const listed = containers;
      listings += 1;
      if (listings === 1) happens(died);
      return Promise.resolve(ok(listed));
    },
    events: async function* events(_project, signal, { sinceMs } = {}) {
      asked.push(sinceMs);
      yield* past.filter(({ atMs }) => sinceMs !== undefined && atMs >= sinceMs);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    inspect: () => Promise.resolve(fail({ reason: 'service', what: 'not asked' })),
  };
  return { engine, asked };
}

it.each([-3_600_000, -10_000, 0, 10_000, 60_000, 3_600_000])(
  'misses nothing between a listing and the stream, with a clock that is off by %i ms',
  async (offMs) => {
    const clock = new VirtualClock(ENGINE_MS + offMs);
    const bus = createEventBus(clock);
    const { engine, asked } = anEngine((died) => died('db'));
    const follower = createServiceFollower({
      engine: partly<Engine>(engine),
      ...{ clock, bus, instance: 'shop' },
      ...{ onStart: () => undefined, onEnd: () => undefined, onReturn: () => undefined },
    });
    const stop = new AbortController();
    const following = follower.follow(stop.signal);
    await clock.advance(0);
    expect(bus.state.services['db']).toMatchObject({ state: 'exited', exitStatus: 3 });
    expect(bus.state.services['web']?.state).toBe('running');
    expect(asked).toEqual([ENGINE_MS]);
    stop.abort();
    await clock.advance(1_000);
    await following;
  },
);
