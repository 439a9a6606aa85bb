import { describe, expect, it } from 'vitest';
import { planText, servicesNeeding } from '../../../src/plan/step.ts';
import { create, graphOf, links, operation, shape } from '../../support/plans.ts';

describe('the graph of a plan', () => {
  it('begins with the engine where none answers, and has everything wait for it', () => {
    const plan = graphOf({
      missingEngine: 'there is no Docker engine on this machine',
      builds: [{ image: 'node', cause: 'not built yet', after: [], externals: [] }],
      operations: create('api', 'db'),
      images: new Map([['api', 'node']]),
    });
    expect(planText(plan).split('\n')[0]).toBe(
      'bring a Docker engine: there is no Docker engine on this machine',
    );
    const [first, ...others] = plan.steps;
    expect(first).toMatchObject({ id: 'engine', needs: [] });
    expect(others.map(({ needs }) => needs.includes('engine'))).toEqual(others.map(() => true));
    expect(others.length).toBeGreaterThan(3);
    expect(graphOf({ operations: create('api') }).steps.map(({ id }) => id)).not.toContain(
      'engine',
    );
  });

  it('has all that a new project needs, each after what it needs and nothing else', () => {
    const plan = graphOf({
      roots: [{ reference: 'debian:trixie-slim', cause: 'the engine lacks it' }],
      builds: [
        { image: 'os', cause: 'not built yet', after: [], externals: ['debian:trixie-slim'] },
        { image: 'node', cause: 'not built yet', after: ['os'], externals: [] },
        { image: 'postgres', cause: 'not built yet', after: ['os'], externals: [] },
      ],
      volumes: [
        { name: 'onestack-cache-0', cause: 'no caches yet' },
        { name: 'onestack-deps-1', cause: '' },
      ],
      installs: [{ module: 'api', cause: 'first install', sharedBy: ['api', 'lib'] }],
      compiles: [
        { module: 'lib', cause: 'not compiled yet', uses: [] },
        { module: 'api', cause: 'not compiled yet', uses: ['lib'] },
      ],
      operations: create('db', 'api'),
      modules: new Map([
        ['lib', { image: 'node', modules: ['lib'] }],
        ['api', { image: 'node', modules: ['api', 'lib'] }],
      ]),
      images: new Map([
        ['db', 'postgres'],
        ['api', 'node'],
      ]),
      links: new Map([['api', links({ dependsOn: new Map([['db', 'healthy']]) })]]),
    });
    expect(shape(plan)).toMatchInlineSnapshot(`
      [
        "root:debian:trixie-slim",
        "image:os <- root:debian:trixie-slim",
        "image:node <- image:os",
        "image:postgres <- image:os",
        "volume:onestack-cache-0",
        "volume:onestack-deps-1",
        "install:api <- image:node volume:onestack-cache-0 volume:onestack-deps-1",
        "compile:lib <- image:node volume:onestack-cache-0 volume:onestack-deps-1 install:api",
        "compile:api <- image:node volume:onestack-cache-0 volume:onestack-deps-1 install:api compile:lib",
        "create:db <- image:postgres volume:onestack-cache-0 volume:onestack-deps-1",
        "start:db <- create:db",
        "await:db <- start:db",
        "create:api <- image:node volume:onestack-cache-0 volume:onestack-deps-1 install:api image:postgres",
        "start:api <- create:api start:db await:db <~ compile:api compile:lib",
        "await:api <- start:api",
      ]
    `);
    expect(planText(plan)).toMatchInlineSnapshot(`
      "bring image debian:trixie-slim: the engine lacks it
      build image os: not built yet
      build image node: not built yet
      build image postgres: not built yet
      create volume onestack-cache-0: no caches yet
      install api: first install
      compile lib: not compiled yet
      compile api: not compiled yet
      create db: no container yet
      create api: no container yet
      "
    `);
  });

  it('gets all that images begin with before anything is built: what cannot be had is known then', () => {
    const plan = graphOf({
      roots: ['debian:trixie-slim', 'node:24'].map((reference) => ({
        reference,
        cause: 'lacks it',
      })),
      builds: [
        { image: 'os', cause: 'new', after: [], externals: ['debian:trixie-slim'] },
        { image: 'os@node-24', cause: 'new', after: [], externals: ['node:24'] },
        { image: 'node@24', cause: 'new', after: ['os@node-24'], externals: [] },
      ],
    });
    expect(shape(plan)).toEqual([
      'root:debian:trixie-slim',
      'root:node:24',
      'image:os <- root:debian:trixie-slim <~ root:node:24',
      'image:os@node-24 <- root:node:24 <~ root:debian:trixie-slim',
      'image:node@24 <- image:os@node-24',
    ]);
  });

  it('fills the caches of a new clone beside all else, before what compiles with them', () => {
    const volume = 'onestack-cache-0';
    const plan = graphOf({
      builds: [
        { image: 'go', cause: 'not built yet', after: [], externals: [] },
        { image: 'go-seed', cause: 'not built yet', after: ['go'], externals: [] },
      ],
      volumes: [{ name: volume, cause: 'no caches yet' }],
      seeds: [{ image: 'go-seed', volume, modules: ['pricing'] }],
      compiles: [
        { module: 'pricing', cause: 'not compiled yet', uses: [] },
        { module: 'web', cause: 'not compiled yet', uses: [] },
      ],
      modules: new Map([
        ['pricing', { image: 'go', modules: ['pricing'] }],
        ['web', { image: 'node', modules: ['web'] }],
      ]),
    });
    expect(shape(plan)).toEqual([
      'image:go',
      'image:go-seed <- image:go',
      `volume:${volume}`,
      `seed:go-seed <- image:go-seed volume:${volume}`,
      `compile:pricing <- image:go volume:${volume} <~ seed:go-seed`,
      `compile:web <- volume:${volume}`,
    ]);
    // What follows from the new volume has no line of its own.
    expect(planText(plan)).not.toContain('fill the caches');
  });

  it('starts on the condition that each service names', () => {
    const on = (condition: 'started' | 'healthy' | 'ended') =>
      links({ dependsOn: new Map([['db', condition]]) });
    const plan = graphOf({
      operations: create('db', 'seed', 'api', 'top'),
      links: new Map([
        ['seed', on('started')],
        ['api', on('healthy')],
        [
          'top',
          links({
            dependsOn: new Map([
              ['seed', 'ended'],
              ['none', 'healthy'],
            ]),
          }),
        ],
      ]),
    });
    expect(shape(plan).filter((line) => line.startsWith('start:'))).toEqual([
      'start:db <- create:db',
      'start:seed <- create:seed start:db',
      'start:api <- create:api start:db await:db',
      'start:top <- create:top start:seed await:seed',
    ]);
  });

  it('starts without what it can do without, once that has failed', () => {
    const plan = graphOf({
      operations: create('db', 'api'),
      links: new Map([
        ['api', links({ dependsOn: new Map([['db', 'healthy']]), optional: new Set(['db']) })],
      ]),
    });
    expect(shape(plan).filter((line) => line.startsWith('start:'))).toEqual([
      'start:db <- create:db',
      'start:api <- create:api <~ start:db await:db',
    ]);
  });

  it('waits for what runs already where a service needs it healthy', () => {
    const plan = graphOf({
      operations: create('api'),
      waits: new Map([['db', 'it is unhealthy']]),
      links: new Map([['api', links({ dependsOn: new Map([['db', 'healthy']]) })]]),
    });
    expect(shape(plan)).toContain('start:api <- create:api await:db');
    expect(planText(plan)).toBe('create api: no container yet\nwait for db: it is unhealthy\n');
  });

  it('starts a service whose module does not compile, but only then', () => {
    const plan = graphOf({
      compiles: [{ module: 'api', cause: 'its sources changed', uses: [] }],
      operations: create('api'),
      modules: new Map([['api', { image: 'node', modules: ['api'] }]]),
    });
    expect(shape(plan)).toContain('start:api <- create:api <~ compile:api');
  });

  it('lets what runs go on until all is compiled, and while an image of its own is missing', () => {
    const pull = { how: 'pull', service: 'db', services: ['db'], weight: 0.5 } as const;
    const plan = graphOf({
      serviceImages: [{ ...pull, reference: 'db:2', cause: 'no image yet', after: [], bases: [] }],
      compiles: [{ module: 'api', cause: 'its sources changed', uses: [] }],
      operations: [
        operation({ kind: 'create', service: 'db' }),
        operation({ kind: 'recreate', service: 'api' }),
        operation({ kind: 'recreate', service: 'web' }),
      ],
      modules: new Map([['api', { image: 'node', modules: ['api'] }]]),
      links: new Map([
        ['api', links({ dependsOn: new Map([['db', 'healthy']]) })],
        ['web', links({ dependsOn: new Map([['api', 'healthy']]) })],
      ]),
    });
    expect(shape(plan).filter((line) => line.startsWith('recreate'))).toEqual([
      'recreate:api <- service-image:db:2 <~ compile:api',
      'recreate:web <- service-image:db:2 <~ recreate:api compile:api',
    ]);
    expect(servicesNeeding('service-image:db:2', plan)).toEqual(['db', 'api', 'web']);
  });

  it('builds an image of a service upon those that it begins with', () => {
    const image = { how: 'build', cause: 'no image yet', weight: 1 } as const;
    const plan = graphOf({
      builds: [{ image: 'os', cause: 'not built yet', after: [], externals: [] }],
      serviceImages: [
        {
          ...image,
          reference: 'x-base',
          service: 'base',
          services: ['base'],
          after: [],
          bases: ['os'],
        },
        {
          ...image,
          reference: 'x-web',
          service: 'web',
          services: ['web'],
          after: ['x-base'],
          bases: [],
        },
        {
          ...image,
          ...{ how: 'forbidden', cause: 'pull_policy: never', weight: 0 },
          ...{ reference: 'r/never', service: 'never', services: ['never'], after: [], bases: [] },
        },
      ],
      operations: create('web', 'never'),
    });
    expect(shape(plan).filter((line) => /^(service-image|create)/.test(line))).toEqual([
      'service-image:x-base <- image:os',
      'service-image:x-web <- service-image:x-base',
      'service-image:r/never',
      'create:web <- service-image:x-web',
      'create:never <- service-image:r/never',
    ]);
    expect(planText(plan)).toContain('build web: no image yet\nneed image r/never: pull_policy');
  });

  it('is data: it survives being written down', () => {
    const plan = graphOf({ operations: create('db'), world: { engine: '1.45' } });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('is empty when there is nothing to do', () => {
    expect(planText(graphOf({ unchanged: ['db'] }))).toBe('nothing to do\n');
  });

  it('makes the images of a commit before what runs them, and nothing else waits for it', () => {
    const plan = graphOf({
      pipeline: { commit: '3f2a1bc0'.repeat(5), modules: ['api'], weight: 2 },
      operations: create('db', 'api'),
      links: new Map([['api', links({ dependsOn: new Map([['db', 'healthy']]) })]]),
    });
    expect(planText(plan)).toContain('make images of 3f2a1bc (api): not made yet: dev ci\n');
    expect(shape(plan).filter((line) => line.includes('pipeline'))).toEqual([
      'pipeline',
      'create:api <- pipeline',
    ]);
    expect(servicesNeeding('pipeline', plan)).toEqual(['api']);
  });

  it('ends with the hooks, one after the other: one in a service needs it, others need all', () => {
    const hook = (event: 'after-up' | 'after-reset', number: number, where: string) => ({
      hook: { event, number, in: where, run: 'x', environment: new Map(), timeoutMs: 1 },
      cause: 'at every dev up',
    });
    const plan = graphOf({
      operations: create('api', 'db'),
      links: new Map([
        ['api', links()],
        ['db', links()],
      ]),
      hooks: [hook('after-reset', 1, 'db'), hook('after-up', 1, 'host')],
    });
    const all = 'create:api start:api await:api create:db start:db await:db';
    expect(shape(plan).slice(-2)).toEqual([
      `hook:after-reset:1 <- start:db await:db <~ ${all}`,
      `hook:after-up:1 <- await:api await:db hook:after-reset:1 <~ ${all}`,
    ]);
    expect(planText(plan)).toContain('run after-up "x" on this machine: at every dev up\n');
  });
});
