import { describe, expect, it } from 'vitest';
import { runPlan } from '../../../src/engine/run-plan.ts';
import type { Failure } from '../../../src/events/failure.ts';
import { fail, ok } from '../../../src/util/result.ts';

const step = (id: string, needs: readonly string[] = []) => ({ id, needs, after: [], weight: 0 });

/** Runs steps that fail with what the test says, and tells in which batches they began. */
async function run(
  steps: readonly ReturnType<typeof step>[],
  failing: Readonly<Record<string, Failure>> = {},
  signal = new AbortController().signal,
) {
  const batches: string[] = [];
  const cancelled: string[] = [];
  const result = await runPlan({
    steps,
    capacity: { cores: 2 },
    perform: (ready) => {
      batches.push(ready.map(({ id }) => id).join(' '));
      return new Map(
        ready.map((one) => {
          const failure = failing[one.id];
          return [one, Promise.resolve(failure === undefined ? ok(undefined) : fail([failure]))];
        }),
      );
    },
    onCancelled: ({ id }, because) => cancelled.push(`${id} because of ${because}`),
    signal,
  });
  return { result, batches, cancelled };
}

describe('carrying out a plan', () => {
  it('does what is ready together, and ends when all is done', async () => {
    const { result, batches } = await run([step('a'), step('b'), step('c', ['a', 'b'])]);
    expect(result).toEqual(ok(undefined));
    expect(batches).toEqual(['a b', 'c']);
  });

  it('fails with every failure, each told once, and with what was not done for them', async () => {
    const gone = { reason: 'no-engine', what: 'no engine' } as const;
    const bad = { reason: 'image', what: 'no image' } as const;
    const { result, cancelled } = await run([step('a'), step('b'), step('c'), step('d', ['b'])], {
      a: gone,
      b: bad,
      c: gone,
    });
    expect(result).toEqual(fail([gone, bad]));
    expect(cancelled).toEqual(['d because of b']);
  });

  it('does nothing when it was interrupted before', async () => {
    const { result, batches } = await run([step('a')], {}, AbortSignal.abort());
    expect(result).toMatchObject({ failure: [{ reason: 'interrupted' }] });
    expect(batches).toEqual([]);
  });

  it('has nothing to do with an empty plan', async () => {
    expect((await run([])).result).toEqual(ok(undefined));
  });
});
