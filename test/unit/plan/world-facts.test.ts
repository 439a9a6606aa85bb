import { expect, it } from 'vitest';
import { worldChanges, worldFacts, type ObservedThings } from '../../../src/plan/world-facts.ts';
import { aTask } from '../../support/containers.ts';

const facts = (overrides: Partial<ObservedThings> = {}) =>
  worldFacts({
    apiVersion: '1.45',
    tasks: [aTask('db'), aTask('run', { oneOff: true })],
    images: new Map([['onestack/node:abc', 'sha256:1']]),
    volumes: ['onestack-deps-1'],
    ...overrides,
  });

it('holds as long as nothing that a plan depends on is another', () => {
  const healthier = [aTask('db', { health: 'unhealthy', status: 'Up 1 second' })];
  expect(worldChanges(facts(), facts({ tasks: healthier }))).toEqual([]);
  const looping = [aTask('db', { state: 'restarting', status: 'Restarting (1)' })];
  expect(worldChanges(facts(), facts({ tasks: looping }))).toEqual([]);
});

it('tells what is new, gone or another', () => {
  const now = facts({
    tasks: [aTask('db', { state: 'exited' }), aTask('web')],
    images: new Map([['onestack/node:abc', 'sha256:2']]),
    volumes: [],
  });
  expect(worldChanges(facts(), now)).toEqual([
    'container shop-db-1 is another one (exited, id-db; was runs, id-db)',
    'container shop-web-1 is new',
    'image onestack/node:abc is another one (sha256:2; was sha256:1)',
    'volume onestack-deps-1 is gone',
  ]);
});
