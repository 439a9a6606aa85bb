import { expect, it } from 'vitest';
import {
  awaitedServices,
  missingHealth,
  nothingToReset,
  type UpRequest,
} from '../../../../src/app/up/plan-services.ts';
import type { Observed } from '../../../../src/app/up/observe.ts';
import type { PlannedOperation } from '../../../../src/plan/operation.ts';
import type { Prepared } from '../../../../src/app/up/prepare.ts';
import { aTask, aDesiredService } from '../../../support/containers.ts';
import { partly } from '../../../support/partly.ts';

const healthcheck = { test: ['CMD', 'true'] };
const service = (name: string, dependsOn: readonly string[] = []) =>
  aDesiredService(name, { dependsOn });
const PREPARED = partly<Prepared>({
  desired: [service('app'), service('web', ['app']), service('new')],
  document: {
    services: {
      app: { healthcheck },
      web: { depends_on: { app: { condition: 'service_healthy' } } },
      new: {},
    },
  },
});
const OBSERVED = partly<Observed>({
  tasks: [aTask('app', { health: 'unhealthy' }), aTask('web')],
});

const planned = (kind: 'recreate' | 'start', service: string): PlannedOperation => ({
  operation: { kind, service },
  cause: 'asked for',
});

function awaited(
  askedBy: UpRequest['askedBy'],
  services: readonly string[] = [],
  changed = ['new'],
) {
  const request = partly<UpRequest>({ askedBy, services });
  const operations = changed.map((name) => planned('recreate', name));
  return awaitedServices(request, PREPARED, operations, OBSERVED).map(
    ({ name, current }) => `${name}: ${String(current.length)}`,
  );
}

it('says of what has no data that there is nothing to reset', () => {
  const desired = [service('app'), aDesiredService('db', { dataVolumes: ['x_data'] })];
  const resetting = (...names: readonly string[]) =>
    nothingToReset({ resetData: new Set(names) }, desired);
  expect(resetting('app', 'db')).toEqual(['app has no data volume: there is nothing to reset']);
  expect(resetting('db')).toEqual([]);
  expect(nothingToReset({ resetData: 'all' }, desired)).toEqual([]);
});

it('a person waits for everything that she asked for, changed or not', () => {
  expect(awaited('person')).toEqual(['app: 1', 'web: 1', 'new: 0']);
  expect(awaited('person', ['web'], [])).toEqual(['app: 1', 'web: 1']);
  expect(awaited('person', ['web'])).toEqual(['app: 1', 'web: 1', 'new: 0']);
});

it('an edit that the session follows does not fail because of another service', () => {
  expect(awaited('session')).toEqual(['new: 0']);
});

it('an edit waits for what the changed service needs to be healthy, and for nothing else', () => {
  expect(awaited('session', [], ['web'])).toEqual(['app: 1', 'web: 0']);
});

it('the containers that a plan takes away are known, so that their ends are not taken for failures', () => {
  const operations = [planned('recreate', 'app'), planned('start', 'web')];
  const request = { askedBy: 'person', services: [] } as const;
  const all = awaitedServices(request, PREPARED, operations, OBSERVED);
  expect(all.map(({ leaving }) => [...leaving])).toEqual([['id-app'], [], []]);
});

it('what is not changed and not healthy yet is waited for, with the reason', () => {
  const all = awaitedServices({ askedBy: 'person', services: [] }, PREPARED, [], OBSERVED);
  expect([...missingHealth(all)]).toEqual([['app', 'it is unhealthy']]);
});

it('a health check of the image counts where somebody waits for it', () => {
  const document = { services: { ...(PREPARED.document['services'] as object), app: {} } };
  const all = awaitedServices(
    { askedBy: 'person', services: [] },
    { ...PREPARED, document },
    [],
    OBSERVED,
  );
  expect(all.map(({ name, hasHealthcheck }) => `${name} ${String(hasHealthcheck)}`)).toEqual([
    'app true',
    'web false',
    'new false',
  ]);
});
