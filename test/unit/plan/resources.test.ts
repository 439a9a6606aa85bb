import { expect, it } from 'vitest';
import {
  desiredNetworks,
  NETWORK_LABEL,
  networkDifferences,
  networkLabel,
  volumeDifferences,
} from '../../../src/plan/resources.ts';
import type { NetworkDetail, VolumeDetail } from '../../../src/ports/engine-resources.ts';

const NETWORK: NetworkDetail = {
  name: 'p_back',
  id: 'n1',
  labels: { 'com.docker.compose.network': 'back' },
  driver: 'bridge',
  options: {},
  internal: false,
  attachable: false,
  ipv6: false,
  subnets: ['172.20.0.0/16'],
};
const VOLUME: VolumeDetail = { name: 'p_data', labels: {}, driver: 'local', options: {} };

/** The network as the engine would have it, made of a definition by this tool. */
function madeOf(definition: Record<string, unknown>, more: Partial<NetworkDetail>): NetworkDetail {
  const label = networkLabel(definition);
  const labels = { ...NETWORK.labels, ...(label !== undefined && { [NETWORK_LABEL]: label }) };
  return { ...NETWORK, ...more, labels: { ...labels, ...more.labels } };
}

it('finds what of a network differs, whichever way it was changed', () => {
  const subnet = { ipam: { config: [{ subnet: '10.9.0.0/24' }] } };
  const cases: readonly (readonly [object, Partial<NetworkDetail>, string])[] = [
    [{ internal: true }, { internal: true }, 'internal'],
    [{ attachable: true }, { attachable: true }, 'attachable'],
    [{ enable_ipv6: true }, { ipv6: true }, 'enable_ipv6'],
    [{ driver: 'macvlan' }, { driver: 'macvlan' }, 'driver'],
    [{ driver_opts: { mtu: 1400 } }, { options: { mtu: '1400' } }, 'driver_opts.mtu'],
    [subnet, { subnets: ['10.9.0.0/24'] }, 'ipam'],
    [{ labels: ['a=1'] }, { labels: { a: '1' } }, 'labels.a'],
  ];
  for (const [definition, actual, name] of cases) {
    const made = madeOf({ ...definition }, actual);
    expect(networkDifferences({ ...definition }, made), name).toEqual([]);
    expect(networkDifferences({}, made), `${name} taken out`).toEqual([name]);
    expect(networkDifferences({ ...definition }, NETWORK), `${name} put in`).toEqual([name]);
  }
  const other = { ipam: { config: [{ subnet: '10.9.0.0/24', gateway: '10.9.0.9' }] } };
  const made = madeOf(subnet, { subnets: ['10.9.0.0/24'] });
  expect(networkDifferences(other, made)).toEqual(['ipam']);
});

it('takes what an engine chose by itself, for a network that nothing is said of', () => {
  const actual = { ...NETWORK, driver: 'nat', options: { 'com.docker.network.x': '1' } };
  for (const definition of [{}, { internal: false }, { name: 'other' }]) {
    expect(networkDifferences(definition, actual)).toEqual([]);
  }
});

it('finds what of a volume differs', () => {
  const bind = { driver_opts: { type: 'none', o: 'bind', device: '/one' } };
  const made = { ...VOLUME, options: bind.driver_opts };
  expect(volumeDifferences(bind, made)).toEqual([]);
  expect(volumeDifferences({}, VOLUME)).toEqual([]);
  expect(volumeDifferences({ driver: 'local', labels: { a: null } }, VOLUME)).toEqual(['labels.a']);
  expect(volumeDifferences({ driver_opts: { ...bind.driver_opts, device: '/two' } }, made)).toEqual(
    ['driver_opts.device'],
  );
  expect(volumeDifferences({ driver: 'nfs' }, VOLUME)).toEqual(['driver']);
});

it('knows which networks services are in', () => {
  const document = {
    services: {
      a: {},
      b: { networks: { back: null, front: { aliases: ['x'] } } },
      c: { networks: ['outside'] },
      d: { network_mode: 'service:a' },
    },
    networks: { back: { name: 'own' }, outside: { external: true, name: 'theirs' } },
  };
  const networks = desiredNetworks(document, 'p', ['a', 'b', 'c', 'd']);
  expect(networks.map(({ name, services }) => `${name}: ${services.join(' ')}`)).toEqual([
    'p_default: a',
    'own: b',
    'p_front: b',
    'theirs: c',
  ]);
});
