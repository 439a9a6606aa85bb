import { describe, expect, it } from 'vitest';
import { project } from '../../support/definition-text.ts';

describe('a right dev.yaml', () => {
  it('fills in every default', () => {
    expect(
      project('name: shop\nmodules: { api: { image: node, run: node ., install: false } }').modules,
    ).toEqual([
      {
        name: 'api',
        path: 'api',
        image: 'node',
        uses: [],
        install: undefined,
        checks: [],
        run: 'node .',
        restart: 'on-compile',
        artifact: [],
        ignore: [],
      },
    ]);
  });

  it('takes an image in a version, which is the plain one where that has it', () => {
    const image = (name: string, imageNames = ['node', 'python', 'own']) =>
      project(`name: shop\nmodules: { api: { image: ${name}, path: api } }`, { imageNames })
        .modules[0];
    expect(image('node@24')?.image).toBe('node@24');
    expect(image('node@24')?.install?.run).toBe('npm ci');
    expect(image('node@20')?.image).toBe('node');
    expect(image('node@20.11')?.image).toBe('node@20.11');
    expect(image('python@3')?.image).toBe('python');
    expect(image('python@3.1')?.image).toBe('python@3.1');
    expect(() => image('own@2')).toThrow(/own cannot be had in versions/);
  });

  it('takes a check as text or with options', () => {
    const [module] = project(`
name: shop
modules:
  api:
    image: node
    lint: npx eslint .
    compile: tsc
    test: { run: npm test, timeout: 1m30s, daemon: true, format: node-test, pattern: '(?<file>.*)' }
`).modules;
    expect(module?.checks).toEqual([
      { kind: 'compile', run: 'tsc', timeoutMs: 600_000, daemon: false, formats: [] },
      {
        kind: 'test',
        run: 'npm test',
        timeoutMs: 90_000,
        daemon: true,
        formats: ['node-test'],
        pattern: '(?<file>.*)',
      },
      { kind: 'lint', run: 'npx eslint .', timeoutMs: 600_000, daemon: false, formats: [] },
    ]);
    expect(module?.restart).toBe('never');
  });

  it('takes the install by lockfile, another command for it, all of it, or none', () => {
    const byLockfile = {
      run: 'npm ci',
      lockfiles: ['package-lock.json', 'package.json'],
      directories: ['node_modules'],
      production: 'npm ci --omit=dev',
    };
    const installed = (value: string) =>
      project(`name: shop\nmodules: { api: { image: node${value} } }`).modules[0]?.install;
    expect(installed('')).toEqual(byLockfile);
    const own = { ...byLockfile, run: 'make', production: 'make' };
    expect(installed(', install: make')).toEqual(own);
    expect(installed(', install: { run: make, production: make prod }')).toEqual({
      ...own,
      production: 'make prod',
    });
    // Nothing of what it installs lies in the module: nothing goes into its image.
    expect(installed(', install: { run: make, directories: [/cache] }')).toEqual({
      run: 'make',
      lockfiles: byLockfile.lockfiles,
      directories: ['/cache'],
    });
    expect(installed(', install: false')).toBeUndefined();
  });

  it('takes services by entry, windows and probes in their short forms', () => {
    const loaded = project(`
name: shop
modules:
  api: { image: node, run: node . }
services:
  db: postgres
  cache: { from: redis }
windows:
  - name: backend
    layout: main-left
    panes:
      - logs: api
      - console: db
      - checks: api
      - tools
      - probe: order
      - { command: htop, in: api }
      - command: date
probes:
  order:
    request: { url: 'https://proxy/orders', method: POST, json: { sku: 1 }, expect: 201, timeout: 1s }
    stages:
      - api: POST http://api:3000/orders
      - { service: db, name: store, url: postgres, after: api, expect: { status: [200], matches: '^a' } }
`);
    expect([...loaded.services]).toEqual([
      ['db', 'postgres'],
      ['cache', 'redis'],
    ]);
    expect(loaded.windows).toEqual([
      {
        name: 'backend',
        layout: 'main-left',
        panes: [
          { kind: 'logs', service: 'api' },
          { kind: 'console', service: 'db' },
          { kind: 'checks', module: 'api' },
          { kind: 'tools' },
          { kind: 'probe', probe: 'order' },
          { kind: 'command', run: 'htop', in: 'api' },
          { kind: 'command', run: 'date', in: 'host' },
        ],
      },
    ]);
    expect(loaded.probes).toEqual([
      {
        name: 'order',
        request: {
          url: 'https://proxy/orders',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"sku":1}',
          expect: { status: [201] },
          timeoutMs: 1000,
        },
        stages: [
          {
            name: 'api',
            service: 'api',
            url: 'http://api:3000/orders',
            method: 'POST',
            headers: {},
            expect: { status: [] },
            timeoutMs: 5000,
          },
          {
            name: 'store',
            service: 'db',
            url: 'postgres',
            method: 'GET',
            headers: {},
            expect: { status: [200], matches: '^a' },
            timeoutMs: 5000,
            after: 'api',
          },
        ],
      },
    ]);
  });

  it('may have anchors, merge keys, a byte order mark and x- keys', () => {
    const loaded = project(`\uFEFF
name: shop
x-node: &node { image: node, lint: npx eslint . }
modules:
  api: { <<: *node }
  common: { <<: *node, lint: biome }
`);
    expect(loaded.modules.map(({ checks }) => checks[0]?.run)).toEqual(['npx eslint .', 'biome']);
  });
});
