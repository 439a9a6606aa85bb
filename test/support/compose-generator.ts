import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

/** A value that is written with a tag: `!reset` or `!override`. */
export interface Tagged {
  readonly tag: '!reset' | '!override';
  readonly value: unknown;
}

export function isTagged(value: unknown): value is Tagged {
  return typeof value === 'object' && value !== null && 'tag' in value && 'value' in value;
}

type Values = Readonly<Record<string, Arbitrary<unknown>>>;

const constant = fc.constantFrom;
export const SERVICE_NAMES = ['api', 'db', 'web', 'job'] as const;

/** Texts with all that YAML, Go and interpolation could stumble over. */
const TEXT = fc.oneof(
  { weight: 4, arbitrary: constant('one', 'two', 'x-y', '/srv/data', 'a b', 'name=value', 'v1.2') },
  {
    weight: 2,
    arbitrary: constant(
      '${SET}',
      '$SET-tail',
      '${UNSET:-default}',
      '${EMPTY:-d}',
      '${EMPTY-d}',
      '${SET:+alt}',
      '${UNSET+alt}',
      'a$$b',
      '${UNSET:-${SET:-deep}}',
      '${SET:?must}',
      '${NUMBER}',
      'x${SET}y${UNSET:-z}',
    ),
  },
  {
    weight: 2,
    arbitrary: constant(
      'yes',
      'no',
      'on',
      'null',
      '~',
      'true',
      '0777',
      '0o17',
      '0x1f',
      '1_000',
      '1e3',
      '.5',
      '12:30',
      '2020-01-02',
      '- a',
      'a: b',
      'a #b',
      '#a',
      ' lead',
      'trail ',
      '*a',
      '&a',
      '!a',
      '%a',
      '@a',
      '`a`',
      '"q"',
      "it's",
      '{a}',
      '[a]',
      'line\nbreak',
      'line\n',
      'tab\there',
      'é√漢😀',
      '<<',
      '=',
      '|',
      '>',
      '\\',
      '',
    ),
  },
);
const WORD = constant('alpha', 'beta', 'gamma', 'x1', 'y-2');
const SIMPLE = constant('one', 'two', '${SET}', '${UNSET:-three}', 'f.our');
const TRUTH = constant(true, false, 'true', 'no', '${TRUE}');
const WHOLE = fc.oneof(fc.integer({ min: 1, max: 9000 }), constant('5', '${NUMBER}'));
const PLAIN_WHOLE = fc.integer({ min: 0, max: 9000 });
const DURATION = constant('5s', '1m30s', '0s', '1.5h', '100ms', '${UNSET:-2s}');
const BYTES = constant('512m', '1g', '2KB', '1.5gb', '64', '100b', '10 MiB');
const BYTES_OR_WHOLE = fc.oneof(BYTES, fc.integer({ min: 1, max: 1 << 30 }));

const listOf = (item: Arbitrary<unknown>, maxLength = 3): Arbitrary<unknown[]> =>
  fc.uniqueArray(item, { maxLength, comparator: 'SameValue' });
const filled = (item: Arbitrary<unknown>, maxLength = 3): Arbitrary<unknown[]> =>
  fc.uniqueArray(item, { minLength: 1, maxLength, comparator: 'SameValue' });
const texts = listOf(TEXT);
const words = filled(WORD);

