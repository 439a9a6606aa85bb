import { expect, it } from 'vitest';
import { volumeOwners } from '../../../src/plan/volume-owners.ts';
import { create, graphOf, shape } from '../../support/plans.ts';

const volume = (source: string) => ({ type: 'volume', source, target: '/data' });

it('who shares a volume with a module starts when the module’s container is made', () => {
  const document = {
    services: {
      seed: { volumes: [volume('shared')] },
      web: { volumes: [volume('shared'), volume('own'), { type: 'volume', target: '/x' }] },
      worker: { volumes: [volume('shared')] },
      db: { volumes: [volume('data'), { type: 'bind', source: '/own', target: '/own' }] },
    },
  };
  const owners = volumeOwners(document, new Set(['web', 'worker']));
  expect([...owners]).toEqual([
    ['seed', ['web', 'worker']],
    ['web', ['worker']],
    ['worker', ['web']],
  ]);
  const steps = shape(
    graphOf({ operations: create('seed', 'web', 'worker'), volumeOwners: owners }),
  );
  expect(steps.filter((step) => step.startsWith('start:'))).toEqual([
    'start:seed <- create:seed <~ create:web create:worker',
    'start:web <- create:web <~ create:worker',
    'start:worker <- create:worker <~ create:web',
  ]);
});
