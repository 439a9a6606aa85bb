import { describe, expect, it } from 'vitest';
import { planText } from '../../../src/plan/step.ts';
import { create, graphOf, links, operation, shape } from '../../support/plans.ts';

describe('the graph of a plan that replaces what is there', () => {
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
});
