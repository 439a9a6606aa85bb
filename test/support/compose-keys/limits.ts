import { ABSENT, sorted, capabilities, SECOND, MIB, type Key } from './key.ts';

export const LIMITS: readonly Key[] = [
  {
    name: 'cap_add',
    cases: [
      [ABSENT, []],
      [['NET_ADMIN'], ['NET_ADMIN']],
      [
        ['SYS_PTRACE', 'NET_ADMIN'],
        ['NET_ADMIN', 'SYS_PTRACE'],
      ],
    ],
    says: ({ HostConfig }) => capabilities(HostConfig.CapAdd),
  },
  {
    name: 'cap_drop',
    cases: [
      [ABSENT, []],
      [['MKNOD'], ['MKNOD']],
    ],
    says: ({ HostConfig }) => capabilities(HostConfig.CapDrop),
  },
  {
    name: 'ulimits',
    cases: [
      [ABSENT, []],
      [{ nofile: 1000 }, ['nofile 1000 1000']],
      [{ nofile: { soft: 100, hard: 200 }, core: 0 }, ['core 0 0', 'nofile 100 200']],
    ],
    says: ({ HostConfig }) =>
      (HostConfig.Ulimits ?? [])
        .map(({ Name, Soft, Hard }) => `${Name} ${String(Soft)} ${String(Hard)}`)
        .sort(),
  },
  {
    name: 'shm_size',
    cases: [
      [ABSENT, 64 * MIB],
      ['16m', 16 * MIB],
      [8 * MIB, 8 * MIB],
    ],
    says: ({ HostConfig }) => HostConfig.ShmSize,
    excludes: ['ipc'],
  },
  {
    name: 'deploy',
    cases: [
      [ABSENT, [0, 0]],
      [{ resources: { limits: { cpus: '0.5', memory: '64M' } } }, [SECOND / 2, 64 * MIB]],
      [{ resources: { limits: { memory: '96m' } } }, [0, 96 * MIB]],
    ],
    says: ({ HostConfig }) => [HostConfig.NanoCpus ?? 0, HostConfig.Memory],
    excludes: ['mem_limit', 'cpus'],
  },
  {
    name: 'mem_limit',
    cases: [
      [ABSENT, 0],
      ['80m', 80 * MIB],
    ],
    says: ({ HostConfig }) => HostConfig.Memory,
    excludes: ['deploy'],
  },
  {
    name: 'cpus',
    cases: [
      [ABSENT, 0],
      [0.25, SECOND / 4],
    ],
    says: ({ HostConfig }) => HostConfig.NanoCpus ?? 0,
    excludes: ['deploy'],
  },
  {
    name: 'cpu_shares',
    cases: [
      [ABSENT, 0],
      [512, 512],
    ],
    says: ({ HostConfig }) => HostConfig.CpuShares ?? 0,
  },
  {
    name: 'oom_score_adj',
    cases: [
      [ABSENT, 0],
      [100, 100],
    ],
    says: ({ HostConfig }) => HostConfig.OomScoreAdj,
  },
  {
    name: 'read_only',
    cases: [
      [ABSENT, false],
      [true, true],
    ],
    says: ({ HostConfig }) => HostConfig.ReadonlyRootfs,
    excludes: ['configs', 'secrets'],
  },
  {
    name: 'security_opt',
    cases: [
      [ABSENT, []],
      [['no-new-privileges:true'], ['no-new-privileges:true']],
    ],
    says: ({ HostConfig }) =>
      sorted(HostConfig.SecurityOpt).filter((one) => !one.startsWith('label')),
  },
  {
    name: 'devices',
    cases: [
      [ABSENT, []],
      [['/dev/null:/dev/own'], ['/dev/null /dev/own rwm']],
      [['/dev/zero:/dev/own:r'], ['/dev/zero /dev/own r']],
    ],
    says: ({ HostConfig }) =>
      (HostConfig.Devices ?? []).map(
        (one) => `${one.PathOnHost} ${one.PathInContainer} ${one.CgroupPermissions}`,
      ),
  },
  {
    name: 'restart',
    cases: [
      [ABSENT, 'no 0'],
      ['always', 'always 0'],
      ['on-failure:3', 'on-failure 3'],
      ['unless-stopped', 'unless-stopped 0'],
    ],
    says: ({ HostConfig: { RestartPolicy: policy } }) =>
      `${policy.Name === '' ? 'no' : policy.Name} ${String(policy.MaximumRetryCount)}`,
  },
  {
    name: 'logging',
    cases: [
      [ABSENT, ['json-file', {}]],
      [{ driver: 'json-file', options: { 'max-size': '1m' } }, ['json-file', { 'max-size': '1m' }]],
      [{ driver: 'local' }, ['local', {}]],
    ],
    says: ({ HostConfig: { LogConfig: log } }) => [log.Type, log.Config],
  },
  {
    name: 'pid',
    cases: [
      [ABSENT, ''],
      ['host', 'host'],
      ['service:b', 'container:b'],
    ],
    says: ({ HostConfig }) => HostConfig.PidMode,
    onlyFirst: true,
  },
  {
    name: 'ipc',
    cases: [
      [ABSENT, 'private'],
      ['shareable', 'shareable'],
    ],
    says: ({ HostConfig }) => HostConfig.IpcMode,
    excludes: ['shm_size'],
  },
];
