import { ABSENT, list, sorted, type Key } from './key.ts';

export const NET: readonly Key[] = [
  {
    name: 'networks',
    cases: [
      [ABSENT, ['default']],
      [['front'], ['front']],
      [
        ['back', 'front'],
        ['back', 'front'],
      ],
      [{ front: { aliases: ['own-one', 'own-two'] } }, ['front own-one own-two']],
      [{ front: { aliases: ['own-one'] }, back: null }, ['back', 'front own-one']],
      [{ fixed: { ipv4_address: '%NET%.%HOST%' } }, ['fixed %NET%.%HOST%']],
      [{ fixed: {} }, ['fixed']],
      [
        ['outside', 'back'],
        ['back', 'outside'],
      ],
    ],
    says: ({ networks }) => networks,
    excludes: ['network_mode'],
  },
  {
    name: 'network_mode',
    cases: [
      [ABSENT, 'net'],
      ['none', 'none'],
      ['service:b', 'container:b'],
    ],
    says: ({ HostConfig: { NetworkMode: mode } }) =>
      mode === 'none' || mode.startsWith('container:') ? mode : 'net',
    excludes: [
      ...['networks', 'ports', 'hostname', 'domainname', 'dns', 'dns_search', 'dns_opt'],
      ...['extra_hosts', 'mac_address', 'expose', 'sysctls', 'links'],
    ],
    onlyFirst: true,
  },
  {
    name: 'ports',
    cases: [
      [ABSENT, []],
      [['%PORT1%:80'], ['80/tcp %PORT1%']],
      [['127.0.0.1:%PORT2%:80'], ['80/tcp %PORT2%']],
      [
        ['%PORT1%:80/udp', '%PORT2%:81'],
        ['80/udp %PORT1%', '81/tcp %PORT2%'],
      ],
      [
        [{ target: 82, published: '%PORT3%', host_ip: '127.0.0.1', protocol: 'udp' }],
        ['82/udp %PORT3%'],
      ],
    ],
    says: ({ HostConfig }) =>
      Object.entries(HostConfig.PortBindings ?? {})
        .flatMap(([port, bound]) => (bound ?? []).map(({ HostPort }) => `${port} ${HostPort}`))
        .sort(),
    excludes: ['network_mode'],
  },
  {
    name: 'expose',
    cases: [
      [ABSENT, false],
      [['9999'], true],
    ],
    says: ({ Config }) => Object.keys(Config.ExposedPorts ?? {}).some((port) => /^9999/.test(port)),
    excludes: ['network_mode'],
  },
  {
    name: 'hostname',
    cases: [
      [ABSENT, ''],
      ['own-host', 'own-host'],
    ],
    says: ({ Config }) => (Config.Hostname.startsWith('own-') ? Config.Hostname : ''),
    excludes: ['network_mode'],
  },
  {
    name: 'dns',
    cases: [
      [ABSENT, []],
      ['127.0.0.9', ['127.0.0.9']],
      [
        ['127.0.0.9', '127.0.0.8'],
        ['127.0.0.9', '127.0.0.8'],
      ],
    ],
    says: ({ HostConfig }) => list(HostConfig.Dns),
    excludes: ['network_mode'],
  },
  {
    name: 'dns_search',
    cases: [
      [ABSENT, []],
      ['own.example', ['own.example']],
    ],
    says: ({ HostConfig }) => list(HostConfig.DnsSearch),
    excludes: ['network_mode'],
  },
  {
    name: 'extra_hosts',
    cases: [
      [ABSENT, []],
      [['own:127.0.0.7'], ['own:127.0.0.7']],
      [{ own: '127.0.0.6', two: '127.0.0.5' }, ['own:127.0.0.6', 'two:127.0.0.5']],
    ],
    says: ({ HostConfig }) => sorted(HostConfig.ExtraHosts),
    excludes: ['network_mode'],
  },
  {
    name: 'sysctls',
    cases: [
      [ABSENT, {}],
      [{ 'net.ipv4.ip_default_ttl': 60 }, { 'net.ipv4.ip_default_ttl': '60' }],
      [['net.ipv4.ip_default_ttl=50'], { 'net.ipv4.ip_default_ttl': '50' }],
    ],
    says: ({ HostConfig }) => HostConfig.Sysctls ?? {},
    excludes: ['network_mode'],
  },
  {
    name: 'depends_on',
    cases: [
      [ABSENT, ''],
      [['b'], 'b:service_started:false'],
      [{ b: { condition: 'service_started', restart: true } }, 'b:service_started:true'],
    ],
    says: ({ Config }) => Config.Labels['com.docker.compose.depends_on'] ?? '',
    // Of each of these Compose makes a dependency, under the same label.
    excludes: ['network_mode', 'pid', 'links', 'volumes_from'],
    onlyFirst: true,
  },
];
