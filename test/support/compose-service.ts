import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import {
  BUILD,
  DEPLOY,
  DEVICES,
  EXTRA_HOSTS,
  HOOK,
  LONG_PORT,
  LONG_VOLUME,
  MOUNT,
  OTHER,
  SHORT_PORT,
  SHORT_VOLUME,
  ULIMITS,
} from './compose-parts.ts';
import {
  BYTES_OR_WHOLE,
  DURATION,
  LIST_OR_MAP,
  PLAIN_WHOLE,
  SCALAR,
  SERVICE_NAMES,
  SIMPLE,
  TRUTH,
  WHOLE,
  WORD,
  constant,
  dictionary,
  filled,
  listOf,
  record,
  recordWith,
  texts,
  words,
} from './compose-values.ts';
import type { Values } from './compose-values.ts';

/** A value that is written with a tag: `!reset` or `!override`. */
export interface Tagged {
  readonly tag: '!reset' | '!override';
  readonly value: unknown;
}

export function isTagged(value: unknown): value is Tagged {
  return typeof value === 'object' && value !== null && 'tag' in value && 'value' in value;
}

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
export function service(name: string, isFirst: boolean, count: number): Arbitrary<unknown> {
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