const SCALAR = fc.oneof(
  { weight: 5, arbitrary: TEXT },
  {
    weight: 3,
    arbitrary: constant<unknown>(1, 0, -3, 1.5, 1e21, 1e-7, 123456789012, true, false, null),
  },
);
const dictionary = (value: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.dictionary(constant('A', 'B', 'C_D', 'e.f', 'x-g', 'SET', 'UNSET'), value, { maxKeys: 4 });
const assignments = listOf(
  fc
    .tuple(constant('A', 'B', 'C_D', 'e.f', 'SET', 'UNSET'), TEXT)
    .map(([key, text]) => (text === '~' ? key : `${key}=${text}`)),
);
const LIST_OR_MAP = fc.oneof(dictionary(SCALAR), assignments);
const LABELS = fc.oneof(
  fc.dictionary(constant('A', 'B', 'C_D'), SCALAR, { minKeys: 1, maxKeys: 3 }),
  filled(constant('A=1', 'B=2', 'D=x y')),
);

const record = (values: Values): Arbitrary<unknown> => fc.record(values, { requiredKeys: [] });
const recordWith = (required: string[], values: Values): Arbitrary<unknown> =>
  fc.record(values, { requiredKeys: required });

const PORT_NUMBER = fc.integer({ min: 1, max: 65_000 });
const SHORT_PORT = fc.oneof(
  PORT_NUMBER,
  PORT_NUMBER.map(String),
  fc.tuple(PORT_NUMBER, PORT_NUMBER).map(([a, b]) => `${String(a)}:${String(b)}`),
  constant(
    '80:80',
    '8080:80',
    '127.0.0.1:80:80',
    '127.0.0.1::90',
    '[::1]:70:70',
    '3000-3002:4000-4002',
    '3000-3005:80',
    '9-11',
    '53:53/udp',
    '53:53/TCP',
    '${PORT}:80',
    '0.0.0.0:80:80',
  ),
);
const LONG_PORT = recordWith(['target'], {
  target: constant<unknown>(80, 81, '82', 443),
  published: constant<unknown>('80', 8080, '8000-8003'),
  host_ip: constant('127.0.0.1', '0.0.0.0', 'fd00::1'),
  protocol: constant('tcp', 'udp'),
  mode: constant('host', 'ingress'),
  name: WORD,
  app_protocol: constant('http', 'h2c'),
});

const SHORT_VOLUME = constant(
  '/anon',
  'data:/data',
  'data:/data:ro',
  'data:/other:nocopy',
  './local:/local',
  '../up:/up:rw,z',
  '/abs:/abs:ro,rshared',
  '~/home:/home',
  '.:/here/../here/',
  'cache:/cache/',
  './a b:/space',
  'data:/z:Z',
  '/x',
  'C:\\x:/win',
);
const LONG_VOLUME = fc.oneof(
  recordWith(['type', 'source', 'target'], {
    type: constant('bind'),
    source: constant('./long', '/abs', '~/h', '..'),
    target: constant('/data', '/local', '/long/'),
    read_only: TRUTH,
    bind: record({
      create_host_path: TRUTH,
      propagation: constant('rslave', 'private'),
      selinux: constant('z', 'Z'),
      recursive: constant('enabled', 'disabled'),
    }),
  }),
  recordWith(['type', 'source', 'target'], {
    type: constant('volume'),
    source: constant('data', 'cache'),
    target: constant('/data', '/vol'),
    volume: record({ nocopy: TRUTH, subpath: SIMPLE }),
  }),
  recordWith(['type', 'target'], {
    type: constant('tmpfs'),
    target: constant('/tmp', '/data'),
    tmpfs: record({ size: BYTES_OR_WHOLE, mode: constant(511, 493) }),
  }),
);

const MOUNT = (name: string): Arbitrary<unknown> =>
  fc.oneof(
    constant(name, `${name}2`),
    recordWith(['source'], {
      source: constant(name, `${name}2`),
      target: constant('/run/x', 'plain', `/run/secrets/${name}`),
      uid: constant('1000'),
      gid: constant('${NUMBER}'),
      mode: constant<unknown>(288, '0440', 0o600),
    }),
  );

const HOOK = record({
  command: fc.oneof(constant('echo hi "a b"', 'true'), words),
  user: WORD,
  privileged: TRUTH,
  working_dir: SIMPLE,
  environment: LABELS,
});

const ULIMITS = fc.dictionary(
  constant('nofile', 'nproc', 'core'),
  fc.oneof(
    fc.integer({ min: 1, max: 65_535 }),
    fc.record({ soft: fc.integer({ min: 1, max: 99 }), hard: fc.integer({ min: 99, max: 999 }) }),
  ),
  { maxKeys: 2 },
);
const EXTRA_HOSTS = fc.oneof(
  filled(constant('h1:10.0.0.1', 'h2=10.0.0.2', 'h1=10.0.0.3', 'v6=[::1]', 'v6:::1')),
  fc.dictionary(
    constant('h1', 'h2', 'h.3'),
    fc.oneof(constant<unknown>('10.0.0.1', 'fd00::1'), filled(constant('10.0.0.1', '10.0.0.2'))),
    { maxKeys: 3 },
  ),
);
const DEVICES = recordWith(['capabilities'], {
  capabilities: filled(constant('gpu', 'tpu')),
  count: constant<unknown>(1, 'all', '2'),
  driver: WORD,
  options: LABELS,
});
const UPDATE = record({
  parallelism: PLAIN_WHOLE,
  delay: DURATION,
  failure_action: WORD,
  monitor: DURATION,
  max_failure_ratio: constant(0.1, 0.5),
  order: constant('start-first', 'stop-first'),
});

const BUILD = fc.oneof(
  constant('.', './dir', '../up', 'https://example.com/x.git#main', '${UNSET:-./d}'),
  record({
    context: constant('.', './ctx', '/abs/ctx', 'git@example.com:a/b.git'),
    dockerfile: constant('Dockerfile', 'docker/Dev.dockerfile'),
    args: LIST_OR_MAP,
    labels: LIST_OR_MAP,
    ssh: fc.oneof(constant<unknown>(['default']), fc.dictionary(constant('k1'), constant('./key'))),
    cache_from: words,
    cache_to: words,
    no_cache: TRUTH,
    additional_contexts: fc.oneof(
      fc.dictionary(constant('c1', 'c2'), constant('./add', 'docker-image://x', '/abs')),
      listOf(constant('c1=./add2', 'c2=https://example.com/x')),
    ),
    network: WORD,
    pull: TRUTH,
    target: WORD,
    shm_size: BYTES_OR_WHOLE,
    extra_hosts: EXTRA_HOSTS,
    isolation: WORD,
    privileged: TRUTH,
    secrets: filled(constant('sec', 'sec2')),
    tags: listOf(constant('t:1', 't:2')),
    ulimits: ULIMITS,
    platforms: filled(constant('linux/amd64', 'linux/arm64')),
    entitlements: words,
    'x-build': SCALAR,
  }),
);

const DEPLOY = record({
  mode: constant('replicated', 'global'),
  endpoint_mode: constant('vip', 'dnsrr'),
  labels: LIST_OR_MAP,
  update_config: UPDATE,
  rollback_config: UPDATE,
  resources: record({
    limits: record({ cpus: constant<unknown>('0.5', 0.25, 2), memory: BYTES, pids: PLAIN_WHOLE }),
    reservations: record({
      cpus: constant<unknown>('0.5', 0.25),
      memory: BYTES,
      devices: filled(DEVICES, 2),
      generic_resources: filled(
        fc.record({ discrete_resource_spec: fc.record({ kind: WORD, value: PLAIN_WHOLE }) }),
      ),
    }),
  }),
  restart_policy: record({
    condition: constant('on-failure', 'any'),
    delay: DURATION,
    max_attempts: PLAIN_WHOLE,
    window: DURATION,
  }),
  placement: record({
    constraints: words,
    preferences: filled(fc.record({ spread: WORD })),
    max_replicas_per_node: PLAIN_WHOLE,
  }),
  'x-deploy': SCALAR,
});

const OTHER = (self: string): Arbitrary<string> =>
  constant(...SERVICE_NAMES.filter((name) => name > self));

/** Values of every key of a service. Dependencies point forward only, so that no circle comes. */
function serviceValues(self: string): Values {
  const hasOther = SERVICE_NAMES.some((name) => name > self);
  return {
    image: constant('img:1', 'img:${NUMBER}', 'reg.example/x/y@sha256:0'),
    annotations: LIST_OR_MAP,
    attach: TRUTH,
    blkio_config: record({
      weight: PLAIN_WHOLE,
      weight_device: filled(fc.record({ path: SIMPLE, weight: PLAIN_WHOLE })),
      device_read_bps: filled(fc.record({ path: SIMPLE, rate: BYTES_OR_WHOLE })),
      device_write_iops: filled(fc.record({ path: SIMPLE, rate: PLAIN_WHOLE })),
    }),
    build: BUILD,
    cap_add: listOf(constant('NET_ADMIN', 'SYS_PTRACE', 'ALL')),
    cap_drop: listOf(constant('NET_ADMIN', 'ALL')),
    cgroup: constant('host', 'private'),
    cgroup_parent: SIMPLE,
    command: fc.oneof(constant<unknown>('echo "a b" c', "sh -c 'x $$y'", '', null), texts),
    configs: listOf(MOUNT('conf')),
    container_name: SIMPLE,
    cpu_count: PLAIN_WHOLE,
    cpu_percent: fc.integer({ min: 0, max: 100 }),
    cpu_period: WHOLE,
    cpu_quota: WHOLE,
    cpu_rt_period: WHOLE,
    cpu_rt_runtime: WHOLE,
    cpu_shares: WHOLE,
    cpuset: constant('0-1', '0,1'),
    credential_spec: record({ file: SIMPLE, registry: SIMPLE }),
    ...(hasOther && {
      depends_on: fc.oneof(
        filled(OTHER(self)),
        fc.dictionary(
          OTHER(self),
          recordWith(['condition'], {
            condition: constant('service_started', 'service_healthy'),
            restart: TRUTH,
            required: constant(true),
          }),
          { maxKeys: 2 },
        ),
      ),
      links: listOf(OTHER(self).map((name) => `${name}:alias`)),
    }),
    deploy: DEPLOY,
    develop: record({
      watch: filled(
        recordWith(['path', 'action', 'target'], {
          path: constant('./src', '/abs'),
          action: constant('rebuild', 'sync', 'sync+restart', 'restart'),
          target: constant('/app'),
          ignore: words,
        }),
      ),
    }),
    device_cgroup_rules: filled(constant('c 1:3 mr', 'a 7:* rmw')),
    devices: listOf(
      fc.oneof(
        constant<unknown>('/dev/a', '/dev/a:/dev/b', '/dev/c:/dev/a:r'),
        fc.record({ source: constant('/dev/l'), target: constant('/dev/m', '/dev/a') }),
      ),
    ),
    dns: fc.oneof(constant<unknown>('8.8.8.8'), listOf(constant('8.8.8.8', '1.1.1.1', ''))),
    dns_opt: words,
    dns_search: fc.oneof(WORD, words),
    domainname: SIMPLE,
    entrypoint: fc.oneof(constant<unknown>('/bin/sh -x', '', null), texts),
    environment: LIST_OR_MAP,
    env_file: fc.oneof(
      constant<unknown>('vars.env'),
      listOf(
        constant<unknown>(
          'vars.env',
          'more.env',
          { path: 'none.env', required: false },
          { path: './vars.env' },
        ),
      ),
    ),
    expose: listOf(constant<unknown>('3000', 3000, '4000-4005', 80)),
    external_links: filled(constant('r1', 'r2:a')),
    extra_hosts: EXTRA_HOSTS,
    gpus: fc.oneof(constant<unknown>('all'), filled(DEVICES, 2)),
    group_add: filled(constant<unknown>('wheel', 7, '9')),
    healthcheck: record({
      test: fc.oneof(
        constant<unknown>('curl -f x || exit 1'),
        words.map((list) => ['CMD', ...list]),
        constant(['NONE']),
      ),
      interval: DURATION,
      timeout: DURATION,
      retries: WHOLE,
      start_period: DURATION,
      start_interval: DURATION,
      disable: TRUTH,
    }),
    hostname: SIMPLE,
    init: TRUTH,
    ipc: constant('host', 'shareable'),
    isolation: WORD,
    labels: LIST_OR_MAP,
    label_file: fc.oneof(constant<unknown>('vars.env'), constant(['vars.env'])),
    logging: record({
      driver: constant('json-file', 'syslog'),
      options: fc.dictionary(constant('max-size', 'tag'), constant<unknown>('10m', 3, null)),
    }),
    mac_address: constant('02:42:ac:11:00:02'),
    mem_limit: BYTES_OR_WHOLE,
    mem_reservation: BYTES_OR_WHOLE,
    mem_swappiness: PLAIN_WHOLE,
    memswap_limit: BYTES_OR_WHOLE,
    networks: fc.oneof(
      listOf(constant('front', 'back', 'default')),
      fc.dictionary(
        constant('front', 'back', 'default'),
        fc.oneof(
          constant(null),
          record({
            aliases: words,
            ipv4_address: constant('10.1.0.5'),
            ipv6_address: constant('fd00::5'),
            link_local_ips: words,
            mac_address: constant('02:42:ac:11:00:03'),
            priority: PLAIN_WHOLE,
            gw_priority: PLAIN_WHOLE,
            driver_opts: fc.dictionary(WORD, constant<unknown>('v', 3), { maxKeys: 2 }),
          }),
        ),
        { maxKeys: 3 },
      ),
    ),
    oom_kill_disable: TRUTH,
    oom_score_adj: fc.integer({ min: -1000, max: 1000 }),
    pid: constant('host'),
    pids_limit: WHOLE,
    platform: constant('linux/amd64'),
    ports: listOf(fc.oneof(SHORT_PORT, LONG_PORT)),
    post_start: filled(HOOK, 2),
    pre_stop: filled(HOOK, 2),
    privileged: TRUTH,
    pull_policy: constant('always', 'never', 'missing', 'if_not_present', 'build'),
    read_only: TRUTH,
    restart: constant('no', 'always', 'on-failure:3', '${UNSET:-unless-stopped}'),
    runtime: WORD,
    secrets: listOf(MOUNT('sec')),
    security_opt: filled(constant('no-new-privileges', 'seccomp=unconfined')),
    shm_size: BYTES_OR_WHOLE,
    stdin_open: TRUTH,
    stop_grace_period: DURATION,
    stop_signal: constant('SIGINT'),
    storage_opt: fc.dictionary(WORD, SIMPLE, { maxKeys: 2 }),
    sysctls: fc.oneof(
      fc.dictionary(constant('net.core.somaxconn', 'a.b'), constant<unknown>(1, '2', true)),
      listOf(constant('net.core.somaxconn=1024', 'a.b=0')),
    ),
    tmpfs: fc.oneof(constant<unknown>('/run'), listOf(constant('/run', '/tmp:mode=755'))),
    tty: TRUTH,
    ulimits: ULIMITS,
    user: constant('1000:1000', 'app', '${NUMBER}'),
    userns_mode: constant('host'),
    uts: constant('host'),
    volumes: listOf(fc.oneof(SHORT_VOLUME, LONG_VOLUME)),
    volumes_from: filled(constant('container:x', 'container:y:ro')),
    working_dir: SIMPLE,
    'x-own': fc.oneof(SCALAR, listOf(SCALAR), dictionary(SCALAR)),
  };
}

function tagged(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 16, arbitrary: value },
    { weight: 1, arbitrary: value.map((inner) => ({ tag: '!override', value: inner })) },
    { weight: 1, arbitrary: value.map((inner) => ({ tag: '!reset', value: inner })) },
  );
}

