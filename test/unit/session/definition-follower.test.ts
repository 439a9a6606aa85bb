import { expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import { createDefinitionFollower } from '../../../src/session/definition-follower.ts';
import type { DefinitionKeeper, ProposedPlan } from '../../../src/session/environment.ts';
import { createEventBus } from '../../../src/session/event-bus.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { partly } from '../../support/partly.ts';
import { aDefinition } from '../../support/session-bench.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const UNTRUSTED: Failure = { reason: 'usage', what: 'it reaches more than was agreed to' };
const EMPTY = partly<ProposedPlan>({ operations: [] });

it('what cannot be planned is told at each save, and solved once a plan can be made', async () => {
  const clock = new VirtualClock();
  const bus = createEventBus(clock);
  const told: string[] = [];
  bus.subscribe((event) => {
    if (event.kind === 'problem')
      told.push(`#${String(event.save)} ${event.failures[0]?.what ?? ''}`);
    if (event.kind === 'problem-solved') told.push(`#${String(event.save)} solved`);
  });
  let failure: Failure | undefined;
  const environment = partly<DefinitionKeeper>({
    load: () => Promise.resolve(ok(aDefinition([]))),
    plan: () => Promise.resolve(failure === undefined ? ok(EMPTY) : fail([failure])),
  });
  const nothing = (): void => undefined;
  const follower = createDefinitionFollower({
    ...{ environment, bus, clock },
    ...{ onLoaded: nothing, onRead: nothing, onApplied: nothing },
  });
  expect(await follower.load()).toBe(true);
  const edit = async (save: number): Promise<void> => {
    follower.edited(['compose.yaml'], save);
    await clock.advance(0);
  };
  await edit(1);
  expect(told.splice(0)).toEqual([]);
  failure = UNTRUSTED;
  await edit(2);
  await edit(3);
  expect(told.splice(0)).toEqual([`#2 ${UNTRUSTED.what}`, `#3 ${UNTRUSTED.what}`]);
  // The second look, for what was put right before it could be seen, comes to the same.
  await clock.advance(10_000);
  expect(told.splice(0)).toEqual([]);
  failure = undefined;
  await edit(4);
  expect(told).toEqual(['#4 solved']);
  await follower.stop();
});
