import { expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

/** What a service asks for that this engine or system does not give → how it is told. */
const REFUSED: Readonly<Record<string, readonly [string, string]>> = {
  storage: ['storage_opt: { size: 1G }', 'is to have a disk of a limited size'],
  subpath: [
    'volumes: [{ type: volume, source: d, target: /d, volume: { subpath: no/such } }]',
    'mounts no/such of the volume',
  ],
  cpuset: ["cpuset: '999'", 'is to run on the CPUs 999'],
  netmode: ['network_mode: no-such-network-of-tests', 'is to be in the network no-such-network'],
  address: [
    'networks: { default: { ipv4_address: 1.2.3.4 } }',
    'wants an address in a network that has no subnet of its own',
  ],
  dns: ['dns: [abc]', 'has the name server abc, which is no address'],
  hosts: ["extra_hosts: ['x:abc']", 'gives a name the address abc, which is none'],
  driver: ['logging: { driver: nope }', 'logs by the driver nope'],
  option: [
    "logging: { driver: json-file, options: { nope: '1' } }",
    'has the option nope for its log',
  ],
  tmpfs: ["tmpfs: ['/x:size=zz']", 'has a tmpfs at /x with options that the system does not take'],
  relative: ['tmpfs: [rel]', 'mounts something at a path that is not absolute'],
  limits: ['ulimits: { nofile: { soft: 10, hard: 5 } }', 'has a limit (ulimits)'],
  uts: ['uts: bad', 'has the UTS mode bad'],
  swappiness: ['mem_swappiness: 200', 'has a mem_swappiness out of its range'],
  swap: [
    'mem_limit: 200m, memswap_limit: 100m',
    'has a memswap_limit that is less than its memory limit',
  ],
  signal: ['stop_signal: NOPE', 'is to be stopped by NOPE, which is no signal'],
  health: [
    'healthcheck: { test: [CMD, "true"], interval: 100us }',
    'has a health check whose interval is too short',
  ],

  group: ['group_add: [nosuchgroup]', 'is to run as the group nosuchgroup'],
  folder: ['working_dir: /etc/passwd', 'is to run in /etc/passwd, which is a file'],
  sysctl: ['sysctls: { net.foo.bar: 1 }', 'sets net.foo.bar, which the system does not know'],
  mount: ["tmpfs: ['/x:bogus=1']", 'mounts a tmpfs with the option bogus'],
  platform: ['platform: linux/nope', 'is to run for linux/nope, and its image here is for'],
  profile: ["security_opt: ['seccomp=gone.json']", 'has the security profile'],
  readonly: ['read_only: true, configs: [c]', 'is read-only, and configs or secrets'],
  rules: ['device_cgroup_rules: [bad]', 'has the device rule bad, which is none'],
};

it('tells what the engine refuses in words of the definition, with place and cure', async () => {
  const names = Object.keys(REFUSED);
  const lines = Object.entries(REFUSED).map(([name, [asked]]) => {
    return `  ${name}: { image: onestack/os, init: true, command: sleep infinity, ${asked} }`;
  });
  const text = [
    'services:',
    ...lines,
    'volumes: { d: {} }',
    'configs: { c: { content: x } }',
    '',
  ].join('\n');
  const rig = rigForTest({ files: { 'dev.yaml': 'name: refused\n', 'compose/base.yaml': text } });
  expect((await rig.dev(['trust', '--yes'])).status, rig.transcript()).toBe(0);
  const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
  expect(up.status).toBe(1);
  const told = new Map(
    up.stderr.split(/^error: /m).map((part) => [/^\S+/.exec(part)?.[0] ?? '', part]),
  );
  for (const [index, name] of names.entries()) {
    const part = told.get(name) ?? '';
    const [, what = ''] = REFUSED[name] ?? [];
    expect(part, up.stderr).toContain(`${name} ${what}`);
    expect(part, part).toContain(`compose/base.yaml:${String(index + 2)}:`);
    expect(part, part).toMatch(/^ +fix: (?!dev config)./m);
  }
});

it('takes a security profile from where Compose takes it, and asks before', async () => {
  const files = {
    'compose.yaml':
      "services: { a: { image: onestack/os, init: true, command: sleep infinity, security_opt: ['seccomp=own.json'] } }\n",
    'own.json': '{ "defaultAction": "SCMP_ACT_ALLOW" }',
  };
  const rig = rigForTest({ files });
  const up = ['up', '--yes', '--detach', '--no-watch'];
  const asked = await rig.dev(up);
  expect([asked.status, asked.stderr]).toEqual([
    2,
    expect.stringMatching(
      /services\.a\.security_opt: seccomp=own\.json \(as it is now: [0-9a-f]{12}\) \(compose\.yaml:1\)/,
    ),
  ]);
  expect((await rig.dev(['trust', '--yes'])).status).toBe(0);
  expect((await rig.dev(up)).status, rig.transcript()).toBe(0);
  rig.write('own.json', '{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [] }');
  // Code in a container may have its folder: what it makes of it is agreed to by nobody.
  const widened = await rig.dev(up);
  expect([widened.status, widened.stderr]).toEqual([
    2,
    expect.stringContaining('reaches more of this machine than you agreed to'),
  ]);
  expect((await rig.dev(['trust', '--yes'])).status).toBe(0);
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('recreate a: own.json changed\n');
});

it('says of a format of environment files that only newer Composes have what to write', async () => {
  const text = (format: string): string =>
    `services: { a: { image: onestack/os, command: sleep infinity, env_file: [{ path: a.env, format: ${format} }] } }\n`;
  const files = { 'dev.yaml': 'name: raw\n', 'compose/base.yaml': text('raw'), 'a.env': 'A=$x\n' };
  const rig = rigForTest({ files });
  const raw = await rig.dev(['up', '--dry-run']);
  expect(raw.status).toBe(2);
  expect(raw.stderr).toMatch(
    /the format raw is not taken\n +compose\/base\.yaml:1:[^]*why: Only newer[^]*fix: Leave format out, and put/,
  );
  rig.write('compose/base.yaml', text('nope'));
  const none = await rig.dev(['up', '--dry-run']);
  expect(none.stderr).toMatch(/there is no format of that name[^]*fix: Leave format out/);
});
