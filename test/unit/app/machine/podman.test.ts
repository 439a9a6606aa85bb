import { expect, test } from 'vitest';
import { toImages } from '../../../../src/adapters/engine/translate-image.ts';
import { toVersion } from '../../../../src/adapters/engine/translate.ts';
import type Docker from 'dockerode';
import type { ContainerInfo, ContainerInspectInfo } from 'dockerode';
import { withHealth } from '../../../../src/adapters/engine/listed-health.ts';
import { partly } from '../../../support/partly.ts';
import { listFilters } from '../../../../src/adapters/engine/filters.ts';
import { refusePodman } from '../../../../src/app/machine/podman.ts';

test('Podman is told from Docker by what its version consists of', () => {
  const podman = {
    Version: '5.4.2',
    ApiVersion: '1.41',
    Components: [{ Name: 'Podman Engine' }, { Name: 'Conmon' }],
  };
  expect(toVersion(podman)).toEqual({
    product: 'podman',
    isRootless: false,
    version: '5.4.2',
    apiVersion: '1.41',
  });
  const docker = { Version: '26.1.5', ApiVersion: '1.45', Components: [{ Name: 'Engine' }] };
  expect(toVersion(docker)).toMatchObject({ product: 'docker' });
  expect(toVersion({ ...docker, Components: null })).toMatchObject({ product: 'docker' });
  expect(toVersion({ Version: '1' })).toBeUndefined();
});

test('its images have the names that Docker gives them', () => {
  const names = [
    'docker.io/library/debian:trixie-slim',
    'docker.io/onestack/os:e8f6',
    'localhost/shop:dev',
    'quay.io/x/y:1',
    'debian:12',
  ];
  const digests = ['docker.io/library/debian@sha256:1'];
  const [image] = toImages([
    { Id: 'a', RepoTags: names, RepoDigests: digests, Labels: {}, Size: 0, Created: 0 },
  ]);
  expect(image).toMatchObject({
    tags: ['debian:trixie-slim', 'onestack/os:e8f6', 'shop:dev', 'quay.io/x/y:1', 'debian:12'],
    digests: ['debian@sha256:1'],
  });
});

const PODMAN = { product: 'podman', version: '5.4.2' } as const;

test('it is refused what it cannot do, by name, and nothing else', () => {
  expect(refusePodman(PODMAN, { modules: ['api', 'web'], builds: ['node'] })).toMatchObject([
    { reason: 'no-engine', what: 'Podman cannot run modules: api, web' },
  ]);
  expect(refusePodman(PODMAN, { modules: [], builds: ['os', 'postgres'] })).toMatchObject([
    { what: 'Podman cannot build base images: os, postgres', why: 'it has no BuildKit' },
  ]);
  expect(refusePodman(PODMAN, { modules: [], builds: [] })).toEqual([]);
  expect(
    refusePodman({ product: 'docker', version: '4.0' }, { modules: ['api'], builds: ['node'] }),
  ).toEqual([]);
});

test('one that does not tell how its containers are is refused, by its version', () => {
  const old = { product: 'podman', version: '4.3.1' } as const;
  const [refused] = refusePodman(old, { modules: [], builds: [] });
  expect(refused).toMatchObject({ reason: 'no-engine', what: 'Podman 4.3.1 is too old' });
  expect(refused?.cure).toContain('Podman 5 or newer');
});

test('it is asked for everything without a filter that has no values, which 4.3 refuses', () => {
  expect(listFilters({})).toBe('{}');
  expect(listFilters({ a: '1', b: '' }, { dangling: ['true'] })).toBe(
    '{"label":["a=1","b"],"dangling":["true"]}',
  );
});

/** A container of a list, as far as it is read. */
const LISTED: Partial<ContainerInfo> = {
  ...{ Names: ['/x'], Image: 'x', ImageID: 'y', Created: 1, Ports: [], Labels: {}, Mounts: [] },
  ...{ State: 'running', Status: 'Up 2 seconds', NetworkSettings: { Networks: {} } },
};

test('each of its containers that runs is asked for its health, and none of Docker’s', async () => {
  const asked: string[] = [];
  const docker = partly<Docker>({
    getContainer: (id) => {
      asked.push(id);
      const state: Partial<ContainerInspectInfo['State']> = {
        Health: { Status: id === 'ill' ? 'starting' : 'healthy', FailingStreak: 0, Log: [] },
      };
      const inspect = () =>
        id === 'gone'
          ? Promise.reject(new Error('no such container'))
          : Promise.resolve(partly<ContainerInspectInfo>({ State: partly(state) }));
      return partly<Docker.Container>({ inspect });
    },
  });
  // What this test leaves out is not read.
  const listed = (Id: string, more: object) => ({ ...LISTED, Id, ...more }) as ContainerInfo;
  const containers = await withHealth(docker, [
    listed('well', {}),
    listed('ill', {}),
    listed('gone', {}),
    listed('ended', { State: 'exited', Status: 'Exited (0)' }),
    listed('docker', { HostConfig: { NetworkMode: 'x' } }),
    listed('newer', { Status: 'Up 2 seconds (healthy)' }),
  ]);
  expect(asked).toEqual(['well', 'ill', 'gone']);
  expect(containers.map(({ id, health, status }) => `${id} ${health}: ${status}`)).toEqual([
    'well healthy: Up 2 seconds (healthy)',
    'ill starting: Up 2 seconds (health: starting)',
    'gone none: Up 2 seconds',
    'ended none: Exited (0)',
    'docker none: Up 2 seconds',
    'newer healthy: Up 2 seconds (healthy)',
  ]);
});
