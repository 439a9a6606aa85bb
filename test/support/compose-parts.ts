import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import {
  BYTES,
  BYTES_OR_WHOLE,
  DURATION,
  LABELS,
  LIST_OR_MAP,
  PLAIN_WHOLE,
  SCALAR,
  SERVICE_NAMES,
  SIMPLE,
  TRUTH,
  WORD,
  constant,
  filled,
  listOf,
  record,
  recordWith,
  words,
} from './compose-values.ts';

const PORT_NUMBER = fc.integer({ min: 1, max: 65_000 });
export const SHORT_PORT = fc.oneof(
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
export const LONG_PORT = recordWith(['target'], {
  target: constant<unknown>(80, 81, '82', 443),
  published: constant<unknown>('80', 8080, '8000-8003'),
  host_ip: constant('127.0.0.1', '0.0.0.0', 'fd00::1'),
  protocol: constant('tcp', 'udp'),
  mode: constant('host', 'ingress'),
  name: WORD,
  app_protocol: constant('http', 'h2c'),
});

export const SHORT_VOLUME = constant(
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
export const LONG_VOLUME = fc.oneof(
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

export const MOUNT = (name: string): Arbitrary<unknown> =>
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

export const HOOK = record({
  command: fc.oneof(constant('echo hi "a b"', 'true'), words),
  user: WORD,
  privileged: TRUTH,
  working_dir: SIMPLE,
  environment: LABELS,
});

export const ULIMITS = fc.dictionary(
  constant('nofile', 'nproc', 'core'),
  fc.oneof(
    fc.integer({ min: 1, max: 65_535 }),
    fc.record({ soft: fc.integer({ min: 1, max: 99 }), hard: fc.integer({ min: 99, max: 999 }) }),
  ),
  { maxKeys: 2 },
);
export const EXTRA_HOSTS = fc.oneof(
  filled(constant('h1:10.0.0.1', 'h2=10.0.0.2', 'h1=10.0.0.3', 'v6=[::1]', 'v6:::1')),
  fc.dictionary(
    constant('h1', 'h2', 'h.3'),
    fc.oneof(constant<unknown>('10.0.0.1', 'fd00::1'), filled(constant('10.0.0.1', '10.0.0.2'))),
    { maxKeys: 3 },
  ),
);
export const DEVICES = recordWith(['capabilities'], {
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

export const BUILD = fc.oneof(
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

export const DEPLOY = record({
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

export const OTHER = (self: string): Arbitrary<string> =>
  constant(...SERVICE_NAMES.filter((name) => name > self));
