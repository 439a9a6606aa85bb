import { describe, expect, it } from 'vitest';
import { leftOutEdits, leftOutMounts, type BakedCode } from '../../../src/generate/baked-mounts.ts';

const bind = (source: string, target: string) => ({ type: 'bind', source, target });

const code = (more: Partial<BakedCode> = {}): BakedCode => ({
  ...{ directory: '/app/web', root: '/p', trees: ['web', 'libs/money'] },
  installed: ['/app/web/node_modules'],
  committed: ['web/server.js', 'web/src/a.js', 'web/up/.gitkeep', 'libs/money/src/index.ts'],
  ...more,
});

const leftOut = (volumes: readonly unknown[], own = code()): readonly number[] =>
  leftOutMounts({ services: { web: { volumes } } }, new Map([['web', own]])).map(
    ({ index }) => index,
  );

describe('mounts of a service that runs an image of the commit', () => {
  it('that hide all of the code are left out, and nothing else', () => {
    const volumes = [
      bind('/p', '/app'),
      bind('/p/web', '/app/web'),
      bind('/elsewhere/conf', '/app/web/conf'),
      { type: 'volume', target: '/app/web/cache' },
      { type: 'volume', source: 'data', target: '/app/web/data' },
      { type: 'volume', target: '/data' },
      bind('/p', '/application'),
      bind('/p', '/'),
    ];
    const document = { services: { web: { volumes }, other: { volumes }, none: {} } };
    const directories = new Map([
      ['web', code()],
      ['none', code({ directory: '/app/none' })],
    ]);
    const mounts = leftOutMounts(document, directories);
    expect(leftOutEdits(mounts).map(({ path }) => path.join('.'))).toEqual(
      ['7', '3', '1', '0'].map((index) => `services.web.volumes.${index}`),
    );
  });

  it('are left out where they are a part of the code, at its own place', () => {
    expect(
      leftOut([
        bind('/p/web/src', '/app/web/src'),
        bind('/p/web/server.js', '/app/web/server.js/'),
        bind('/p/libs/money/src', '/app/libs/money/src'),
        // Elsewhere nothing of the image is hidden.
        bind('/p/web/src', '/app/src'),
        bind('/p/web/src', '/usr/share/pages'),
        // Somebody else's code; what is not of the project at all.
        bind('/p/worker/src', '/app/worker/src'),
        bind('/other/web/src', '/app/web/src'),
      ]),
    ).toEqual([0, 1, 2]);
  });

  it('stay where no commit holds what they mount: data, and what this machine alone has', () => {
    const volumes = [
      bind('/p/web/up', '/app/web/up'),
      bind('/p/web/.env', '/app/web/.env'),
      bind('/p/web/db.sqlite3', '/app/web/db.sqlite3'),
    ];
    expect(leftOut(volumes)).toEqual([]);
  });

  it('are left out where a volume would keep what an earlier image had installed', () => {
    const modules = { type: 'volume', source: 'modules', target: '/app/web/node_modules' };
    expect(leftOut([modules])).toEqual([0]);
    expect(leftOut([modules], code({ installed: [] }))).toEqual([]);
  });

  it('of the project itself as a module: its own place is /app', () => {
    const own = code({ directory: '/app', trees: ['.'], committed: ['src/a.js', 'nginx.conf'] });
    expect(
      leftOut([bind('/p/src', '/app/src'), bind('/p/nginx.conf', '/etc/nginx/nginx.conf')], own),
    ).toEqual([0]);
  });
});
