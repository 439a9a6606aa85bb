import { expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import type { ContainerDetail, ContainerState } from '../../../src/ports/engine-containers.ts';
import { createEventBus } from '../../../src/session/event-bus.ts';
import { createRestarter } from '../../../src/session/restarter.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { partly } from '../../support/partly.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const REFUSED: Failure = {
  reason: 'service',
  what: 'the engine could not signal the container',
};

/** What is told when a module's process cannot be signalled, and its container is in this state then. */
async function complaints(state: ContainerState | 'gone'): Promise<readonly string[]> {
  const clock = new VirtualClock(1_000_000);
  const bus = createEventBus(clock);
  const refused = fail(REFUSED);
  const detail = partly<ContainerDetail>({ state: state === 'gone' ? 'exited' : state });
  const restarter = createRestarter({
    ...{ clock, bus },
    engine: {
      time: () => Promise.resolve(ok(clock.now())),
      inspect: () => Promise.resolve(state === 'gone' ? refused : ok(detail)),
      logs: () => {
        throw new Error('nothing is followed');
      },
      signalContainer: () => Promise.resolve(refused),
      restartContainer: () => Promise.resolve(refused),
      stopContainer: () => Promise.resolve(refused),
    },
    services: {
      running: () => aContainer('web'),
      explain: () => undefined,
      refresh: () => Promise.resolve(ok(undefined)),
    },
    pool: { signalFirst: () => Promise.resolve(false) },
    mayStart: () => Promise.resolve(ok(undefined)),
    runsModule: () => true,
  });
  await restarter.restart('web', 1, 'restarted after compile');
  return Object.values(bus.state.problems).flatMap(({ failures }) =>
    failures.map(({ what }) => what),
  );
}

it('of a container that was made anew meanwhile nothing is said: the next one has the new files', async () => {
  expect(await complaints('gone')).toEqual([]);
  expect(await complaints('exited')).toEqual([]);
  expect(await complaints('running')).toEqual(['the engine could not signal the container']);
});
