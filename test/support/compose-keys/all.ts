import type { Case, Key } from './key.ts';
import { LIMITS } from './limits.ts';
import { MORE } from './more.ts';
import { NET } from './network.ts';
import { PROCESS } from './process.ts';
import { STORAGE, TEXTS } from './surroundings.ts';

export const SERVICE_KEYS: readonly Key[] = [
  ...PROCESS,
  ...LIMITS,
  ...TEXTS,
  ...NET,
  ...STORAGE,
  ...MORE,
];

/** `networks` and `volumes`: definitions, and what the engine says of what they became. */
export const NETWORK_CASES: readonly Case[] = [
  [null, [false, false, {}, {}]],
  [{ internal: true }, [true, false, {}, {}]],
  [{ attachable: true }, [false, true, {}, {}]],
  [{ labels: { 'own.n': '1' } }, [false, false, { 'own.n': '1' }, {}]],
  [
    { driver_opts: { 'com.docker.network.driver.mtu': 1400 } },
    [false, false, {}, { 'com.docker.network.driver.mtu': '1400' }],
  ],
];

/** Of the one network with addresses of its own: IPv6, and its subnets. */
export const FIXED_CASES: readonly Case[] = [
  [{ ipam: { config: [{ subnet: '%NET%.0/24' }] } }, [false, [{ Subnet: '%NET%.0/24' }]]],
  [
    { ipam: { config: [{ subnet: '%NET%.0/24', gateway: '%NET%.254' }] } },
    [false, [{ Gateway: '%NET%.254', Subnet: '%NET%.0/24' }]],
  ],
  [
    { ipam: { config: [{ subnet: '%NET%.0/24', ip_range: '%NET%.0/25' }] } },
    [false, [{ IPRange: '%NET%.0/25', Subnet: '%NET%.0/24' }]],
  ],
  [
    { enable_ipv6: true, ipam: { config: [{ subnet: '%NET%.0/24' }, { subnet: '%SIX%::/64' }] } },
    [true, [{ Subnet: '%NET%.0/24' }, { Subnet: '%SIX%::/64' }]],
  ],
];

export const VOLUME_CASES: readonly Case[] = [
  [null, [{}, {}]],
  [{ labels: { 'own.v': '1' } }, [{}, { 'own.v': '1' }]],
  [
    { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
    [{ device: 'tmpfs', o: 'size=1m', type: 'tmpfs' }, {}],
  ],
  [{ name: '%PROJECT%_named-%KEY%' }, [{}, {}]],
];
