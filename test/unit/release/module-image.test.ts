import { describe, expect, it } from 'vitest';
import type { Module } from '../../../src/model/module.ts';
import { moduleDockerfile } from '../../../src/release/module-image.ts';
import { aModule } from '../../support/modules.ts';

describe('the Dockerfile of a module', () => {
  const api = aModule('api', { path: 'api', run: 'node dist/main.js' });

  it('adds to the base image what was built, and nothing else', () => {
    const labels = {
      version: '1.0.0+3f2a1bc',
      revision: 'abc',
      created: '2026-01-01T00:00:00Z',
      key: 'k',
      source: 'https://example.com/shop',
    };
    const fragment = 'EXPOSE 3000\n';
    const text = moduleDockerfile({
      fragment,
      ...{ module: api, project: 'sh"op$x', base: 'onestack/node:1', layers: ['aa', 'bb'], labels },
    });
    expect(text).toMatchInlineSnapshot(`
      "FROM onestack/node:1
      ADD ["aa", "/"]
      ADD ["bb", "/"]
      EXPOSE 3000
      ENV ONESTACK_PROFILE=prod
      WORKDIR /app/api
      CMD ["/etc/onestack/drain","sh","-c","node dist/main.js"]
      LABEL org.opencontainers.image.title="sh\\"op\\$x/api" org.opencontainers.image.version="1.0.0+3f2a1bc" org.opencontainers.image.revision="abc" org.opencontainers.image.created="2026-01-01T00:00:00Z" org.opencontainers.image.source="https://example.com/shop" org.opencontainers.image.base.name="onestack/node:1" dev.onestack.kind="module-image" dev.onestack.project="sh\\"op\\$x" dev.onestack.module="api" dev.onestack.image-key="k"
      "
    `);
  });

  it('makes folders for volumes as its own user, where the module has a Dockerfile', () => {
    const labels = { version: '1', revision: 'r', created: 'c', key: 'k', source: undefined };
    const lines = moduleDockerfile({
      ...{ module: api, project: 'p', base: 'b', layers: ['aa'], labels },
      mountPoints: ['/data', '/my files'],
    }).split('\n');
    expect(lines.filter((line) => line.startsWith('WORKDIR'))).toEqual([
      'WORKDIR "/data"',
      'WORKDIR "/my files"',
      'WORKDIR /app/api',
    ]);
  });

  it('runs what is said for production, else what runs in development', () => {
    const image = { fragment: '', project: 'p', base: 'b', layers: [] };
    const labels = { version: '1', revision: 'r', created: 'c', key: 'k', source: undefined };
    const command = (module: Module): string | undefined =>
      /^CMD .*$/m.exec(moduleDockerfile({ ...image, labels, module }))?.[0];
    expect(command(api)).toContain('"node dist/main.js"');
    expect(command({ ...api, production: 'npm start' })).toContain('"npm start"');
  });
});
