import { describe, expect, it } from 'vitest';
import { explainService } from '../../../src/engine/explain-service.ts';
import type { ContainerState } from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { ok } from '../../../src/util/result.ts';
import { containerDetail } from '../../support/pane-engine.ts';

/** An engine whose one container is in a state, its last health check ended so. */
function engineWith(
  state: ContainerState,
  exitCode: number,
  output = 'probed',
): Pick<Engine, 'inspect' | 'logs'> {
  return {
    inspect: (id) =>
      Promise.resolve(ok({ ...containerDetail(id, 1), state, healthLog: [{ exitCode, output }] })),
    async *logs() {
      await Promise.resolve();
      yield { stream: 'stdout', atMs: 1, text: 'last words' };
    },
  };
}

const FAILED = { service: 'api', containerId: 'c' } as const;

describe('why a service is not ready', () => {
  it('offers a shell in a container that runs', async () => {
    const failure = await explainService(engineWith('running', 1), FAILED);
    expect(failure.what).toBe('api is not healthy');
    expect(failure.cure).toBe('dev logs api   or   dev shell api');
    expect(failure.detail?.join('\n')).toContain('health check (exit 1):\n  probed');
  });

  it('says so where a health check prints nothing', async () => {
    const failure = await explainService(engineWith('running', 1, ' \n'), FAILED);
    expect(failure.detail?.[0]).toBe('health check (exit 1): it printed nothing');
  });

  it('says why there are no log lines', async () => {
    const engine: Pick<Engine, 'inspect' | 'logs'> = {
      ...engineWith('exited', 0),
      async *logs() {
        await Promise.resolve();
        throw new Error('nothing is kept');
      },
    };
    const failure = await explainService(engine, { ...FAILED, problem: 'exited with 4' });
    expect(failure.detail).toEqual(['its log: nothing is kept']);
  });

  it('calls one that ends again and again not unhealthy, though it runs at the moment', async () => {
    const problem = 'it started 4 times, and exited with 3';
    const failure = await explainService(engineWith('running', 0), { ...FAILED, problem });
    expect(failure).toMatchObject({ what: 'api does not go on running', why: problem });
  });

  it('is that the engine has lost the container: then it is planned again', async () => {
    const lost = 'error starting setns process: fork/exec /proc/self/exe: no such file';
    const { logs } = engineWith('running', 0);
    const inspect: Engine['inspect'] = (id) =>
      Promise.resolve(
        ok({ ...containerDetail(id, 1), healthLog: [{ exitCode: -1, output: lost }] }),
      );
    const failure = await explainService({ inspect, logs }, FAILED);
    expect(failure).toMatchObject({ reason: 'world-changed', cure: 'dev up' });
    expect(failure.what).toMatch(/^api: the engine has lost it/);
  });

  it.each(['exited', 'restarting', 'dead'] as const)(
    'offers a look into what one that is %s left, which no shell can enter',
    async (state) => {
      const problem = 'exited with 4';
      const failure = await explainService(engineWith(state, 0), { ...FAILED, problem });
      expect(failure).toMatchObject({ what: 'api does not run', why: problem });
      expect(failure.cure).toBe('dev logs api   or   dev tools --target api');
      // The check that passed before tells nothing of the end.
      expect(failure.detail).toEqual(['last log lines:', '  last words']);
    },
  );
});
