import { describe, expect, it } from 'vitest';
import { hostEngineChoice } from '../../../../src/adapters/engine/host-choice.ts';
import { isEngineOfSession, isSameEngine } from '../../../../src/app/session/same-engine.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { partly } from '../../../support/partly.ts';

const SILENT = { reason: 'no-engine', what: 'silence' } as const;

/** `/var/run` is a link to `/run`, as is Docker Desktop's socket in the person's folder. */
const files = {
  realPath: (path: string): string | undefined =>
    path.startsWith('/gone/')
      ? undefined
      : path.replace(/^\/var\/run\//, '/run/').replace(/^\/Users\/ada\/\.docker\/run\//, '/run/'),
};

describe('the engine of a session', () => {
  it.each([
    ['unix:///var/run/docker.sock', 'unix:///run/docker.sock'],
    ['unix:///var/run/docker.sock', 'unix:///Users/ada/.docker/run/docker.sock'],
    ['unix://', 'unix:///run/docker.sock'],
    ['tcp://localhost:2375', 'tcp://localhost:2375/'],
    ['unix:///gone/a.sock', 'unix:///gone/a.sock'],
    [undefined, 'unix:///run/docker.sock'],
    ['unix:///run/docker.sock', undefined],
  ])('%s is that of %s', (one, other) => {
    expect(isSameEngine(one, other, files)).toBe(true);
  });

  it.each([
    ['unix:///run/docker.sock', 'unix:///run/user/1000/docker.sock'],
    ['unix:///gone/a.sock', 'unix:///gone/b.sock'],
    ['tcp://localhost:2375', 'tcp://localhost:2376'],
    ['tcp://a', 'ssh://a'],
  ])('%s is not that of %s', (one, other) => {
    expect(isSameEngine(one, other, files)).toBe(false);
  });
});

describe('a session whose engine has another address than the chosen one', () => {
  const SOCKET = 'unix:///run/docker.sock';
  const TCP = 'tcp://127.0.0.1:2375';
  /** @param id what the chosen engine calls itself; undefined: it does not answer. */
  const judged = async (
    session: { readonly engine?: string; readonly engineId?: string },
    chosen: string,
    id: string | undefined,
  ) => {
    let asked = 0;
    const identity = () => {
      asked += 1;
      return Promise.resolve(id === undefined ? fail(SILENT) : ok(id));
    };
    const isSame = await isEngineOfSession(session, {
      files: new MemoryFiles({}),
      engineChoice: () =>
        hostEngineChoice({ DOCKER_HOST: chosen, DOCKER_CONFIG: '/nowhere' }, '/nowhere'),
      engine: () => Promise.resolve(partly<Engine>({ identity })),
    });
    return { isSame, asked };
  };

  it('is on it where that one calls itself the same', async () => {
    const session = { engine: SOCKET, engineId: 'A here' };
    expect(await judged(session, TCP, 'A here')).toEqual({ isSame: true, asked: 1 });
    expect(await judged(session, TCP, 'B here')).toEqual({ isSame: false, asked: 1 });
    // A copy of this machine.
    expect(await judged(session, TCP, 'A there')).toEqual({ isSame: false, asked: 1 });
    expect(await judged(session, TCP, undefined)).toEqual({ isSame: false, asked: 1 });
  });

  it('asks nothing where addresses tell, or the session does not know its own', async () => {
    expect(await judged({ engine: SOCKET, engineId: 'A' }, SOCKET, 'B')).toEqual({
      ...{ isSame: true, asked: 0 },
    });
    expect(await judged({ engine: SOCKET }, TCP, 'A')).toEqual({ isSame: false, asked: 0 });
  });
});
