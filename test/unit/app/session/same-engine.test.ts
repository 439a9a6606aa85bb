import { describe, expect, it } from 'vitest';
import { isSameEngine } from '../../../../src/app/session/same-engine.ts';

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
