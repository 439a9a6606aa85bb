import { describe, expect, it } from 'vitest';
import {
  listingChange,
  notRunning,
  rowChanges,
  serviceState,
} from '../../../src/session/service-listing.ts';
import { aContainer } from '../../support/containers.ts';

const listed = (...containers: readonly ReturnType<typeof aContainer>[]) =>
  new Map(containers.map((one) => [one.service, one]));
const names = (containers: readonly { readonly service: string; readonly id: string }[]) =>
  containers.map(({ service, id }) => `${service} ${id}`);

describe('what changed from one listing to the next', () => {
  it('is nothing where all rows say the same', () => {
    const change = listingChange(listed(aContainer('api')), listed(aContainer('api')));
    expect(change).toEqual({ ended: [], started: [] });
    expect(rowChanges(listed(aContainer('api')), listed(aContainer('api')))).toEqual([]);
  });

  it('is what runs now, and what ran', () => {
    const exited = { state: 'exited', health: 'none' } as const;
    const before = [aContainer('api'), aContainer('db'), aContainer('old')];
    const lists = [
      listed(...before, aContainer('was', exited)),
      listed(aContainer('api', exited), aContainer('db', { id: 'id-new' }), aContainer('web')),
    ] as const;
    const change = listingChange(...lists);
    // A container in the place of another one: one ended, one started. One that did not run ends no more.
    expect(names(change.ended)).toEqual(['api id-api', 'db id-db', 'old id-old']);
    expect(names(change.started)).toEqual(['db id-new', 'web id-web']);
    expect(names(rowChanges(...lists).map(({ current }) => current))).toEqual([
      'api id-api',
      'db id-new',
      'web id-web',
    ]);
  });

  it('is health alone, which starts and ends nothing', () => {
    const lists = [
      listed(aContainer('api', { health: 'starting' })),
      listed(aContainer('api')),
    ] as const;
    expect(listingChange(...lists)).toEqual({ ended: [], started: [] });
    expect(rowChanges(...lists)).toHaveLength(1);
  });
});

describe('the state that is told of a service', () => {
  const known = { now: 900, knownSince: 100, cause: undefined };

  it('has its time from the change of the state, not of the health', () => {
    const current = aContainer('api');
    const starting = aContainer('api', { health: 'starting' });
    expect(serviceState({ before: starting, current }, known)).toMatchObject({ since: 100 });
    const old = (status: string) =>
      serviceState(
        { before: undefined, current: aContainer('api', { status }) },
        { ...known, now: 9e9 },
      );
    expect(old('Up 28 seconds (healthy)')).toMatchObject({ since: 9e9 - 28_000 });
    expect(old('Up About a minute')).toMatchObject({ since: 9e9 - 60_000 });
    expect(old('Up About an hour (healthy)')).toMatchObject({ since: 9e9 - 3_600_000 });
    expect(old('Exited (137) 2 weeks ago')).toMatchObject({ since: 9e9 - 1_209_600_000 });
    for (const status of ['Up Less than a second', 'Created', '', 'Up 3 moons']) {
      expect(old(status)).toMatchObject({ since: 9e9 });
    }
    const other = aContainer('api', { id: 'id-old' });
    expect(serviceState({ before: other, current }, known)).toMatchObject({ since: 900 });
  });

  it('has its ports, its cause and how it ended', () => {
    const current = aContainer('api', {
      state: 'exited',
      status: 'Exited (137) 2 seconds ago',
      ports: [{ hostAddress: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    });
    const told = serviceState({ before: undefined, current }, { ...known, cause: 'by hand' });
    const ports = ['127.0.0.1:8080→80/tcp'];
    expect(told).toMatchObject({ cause: 'by hand', exitStatus: 137, ports });
    expect(serviceState({ before: undefined, current }, known)).not.toHaveProperty('cause');
  });
});

describe('why nothing can be done in a container', () => {
  it('says whether there is none, or how it is', () => {
    const exited = aContainer('api', { state: 'exited', status: 'Exited (1) 1 second ago' });
    expect(notRunning('api', undefined).why).toBe('there is none');
    expect(notRunning('api', exited).why).toBe('it ended with exit status 1');
    expect(notRunning('api', aContainer('api', { state: 'paused' })).why).toBe('it is paused');
  });
});