/** A few keys of a service; with tags when it is not the first file. */
function service(name: string, isFirst: boolean, count: number): Arbitrary<unknown> {
  const values = serviceValues(name);
  return fc
    .uniqueArray(constant(...Object.keys(values)), { minLength: 1, maxLength: count })
    .chain((keys) => {
      const chosen: Record<string, Arbitrary<unknown>> = {};
      for (const key of keys) {
        const value = values[key];
        if (value !== undefined) chosen[key] = isFirst ? value : tagged(value);
      }
      return fc.record(chosen);
    });
}

const NETWORK = fc.oneof(
  constant(null),
  record({
    name: SIMPLE,
    driver: WORD,
    driver_opts: fc.dictionary(WORD, constant<unknown>('v', 3, 1.5), { maxKeys: 2 }),
    internal: TRUTH,
    attachable: TRUTH,
    enable_ipv6: TRUTH,
    labels: LABELS,
    ipam: record({
      driver: WORD,
      config: filled(
        recordWith(['subnet'], {
          subnet: constant('10.1.0.0/16', '10.2.0.0/16', 'fd00::/64'),
          ip_range: constant('10.1.5.0/24'),
          gateway: constant('10.1.0.1', '10.2.0.1'),
          aux_addresses: fc.dictionary(WORD, constant('10.1.0.9'), { maxKeys: 2 }),
        }),
        2,
      ),
      options: fc.dictionary(WORD, SIMPLE, { maxKeys: 2 }),
    }),
    'x-net': SCALAR,
  }),
);
const VOLUME = fc.oneof(
  constant(null),
  record({
    name: SIMPLE,
    driver: constant('local', 'nfs'),
    driver_opts: fc.record(
      {
        type: constant('none'),
        o: constant('bind', 'ro'),
        device: constant('./dev', '/abs', '../up'),
      },
      { requiredKeys: [] },
    ),
    labels: fc.dictionary(WORD, SIMPLE, { minKeys: 1, maxKeys: 2 }),
  }),
);
const SECRET = fc.oneof(
  constant<unknown>({ file: './sec.txt' }, { file: '~/x', labels: { a: 'b' } }),
);
const CONFIG = fc.oneof(constant<unknown>({ file: './conf.txt' }, { file: '/abs/conf', 'x-c': 1 }));

