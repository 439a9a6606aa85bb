import { child, itemsOf, shownScalar, stringOf } from '../tree.ts';
import type { Node } from '../tree.ts';
import type { FoundPath } from './reach-world.ts';

/** Options of the engine's bridges that open nothing and take nothing. */
const HARMLESS_OPTIONS = new Set([
  'com.docker.network.driver.mtu',
  'com.docker.network.container_iface_prefix',
  'com.docker.network.enable_ipv6',
  'com.docker.network.bridge.enable_icc',
  'com.docker.network.bridge.enable_ip_masquerade',
  'encrypted',
]);

/** Addresses that nobody has on the internet: networks of one's own are made of these. */
const PRIVATE = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['198.18.0.0', 15],
  ['192.0.2.0', 24],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
] as const;
/** A network that is larger takes all of a company's. */
const LARGEST = 12;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const PRIVATE_IPV6 = /^(?:f[cd][0-9a-f]{2}:|2001:db8:)/i;

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether a network of these addresses is one's own: `172.30.0.0/16`. */
function isPrivate(subnet: string): boolean {
  const [address = '', length = ''] = subnet.split('/');
  if (!IPV4.test(address)) return PRIVATE_IPV6.test(address);
  const bits = Number(length);
  if (!/^\d+$/.test(length) || bits < LARGEST) return false;
  return PRIVATE.some(([base, own]) => {
    const size = 2 ** (32 - own);
    return bits >= own && Math.floor(numberOf(address) / size) === numberOf(base) / size;
  });
}

/** What a network takes of the host's: its traffic to somebody's addresses, its interfaces. */
export function networkShapeReach(where: string, node: Node): readonly FoundPath[] {
  const subnets = itemsOf(child(child(node, 'ipam'), 'config')).flatMap((config) => {
    const subnet = child(config, 'subnet');
    const text = stringOf(subnet) ?? '';
    return subnet === undefined || isPrivate(text) ? [] : [{ subnet, text }];
  });
  // Of other drivers than the bridge all is said by their name.
  const isBridge = ['bridge', ''].includes(stringOf(child(node, 'driver')) ?? '');
  const options = isBridge ? child(node, 'driver_opts') : undefined;
  const entries = options?.kind === 'map' ? [...options.entries] : [];
  return [
    ...subnets.map(({ subnet, text }): FoundPath => ({
      kind: 'network',
      where: `${where}.ipam`,
      what: `the addresses ${text}: what this machine sends there goes to the project`,
      at: subnet.at,
    })),
    ...entries
      .filter(([name]) => !HARMLESS_OPTIONS.has(name))
      .map(([name, { value }]): FoundPath => ({
        kind: 'network',
        where: `${where}.driver_opts`,
        what: `${name}=${shownScalar(value) ?? ''}`,
        at: value.at,
      })),
  ];
}
