import { describe, expect, it } from 'vitest';
import { hostReach, widened, type Reach } from '../../../src/compose/check/reach.ts';
import type { ReachWorld } from '../../../src/compose/check/reach-world.ts';
import { mergeCompose, type Layer } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';

const LINKS: Readonly<Record<string, string>> = { '/p/out': '/etc', '/p/in': '/p/src' };

/** Links to what is not there (yet). */
const DANGLING: Readonly<Record<string, string>> = {
  '/p/later': '/run/later.sock',
  '/p/round': 'round',
  '/p/up': '../up/deep',
  '/p/within': 'src/new',
};

const WORLD: ReachWorld = {
  root: '/p',
  instance: 'shop',
  opensPorts: false,
  readable: ['/tool'],
  isOfShell: () => true,
  ownerOfImage: (repository) => (repository === 'bank-api' ? 'bank' : undefined),
  realPath: (path) => LINKS[path] ?? (path === '/' ? '/' : undefined),
  linkTarget: (path) => DANGLING[path],
};

function reach(text: string, world: Partial<ReachWorld> = {}, tool: readonly Layer[] = []) {
  const layers: Layer[] = [
    ...tool,
    { kind: 'file', path: '/p/compose/dev.yaml', display: 'compose/dev.yaml', text },
  ];
  const merged = mergeCompose({
    layers,
    projectDirectory: '/p',
    projectName: 'shop',
    environment: { HOME: '/home/me' },
    profiles: [],
    interpolate: true,
    readFile: () => ok(''),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  return hostReach(merged.value.root, { ...WORLD, ...world });
}

const shown = (found: readonly Reach[]): readonly string[] =>
  found.map(({ kind, where, what }) => `${kind} ${where}: ${what}`);

const service = (lines: string): string =>
  `services:\n  api:\n    image: x\n${lines.replace(/^/gm, '    ')}\n`;

describe('what a definition reaches of the host', () => {
  it('is what a link leads to, though nothing is there yet', () => {
    const mounts = ['./later:/a', './up/x:/b', './within:/c', './round:/d'];
    expect(shown(reach(service(`volumes: ${JSON.stringify(mounts)}`)))).toEqual([
      'path services.api.volumes: /run/later.sock at /a, writable',
      'path services.api.volumes: /up/deep/x at /b, writable',
    ]);
  });

  it('is nothing for what every project has', () => {
    const harmless = service(
      `build: { context: ., additional_contexts: { base: "docker-image://x", web: ./web } }
volumes: [".:/workspace", "data:/data", "./in:/in:ro", "/tool/profiles/dev:/etc/p:ro", "/anonymous"]
tmpfs: [/tmp]
ports: ["127.0.0.1:80:80", "[::1]:81:81", "3000"]
cap_drop: [ALL]
cap_add: [NET_BIND_SERVICE, cap_chown]
security_opt: ["no-new-privileges:true"]
network_mode: none
env_file: .env
privileged: false
logging: { driver: json-file }
pid: "service:api"`,
    );
    const volumes =
      'volumes:\n  data: {}\n  ram: { driver_opts: { type: tmpfs, device: tmpfs } }\n';
    const secrets = 'secrets:\n  token: { file: ./token }\n';
    expect(shown(reach(harmless.replace('pid: "service:api"', '') + volumes + secrets))).toEqual(
      [],
    );
  });

  it.each([
    ['volumes: ["/etc:/host"]', 'path services.api.volumes: /etc at /host, writable'],
    ['volumes: ["/:/host:ro"]', 'path services.api.volumes: / at /host, read-only'],
    ['volumes: ["..:/up"]', 'path services.api.volumes: / at /up, writable'],
    ['volumes: ["~/.ssh:/keys"]', 'path services.api.volumes: /home/me/.ssh at /keys, writable'],
    ['volumes: ["./out:/x"]', 'path services.api.volumes: /etc at /x, writable'],
    ['volumes: ["./out/deep:/x"]', 'path services.api.volumes: /etc/deep at /x, writable'],
    ['volumes: ["/tool/profiles:/x"]', 'path services.api.volumes: /tool/profiles at /x, writable'],
    ['volumes: ["/project:/x"]', 'path services.api.volumes: /project at /x, writable'],
    [
      'volumes: [{ type: bind, source: /var/run/docker.sock, target: /s, read_only: true }]',
      'engine services.api.volumes: /var/run/docker.sock at /s, read-only',
    ],
    ['privileged: true', 'rights services.api.privileged: all rights of root'],
    ['cap_add: [SYS_ADMIN]', 'rights services.api.cap_add: capability SYS_ADMIN'],
    ['cap_add: [all]', 'rights services.api.cap_add: capability ALL'],
    [
      'security_opt: ["seccomp:unconfined"]',
      'rights services.api.security_opt: seccomp:unconfined',
    ],
    ['network_mode: host', "network services.api.network_mode: the host's"],
    ['pid: host', "rights services.api.pid: the host's"],
    ['ipc: host', "rights services.api.ipc: the host's"],
    ['uts: host', "rights services.api.uts: the host's"],
    ['userns_mode: host', "rights services.api.userns_mode: the host's"],
    ['cgroup: host', "rights services.api.cgroup: the host's"],
    ['pid: "container:other"', 'foreign services.api.pid: that of other'],
    ['runtime: odd', 'rights services.api.runtime: odd'],
    ['annotations: { a.b: "1" }', 'rights services.api.annotations: a.b=1'],
    ['annotations: ["a.b=1"]', 'rights services.api.annotations: a.b=1'],
    [
      'network_mode: bank_default',
      'foreign services.api.network_mode: the network bank_default with everything in it',
    ],
    [
      'build: { context: ., tags: ["bank-api:latest"] }',
      'foreign services.api.build.tags: gives its image the name bank-api:latest: an image of the project bank goes by it',
    ],
    [
      'build: { context: ., cache_to: ["ghcr.io/me/app:cache"] }',
      'secret services.api.build.cache_to: writes ghcr.io/me/app:cache, by your logins',
    ],
    [
      'build: { context: ., cache_to: ["type=registry,ref=me/app"] }',
      'secret services.api.build.cache_to: writes type=registry,ref=me/app, by your logins',
    ],
    ['devices: ["/dev/sda:/dev/x:r"]', 'device services.api.devices: /dev/sda (r)'],
    ['device_cgroup_rules: ["c 1:3 mr"]', 'device services.api.device_cgroup_rules: c 1:3 mr'],
    ['gpus: all', 'device services.api.gpus: devices of the host (GPUs)'],
    [
      'ports: ["0.0.0.0:80:80"]',
      'network services.api.ports: 80 published at 80 on 0.0.0.0, where other machines see it',
    ],
    [
      'ports: ["[::]:80:80"]',
      'network services.api.ports: 80 published at 80 on ::, where other machines see it',
    ],
    ['env_file: /etc/environment', 'path services.api.env_file: reads /etc/environment'],
    ['env_file: [{ path: ./out/x }]', 'path services.api.env_file: reads /etc/x'],
    ['label_file: /etc/os-release', 'path services.api.label_file: reads /etc/os-release'],
    [
      'volumes_from: ["container:other:ro"]',
      'foreign services.api.volumes_from: the data of the container other',
    ],
    ['external_links: [other]', 'foreign services.api.external_links: the container other'],
    [
      'logging: { driver: syslog }',
      'foreign services.api.logging: the engine sends its logs to syslog',
    ],
    [
      'post_start: [{ command: id, privileged: true }]',
      'rights services.api.post_start: all rights of root',
    ],
    ['build: /etc', 'path services.api.build.context: reads /etc'],
    ['build: { context: ., dockerfile: ../x }', 'path services.api.build.dockerfile: reads /x'],
    [
      'build: { context: ., additional_contexts: { a: /etc } }',
      'path services.api.build.additional_contexts: reads /etc',
    ],
    [
      'build: { context: ., additional_contexts: { a: "oci-layout:///etc" } }',
      'path services.api.build.additional_contexts: reads /etc',
    ],
    [
      'build: { context: ., ssh: [default] }',
      'secret services.api.build.ssh: your SSH keys (default)',
    ],
    [
      'build: { context: ., ssh: { own: /home/me/.ssh/id } }',
      'secret services.api.build.ssh: your SSH keys (own=/home/me/.ssh/id)',
    ],
    [
      'build: { context: ., privileged: true }',
      'rights services.api.build.privileged: all rights of root',
    ],
    [
      'build: { context: ., entitlements: [security.insecure] }',
      'rights services.api.build.entitlements: security.insecure',
    ],
    ['build: { context: ., network: host }', "network services.api.build.network: the host's"],
    [
      'build: { context: ., cache_to: ["type=local,dest=/home/me"] }',
      'path services.api.build.cache_to: writes /home/me',
    ],
  ])('%s', (lines, expected) => {
    expect(shown(reach(service(lines)))).toEqual([expected]);
  });

  it.each([
    ['secrets:\n  t: { file: /etc/shadow }', 'path secrets.t.file: reads /etc/shadow'],
    ['secrets:\n  t: { file: ./out/shadow }', 'path secrets.t.file: reads /etc/shadow'],
    [
      'secrets:\n  t: { environment: TOKEN }',
      'secret secrets.t.environment: reads the variable TOKEN of your shell',
    ],
    ['configs:\n  t: { file: /etc/shadow }', 'path configs.t.file: reads /etc/shadow'],
    [
      'volumes:\n  t: { external: true }',
      "foreign volumes.t: the volume t, which is not this project's",
    ],
    [
      'volumes:\n  t: { name: other_db }',
      'foreign volumes.t.name: a volume by the name other_db, whosever it is',
    ],
    [
      'volumes:\n  t: { driver_opts: { type: none, o: bind, device: / } }',
      'path volumes.t.driver_opts: / of the host, mounted as a volume',
    ],
    [
      'volumes:\n  t: { driver_opts: { type: ext4, device: /dev/sda1 } }',
      'path volumes.t.driver_opts: /dev/sda1 of the host, mounted as a volume (ext4)',
    ],
    [
      'volumes:\n  t: { driver_opts: { type: overlay, device: /p/x, o: "lowerdir=/etc:/usr" } }',
      'path volumes.t.driver_opts: /p/x of the host, mounted as a volume (overlay, lowerdir=/etc:/usr)',
    ],
    [
      'volumes:\n  t: { driver_opts: { type: proc, device: /p/x } }',
      'path volumes.t.driver_opts: /p/x of the host, mounted as a volume (proc)',
    ],
    [
      'networks:\n  t: { external: true, name: host }',
      'foreign networks.t: the network host with everything in it',
    ],
    [
      'networks:\n  t: { driver: macvlan, driver_opts: { parent: eth0 } }',
      "network networks.t.driver: the host's network (driver macvlan on eth0)",
    ],
    [
      'networks:\n  t: { ipam: { config: [{ subnet: 1.1.1.0/24 }] } }',
      'network networks.t.ipam: the addresses 1.1.1.0/24: what this machine sends there goes to the project',
    ],
    [
      'networks:\n  t: { driver_opts: { com.docker.network.bridge.name: docker0 } }',
      'network networks.t.driver_opts: com.docker.network.bridge.name=docker0',
    ],
  ])('%s', (lines, expected) => {
    expect(shown(reach(`${service('init: true')}${lines}\n`))).toEqual([expected]);
  });

  it.each([
    ['onestack/node:1', "dev's own base images go by it"],
    ['docker.io/library/postgres:16', 'other projects mean the official image by it'],
    ['node', 'other projects mean the official image by it'],
    ['bank-api', 'an image of the project bank goes by it'],
  ])('an image that is built by the name %s', (name, expected) => {
    const built = (image: string) => reach(`services:\n  api: { image: ${image}, build: . }\n`);
    const what = `gives its image the name ${name}: ${expected}`;
    expect(shown(built(name))).toEqual([`foreign services.api.image: ${what}`]);
    expect(shown(reach(`services:\n  api: { image: ${name} }\n`))).toEqual([]);
    for (const own of ['acme/node', 'ghcr.io/acme/postgres:16', 'shop-api', 'web', 'nodes:1']) {
      expect(shown(built(own))).toEqual([]);
    }
  });

  it.each([...['10.5.0.0/16', '172.30.0.0/16', '192.168.7.0/24', '100.64.1.0/24', 'fd00:1::/64']])(
    'nothing for a network of one’s own: %s',
    (subnet) => {
      const config = `{ ipam: { config: [{ subnet: "${subnet}" }] } }`;
      expect(shown(reach(`${service('init: true')}networks:\n  t: ${config}\n`))).toEqual([]);
    },
  );

  it.each(['0.0.0.0/1', '10.0.0.0/8', '172.0.0.0/12', '140.82.112.0/20', '2606:4700::/32', 'x'])(
    'what a network takes of others’ addresses: %s',
    (subnet) => {
      const config = `{ ipam: { config: [{ subnet: "${subnet}" }] } }`;
      const found = reach(`${service('init: true')}networks:\n  t: ${config}\n`);
      expect(found.map(({ where }) => where)).toEqual(['networks.t.ipam']);
    },
  );

  it('names the place', () => {
    const [first] = reach(service('privileged: true'));
    expect(first?.at).toMatchObject({ file: 'compose/dev.yaml', line: 4 });
  });

  it('lists services of profiles that are not active: a variable switches them on', () => {
    expect(reach(service('privileged: true\nprofiles: [debug]'))).toHaveLength(1);
  });

  it('leaves out what the tool itself sets, not what a project puts in its place', () => {
    const tool: Layer = {
      kind: 'tool',
      label: 'module',
      value: {
        services: {
          api: { image: 'x', volumes: [{ type: 'bind', source: '/state/ca', target: '/ca' }] },
        },
      },
    };
    expect(reach('services: { api: { init: true } }', {}, [tool])).toEqual([]);
    expect(shown(reach('services: { api: { volumes: ["/etc:/ca"] } }', {}, [tool]))).toEqual([
      'path services.api.volumes: /etc at /ca, writable',
    ]);
  });

  it('takes a port without an address as open in production alone', () => {
    expect(reach(service('ports: ["80:80"]'))).toEqual([]);
    expect(reach(service('ports: ["80:80"]'), { opensPorts: true })).toHaveLength(1);
  });

  it('tells what an edit widens, wherever it is written', () => {
    const before = reach(service('privileged: true\nvolumes: ["/etc:/e:ro"]'));
    const moved = reach(service('volumes: ["/etc:/e:ro"]\nprivileged: true'));
    expect(widened(before, moved)).toEqual([]);
    const more = reach(service('privileged: true\nvolumes: ["/etc:/e"]'));
    expect(shown(widened(before, more))).toEqual([
      'path services.api.volumes: /etc at /e, writable',
    ]);
    expect(widened(more, [])).toEqual([]);
  });
});
