import { describe, expect, it } from 'vitest';
import { execute } from '../../../src/engine/execute.ts';
import type { Plan } from '../../../src/plan/operation.ts';
import type { ComposeCli } from '../../../src/ports/compose-cli.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { anAwaitedService } from '../../support/containers.ts';

const API = anAwaitedService('api');
const INTERRUPTED = { reason: 'interrupted', what: 'interrupted' } as const;

/** An engine on which nothing gets ready, and a Compose that ends some time after it is told to. */
function bench() {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const refuse = (name: string) => (): never => {
    throw new Error(`not expected: ${name}`);
  };
  const engine = {
    async *events(_project: string, signal: AbortSignal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield* [];
    },
    containers: () => Promise.resolve(ok([])),
    stopContainer: (id: string) => {
      calls.push(`stop ${id}`);
      return Promise.resolve(ok(undefined));
    },
    removeContainer: (id: string) => {
      calls.push(`remove ${id}`);
      return Promise.resolve(ok(undefined));
    },
  } satisfies Partial<Engine>;
  const compose: ComposeCli = {
    up: async (_target, { signal }) => {
      calls.push('compose up');
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      await clock.sleep(100);
      calls.push('compose ended');
      return fail(INTERRUPTED);
    },
    run: refuse('run'),
    stop: refuse('stop'),
    remove: refuse('remove'),
    down: refuse('down'),
    version: refuse('version'),
  };
  async function run(plan: Plan, signal: AbortSignal, timeoutMs = 60_000) {
    const result = await execute(
      { plan, target: { file: 'c.yaml', project: 'shop' }, awaited: [API], timeoutMs },
      // Nothing else of it is asked for.
      { engine: engine as unknown as Engine, compose, clock, report: () => undefined, signal },
    );
    calls.push('returned');
    return result;
  }
  return { clock, calls, run };
}

const CREATE: Plan = {
  operations: [{ operation: { kind: 'create', service: 'api' }, cause: 'it is new' }],
  networks: [],
  unchanged: [],
};

describe('carrying out a plan', () => {
  it('is over only when Compose is, also when it is interrupted', async () => {
    const { clock, calls, run } = bench();
    const interrupt = new AbortController();
    const running = run(CREATE, interrupt.signal);
    await clock.advance(10);
    interrupt.abort();
    await clock.advance(200);
    expect(await running).toEqual(fail([INTERRUPTED]));
    expect(calls).toEqual(['compose up', 'compose ended', 'returned']);
  });

  it('does not wait for a Compose that waits for what never gets ready', async () => {
    const { clock, calls, run } = bench();
    const running = run(CREATE, new AbortController().signal, 5_000);
    await clock.advance(6_000);
    expect(await running).toMatchObject({ failure: [{ what: 'api did not start' }] });
    expect(calls).toEqual(['compose up', 'compose ended', 'returned']);
  });

  it('takes nothing away when it was interrupted before', async () => {
    const { calls, run } = bench();
    const interrupt = new AbortController();
    interrupt.abort();
    const operation = { kind: 'remove', service: 'old', containerId: 'id-old' } as const;
    const result = await run(
      { networks: [], operations: [{ operation, cause: 'gone' }], unchanged: [] },
      interrupt.signal,
    );
    expect(result).toEqual(fail([INTERRUPTED]));
    expect(calls).toEqual(['returned']);
  });
});
