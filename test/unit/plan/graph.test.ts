import { describe, expect, it } from 'vitest';
import type { Operation, PlannedOperation } from '../../../src/plan/operation.ts';
import { planText, servicesNeeding, type Plan } from '../../../src/plan/step.ts';
import { graphOf, links } from '../../support/plans.ts';

const create = (...services: readonly string[]): readonly PlannedOperation[] =>
  services.map((service) => operation({ kind: 'create', service }));

function operation(one: Operation, cause = 'no container yet'): PlannedOperation {
  return { operation: one, cause };
}

/** `id <- what it needs <~ what must be over`, a line a step. */
function shape({ steps }: Plan): readonly string[] {
  return steps.map(({ id, needs, after }) =>
    [
      id,
      ...(needs.length > 0 ? ['<-', ...needs] : []),
      ...(after.length > 0 ? ['<~', ...after] : []),
    ].join(' '),
  );
}

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

  it('takes a network away when all is there that its services need, one after the other', () => {
    const anew = operation({ kind: 'recreate', service: 'api' }, 'its network back is made anew');
    const plan = graphOf({
      builds: [{ image: 'node', cause: 'changed', after: [], externals: [] }],
      networks: [
        { key: 'back', name: 'x_back', differences: ['internal'], services: ['api'] },
        { key: 'front', name: 'x_front', differences: ['driver'], services: ['api'] },
      ],
      operations: [anew, ...create('apart')],
      images: new Map([['api', 'node']]),
    });
    expect(shape(plan).filter((line) => /^(network|recreate|create)/.test(line))).toEqual([
      'network:back <- image:node',
      'network:front <- network:back image:node',
      'recreate:api <- image:node network:back network:front',
      'create:apart',
    ]);
    expect(planText(plan)).toContain('recreate network back (internal) → stops api\n');
  });

  it('frees a host port before another service gets it', () => {
    const plan = graphOf({
      operations: [
        operation({ kind: 'recreate', service: 'old' }, 'ports changed'),
        operation({ kind: 'recreate', service: 'new' }, 'ports changed'),
      ],
      links: new Map([
        ['old', links({ hostPorts: ['8081/tcp'] })],
        ['new', links({ hostPorts: ['8080/tcp'] })],
      ]),
      heldPorts: new Map([
        ['old', ['8080/tcp']],
        ['new', ['8081/tcp']],
      ]),
    });
    expect(
      shape(plan)
        .filter((line) => line.startsWith('start:'))
        .sort(),
    ).toEqual([
      'start:new <- recreate:new <~ recreate:old',
      'start:old <- recreate:old <~ recreate:new',
    ]);
  });

  it('removes and resets before it makes, and makes anew before what depends on it is made', () => {
    const plan = graphOf({
      operations: [
        operation({ kind: 'remove', service: 'gone', task: '0123456789abcdef' }),
        operation({ kind: 'reset-data', service: 'db', volumes: ['shop_db'] }),
        operation({ kind: 'recreate', service: 'db' }),
        operation({ kind: 'create', service: 'beside' }),
      ],
      links: new Map([['beside', links({ dependsOn: new Map([['db', 'started']]) })]]),
    });
    expect(shape(plan)).toEqual([
      'remove:gone:0123456789ab',
      'reset-data:db',
      'recreate:db <- reset-data:db <~ remove:gone:0123456789ab',
      'start:db <- recreate:db',
      'await:db <- start:db',
      'create:beside <- reset-data:db <~ remove:gone:0123456789ab recreate:db',
      'start:beside <- create:beside start:db',
      'await:beside <- start:beside',
    ]);
  });

  it('takes a shared volume away when all who have it let go, and makes them only then', () => {
    const reset = (service: string, ...volumes: readonly string[]) =>
      operation({ kind: 'reset-data', service, volumes });
    const plan = graphOf({
      operations: [
        reset('a', 'shared', 'own'),
        operation({ kind: 'recreate', service: 'a' }),
        reset('b', 'shared'),
        operation({ kind: 'recreate', service: 'b' }),
        reset('c', 'other'),
      ],
    });
    expect(
      shape(plan)
        .filter((line) => line.startsWith('re'))
        .toSorted(),
    ).toEqual([
      'recreate:a <- reset-data:a reset-data:b',
      'recreate:b <- reset-data:b reset-data:a',
      'reset-data:a',
      'reset-data:b <- reset-data:a',
      'reset-data:c',
    ]);
    const taken = plan.steps.flatMap(({ action }) =>
      action.kind === 'reset-data' ? [[action.service, ...action.volumes]] : [],
    );
    expect(taken).toEqual([
      ['a', 'own'],
      ['b', 'shared'],
      ['c', 'other'],
    ]);
  });

  it('starts a service only when what is left of it is gone', () => {
    const plan = graphOf({
      operations: [
        operation({ kind: 'remove', service: 'db', task: '0123456789abcdef' }),
        operation({ kind: 'start', service: 'db' }),
      ],
    });
    expect(shape(plan)).toEqual([
      'remove:db:0123456789ab',
      'start:db <~ remove:db:0123456789ab',
      'await:db <- start:db',
    ]);
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
