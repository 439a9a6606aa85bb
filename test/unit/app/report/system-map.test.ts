import { describe, expect, it } from 'vitest';
import { hostsIn, systemMap } from '../../../../src/app/report/system-map.ts';
import { aModule } from '../../../support/modules.ts';

describe('hosts in a variable', () => {
  it.each([
    ['URL', 'postgres://ann:pass@db:5432/shop', ['db']],
    ['URLS', 'http://a:80/x,http://b/y', ['a', 'b', 'a']],
    ['BROKERS', 'k1:9092,k2:9092', ['k1', 'k2', 'k1:9092', 'k2:9092']],
    ['REDIS_HOST', 'queue', ['queue']],
    ['MODE', 'queue', []],
    ['WORD', 'a word about db', []],
  ])('%s=%s', (name, value, hosts) => {
    expect(new Set(hostsIn(name, value))).toEqual(new Set(hosts));
  });
});

describe('the system', () => {
  const modules = [aModule('api', { uses: ['shared'], run: 'node main.js' }), aModule('shared')];
  const document = {
    services: {
      api: {
        environment: ['DB=postgres://x:secret@db/', 'SELF=http://api:80', 'NOBODY=http://else'],
        depends_on: { db: { condition: 'service_healthy' }, queue: {} },
        ports: [{ target: 3000, published: '8080' }],
      },
      shared: {},
      db: { image: 'postgres' },
      queue: { image: 'redis' },
      none: null,
    },
  };
  const map = systemMap(modules, document);

  it('has its modules, libraries and services', () => {
    expect(map.nodes.map(({ name, kind, published }) => [name, kind, published])).toEqual([
      ['api', 'module', ['3000']],
      ['shared', 'library', []],
      ['db', 'service', []],
      ['queue', 'service', []],
    ]);
  });

  it('says who talks to whom, who only waits, and whose code is imported, once each', () => {
    expect(map.edges).toEqual([
      { from: 'api', to: 'db', kind: 'talks' },
      { from: 'api', to: 'queue', kind: 'needs' },
      { from: 'api', to: 'shared', kind: 'imports' },
    ]);
    expect(JSON.stringify(map)).not.toContain('secret');
  });
});