/** One file of a list: some services with some keys, and resources. */
function file(isFirst: boolean): Arbitrary<Record<string, unknown>> {
  const services: Record<string, Arbitrary<unknown>> = {};
  for (const name of SERVICE_NAMES) services[name] = service(name, isFirst, 9);
  return fc.record(
    {
      services: fc
        .record(services, { requiredKeys: [] })
        .map((made) => (isFirst ? withImages(made) : made)),
      networks: isFirst
        ? fc.record({ front: NETWORK, back: NETWORK })
        : fc.record({ front: NETWORK, back: NETWORK }, { requiredKeys: [] }),
      volumes: isFirst
        ? fc.record({ data: VOLUME, cache: VOLUME })
        : fc.record({ data: VOLUME, cache: VOLUME }, { requiredKeys: [] }),
      secrets: fc.record({ sec: SECRET, sec2: SECRET }, isFirst ? {} : { requiredKeys: [] }),
      configs: fc.record({ conf: CONFIG, conf2: CONFIG }, isFirst ? {} : { requiredKeys: [] }),
      'x-top': fc.oneof(SCALAR, dictionary(SCALAR)),
    },
    {
      requiredKeys: isFirst ? ['services', 'networks', 'volumes', 'secrets', 'configs'] : [],
    },
  );
}

/** Every service is in the first file and has an image, so that most lists are valid. */
function withImages(made: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, { image: 'img', ...(made[name] as object | undefined) }]),
  );
}

/** A list of one to four Compose files, as plain values with tags. */
export const FILE_LISTS: Arbitrary<readonly Record<string, unknown>[]> = fc
  .integer({ min: 0, max: 3 })
  .chain((more) => fc.tuple(file(true), ...Array.from({ length: more }, () => file(false))));
