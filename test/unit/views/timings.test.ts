import { expect, it } from 'vitest';
import type { TimedStep } from '../../../src/events/progress.ts';
import { criticalPath, timingsText, traceText } from '../../../src/views/timings.ts';

const step = (
  id: string,
  startedAtMs: number,
  endedAtMs: number,
  ...behind: string[]
): TimedStep => ({
  id,
  label: id.replace(':', ' '),
  behind,
  startedAtMs,
  endedAtMs,
});

const STEPS = [
  step('phase:read', 0, 100),
  step('image:node', 100, 4000, 'phase:read'),
  step('start:db', 100, 2000, 'phase:read'),
  step('install:api', 4500, 9000, 'image:node'),
  step('start:api', 9000, 12_000, 'install:api', 'start:db'),
  step('start:cache', 100, 300, 'phase:read'),
];

it('tells the chain that took longest, and where it waited for a core', () => {
  expect(timingsText(criticalPath(STEPS))).toBe(
    `12.0s, of which nothing could have been left out:
    100ms  phase read
     3.9s  image node
     4.5s  install api (500ms after it could have begun)
     3.0s  start api
`,
  );
  expect(criticalPath([])).toEqual([]);
});

it('comes to an end where steps wait for one another', () => {
  expect(criticalPath([step('a', 0, 1, 'b'), step('b', 0, 2, 'a')])).toHaveLength(2);
});

it('is a trace whose rows hold one step at a time', () => {
  const { traceEvents } = JSON.parse(traceText(STEPS)) as {
    traceEvents: { name: string; ts: number; dur: number; tid: number; ph: string }[];
  };
  expect(traceEvents).toHaveLength(STEPS.length);
  for (const one of traceEvents) {
    expect(one.ph).toBe('X');
    const others = traceEvents.filter((other) => other !== one && other.tid === one.tid);
    expect(others.filter(({ ts, dur }) => ts < one.ts + one.dur && one.ts < ts + dur)).toEqual([]);
  }
});
