import type { Case, Key } from './key.ts';
import { LIMITS } from './limits.ts';
import { NET } from './network.ts';
import { PROCESS } from './process.ts';
import { STORAGE, TEXTS } from './surroundings.ts';

export const SERVICE_KEYS: readonly Key[] = [...PROCESS, ...LIMITS, ...TEXTS, ...NET, ...STORAGE];

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

/** Of the one network with addresses of its own. */
export const FIXED_CASES: readonly Case[] = [
  [{ ipam: { config: [{ subnet: '%NET%.0/24' }] } }, [{ Subnet: '%NET%.0/24' }]],
  [
    { ipam: { config: [{ subnet: '%NET%.0/24', gateway: '%NET%.254' }] } },
    [{ Gateway: '%NET%.254', Subnet: '%NET%.0/24' }],
  ],
  [
    { ipam: { config: [{ subnet: '%NET%.0/24', ip_range: '%NET%.0/25' }] } },
    [{ IPRange: '%NET%.0/25', Subnet: '%NET%.0/24' }],
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
