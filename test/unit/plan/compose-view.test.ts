import { expect, it } from 'vitest';
import { dependenciesOf, joinedServices, restartedWith } from '../../../src/plan/compose-view.ts';

it('knows what a service shares with others, in every way to say it', () => {
  const service = {
    network_mode: 'service:net',
    pid: 'service:app',
    ipc: 'service:app',
    volumes_from: ['data:ro', 'container:stranger', 'plain'],
  };
  expect([...joinedServices(service)]).toEqual([
    ['data', 'volumes'],
    ['plain', 'volumes'],
    ['net', 'network'],
    ['app', 'memory'],
  ]);
  expect(dependenciesOf(service)).toEqual(['data', 'plain', 'net', 'app']);
  expect([...joinedServices({ network_mode: 'host', pid: 'host', ipc: 'shareable' })]).toEqual([]);
});

it('knows with whom a service is started again', () => {
  const dependsOn = { a: { condition: 'service_started', restart: true }, b: { restart: false } };
  const service = { links: ['db:database', 'cache'], depends_on: dependsOn };
  expect(restartedWith(service)).toEqual(['db', 'cache', 'a']);
  expect(dependenciesOf(service)).toEqual(['a', 'b', 'db', 'cache']);
  expect(restartedWith({ depends_on: ['a'] })).toEqual([]);
});
