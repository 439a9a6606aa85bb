import { expect, it } from 'vitest';
import { awaitedServices, type UpRequest } from '../../../../src/app/up/plan-services.ts';
import type { Observed } from '../../../../src/app/up/observe.ts';
import type { Prepared } from '../../../../src/app/up/prepare.ts';
import { aContainer } from '../../../support/containers.ts';

const healthcheck = { test: ['CMD', 'true'] };
const service = (name: string, dependsOn: readonly string[] = []) =>
  ({ name, oneShot: false, replicas: 1, dependsOn }) as const;
// Only these facts are read.
const PREPARED = {
  desired: [service('app'), service('web', ['app']), service('new')],
  document: { services: { app: { healthcheck }, web: {}, new: {} } },
} as unknown as Prepared;
const PLAN = {
  operations: [{ operation: { kind: 'create', service: 'new' }, cause: 'no container yet' }],
  networks: [],
  unchanged: ['app', 'web'],
} as const;
const OBSERVED = {
  containers: [aContainer('app', { health: 'unhealthy' }), aContainer('web')],
} as unknown as Observed;

function awaited(askedBy: UpRequest['askedBy'], services: readonly string[] = []) {
  const request = { askedBy, services } as unknown as UpRequest;
  return awaitedServices(request, PREPARED, PLAN, OBSERVED).map(
    ({ name, current }) => `${name}: ${String(current.length)}`,
  );
}

it('a person waits for everything that she asked for, changed or not', () => {
  expect(awaited('person')).toEqual(['app: 1', 'web: 1', 'new: 0']);
  expect(awaited('person', ['web'])).toEqual(['app: 1', 'web: 1']);
});

it('an edit that the session follows does not fail because of another service', () => {
  expect(awaited('session')).toEqual(['new: 0']);
});
