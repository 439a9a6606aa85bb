import { existsSync } from 'node:fs';
import { ABSENT, list, MIB, sorted, type Key } from './key.ts';

/** A block device of most machines; where there is none, its keys stay as they are. */
const DISK = '/dev/loop0';

/** What a service calls a container of nobody's. */
const OUTSIDE = 'own-outside';

/** Keys that fewer people write; those that come from other files, too. */
export const MORE: readonly Key[] = [
  {
    name: 'extends',
    cases: [
      [ABSENT, ''],
      [{ file: 'ext.yaml', service: 'base' }, '%EXT%'],
    ],
    says: ({ Config }) => Config.Domainname ?? '',
    excludes: ['network_mode'],
  },
  {
    name: 'container_name',
    cases: [
      [ABSENT, '%PROJECT%-%SERVICE%-1'],
      ['%PROJECT%-own-%SERVICE%', '%PROJECT%-own-%SERVICE%'],
    ],
    says: ({ name }) => name,
  },
  {
    name: 'blkio_config',
    cases: existsSync(DISK)
      ? [
          [ABSENT, []],
          [{ device_read_bps: [{ path: DISK, rate: '1mb' }] }, [`${DISK} ${String(MIB)}`]],
        ]
      : [[ABSENT, []]],
    says: ({ HostConfig }) =>
      (HostConfig.BlkioDeviceReadBps ?? []).map(({ Path, Rate }) => `${Path} ${String(Rate)}`),
  },
  {
    name: 'cpuset',
    cases: [
      [ABSENT, ''],
      ['0', '0'],
    ],
    says: ({ HostConfig }) => HostConfig.CpusetCpus ?? '',
  },
  {
    name: 'mem_reservation',
    cases: [
      [ABSENT, 0],
      ['32m', 32 * MIB],
    ],
    says: ({ HostConfig }) => HostConfig.MemoryReservation ?? 0,
  },
  {
    name: 'pids_limit',
    cases: [
      [ABSENT, 0],
      [77, 77],
    ],
    says: ({ HostConfig }) => HostConfig.PidsLimit ?? 0,
    excludes: ['deploy'],
  },
  {
    name: 'privileged',
    cases: [
      [ABSENT, false],
      [true, true],
    ],
    says: ({ HostConfig }) => HostConfig.Privileged === true,
    // What may do everything has no limits of this kind.
    excludes: ['security_opt'],
  },
  {
    name: 'dns_opt',
    cases: [
      [ABSENT, []],
      [['ndots:3'], ['ndots:3']],
    ],
    says: ({ HostConfig }) => sorted(HostConfig.DnsOptions),
    excludes: ['network_mode'],
  },
  {
    name: 'device_cgroup_rules',
    cases: [
      [ABSENT, []],
      [['c 1:3 mr'], ['c 1:3 mr']],
    ],
    says: ({ HostConfig }) => list(HostConfig.DeviceCgroupRules),
  },
  {
    name: 'links',
    cases: [
      [ABSENT, []],
      [['b:own-link'], ['own-link']],
      [['b', 'b:own-other'], ['own-other']],
    ],
    says: ({ links }) => links.filter((alias) => alias !== OUTSIDE),
    excludes: ['network_mode', 'networks'],
    onlyFirst: true,
  },
  {
    name: 'external_links',
    cases: [
      [ABSENT, []],
      [[`%PROJECT%-nobody:${OUTSIDE}`], [OUTSIDE]],
    ],
    says: ({ links }) => links.filter((alias) => alias === OUTSIDE),
    excludes: ['network_mode', 'networks'],
  },
  {
    name: 'volumes_from',
    cases: [
      [ABSENT, []],
      [['b'], ['b']],
      [['b:ro'], ['b']],
    ],
    // Compose 2.26 makes nothing of the mode where it names a service.
    says: ({ HostConfig }) =>
      list(HostConfig.VolumesFrom).map((from) => String(from).replace(/:ro$/, '')),
    // What it has of the other one's is there beside its own.
    excludes: ['volumes', 'tmpfs', 'configs', 'secrets'],
    onlyFirst: true,
  },
  {
    name: 'memswap_limit',
    cases: [
      [ABSENT, 0],
      [-1, -1],
    ],
    // Where there is a limit of memory alone, the engine gives as much again.
    says: ({ HostConfig: { Memory, MemorySwap = 0 } }) =>
      MemorySwap === 2 * Memory ? 0 : MemorySwap,
  },
];
