import { DEPLOY, DEVELOP } from './schema-deploy.ts';
import {
  COMMAND,
  EXTRA_HOSTS,
  FILE_MOUNTS,
  GPUS,
  HOOK,
  LIST_OR_MAP,
  NAME,
  NUMBER,
  OPTIONS,
  STRING,
  STRINGS,
  STRING_OR_LIST,
  TRUTH,
  ULIMITS,
  UNIQUE_STRINGS,
  WHOLE,
} from './schema-parts.ts';
import { choice, listOf, mapOf, named, scalar, word } from './shape.ts';
import type { ScalarShape } from './shape.ts';

function between(min: number, max?: number): ScalarShape {
  return { kind: 'scalar', types: ['string', 'integer'], min, ...(max !== undefined && { max }) };
}

/** Compose 2.26 knows only the words; later ones refresh an image that is older than so long. */
const PULL_POLICY: ScalarShape = {
  kind: 'scalar',
  types: ['string'],
  oneOf: ['always', 'never', 'if_not_present', 'build', 'missing', 'daily', 'weekly'],
  orLike: { pattern: /^every_(?:\d+[wdhms])+$/, shown: '"every_12h"' },
};

const BUILD = choice(
  STRING,
  mapOf({
    context: STRING,
    dockerfile: STRING,
    dockerfile_inline: STRING,
    entitlements: STRINGS,
    args: LIST_OR_MAP,
    ssh: LIST_OR_MAP,
    labels: LIST_OR_MAP,
    cache_from: STRINGS,
    cache_to: STRINGS,
    no_cache: TRUTH,
    additional_contexts: LIST_OR_MAP,
    network: STRING,
    pull: TRUTH,
    target: STRING,
    shm_size: WHOLE,
    extra_hosts: EXTRA_HOSTS,
    isolation: STRING,
    privileged: TRUTH,
    secrets: FILE_MOUNTS,
    tags: STRINGS,
    ulimits: ULIMITS,
    platforms: STRINGS,
  }),
);

const CLOSED = { extensions: false } as const;
const LIMITS = listOf(mapOf({ path: STRING, rate: WHOLE }, CLOSED));

const BLOCK_IO = mapOf(
  {
    device_read_bps: LIMITS,
    device_read_iops: LIMITS,
    device_write_bps: LIMITS,
    device_write_iops: LIMITS,
    weight: WHOLE,
    weight_device: listOf(mapOf({ path: STRING, weight: WHOLE }, CLOSED)),
  },
  CLOSED,
);

const DEPENDS_ON = choice(
  UNIQUE_STRINGS,
  named(
    NAME,
    mapOf(
      {
        restart: TRUTH,
        required: scalar('boolean'),
        condition: word('service_started', 'service_healthy', 'service_completed_successfully'),
      },
      { required: ['condition'] },
    ),
  ),
);

const ENV_FILE = choice(
  STRING,
  listOf(
    choice(
      STRING,
      mapOf({ path: STRING, format: STRING, required: TRUTH }, { ...CLOSED, required: ['path'] }),
    ),
  ),
);

const NETWORKS = choice(
  UNIQUE_STRINGS,
  named(
    NAME,
    choice(
      scalar('null'),
      mapOf({
        aliases: UNIQUE_STRINGS,
        ipv4_address: STRING,
        ipv6_address: STRING,
        link_local_ips: UNIQUE_STRINGS,
        mac_address: STRING,
        driver_opts: OPTIONS,
        priority: scalar('number'),
        gw_priority: scalar('number'),
      }),
    ),
  ),
);

const PORTS = listOf(
  choice(
    scalar('number', 'string'),
    mapOf({
      name: STRING,
      mode: STRING,
      host_ip: STRING,
      target: WHOLE,
      published: WHOLE,
      protocol: STRING,
      app_protocol: STRING,
    }),
  ),
  'unique',
);

const VOLUMES = listOf(
  choice(
    STRING,
    mapOf(
      {
        type: STRING,
        source: STRING,
        target: STRING,
        read_only: TRUTH,
        consistency: STRING,
        bind: mapOf({
          propagation: STRING,
          create_host_path: TRUTH,
          recursive: word('enabled', 'disabled', 'writable', 'readonly'),
          selinux: word('z', 'Z'),
        }),
        volume: mapOf({ nocopy: TRUTH, subpath: STRING }),
        tmpfs: mapOf({ size: between(0), mode: NUMBER }),
      },
      { required: ['type'] },
    ),
  ),
  'unique',
);

/** A service, keys in the order of the specification's page. */
export const SERVICE = mapOf({
  image: STRING,
  build: BUILD,
  container_name: STRING,
  hostname: STRING,
  domainname: STRING,
  platform: STRING,
  profiles: UNIQUE_STRINGS,
  extends: choice(
    STRING,
    mapOf({ service: STRING, file: STRING }, { ...CLOSED, required: ['service'] }),
  ),
  pull_policy: PULL_POLICY,
  command: COMMAND,
  entrypoint: COMMAND,
  init: TRUTH,
  user: STRING,
  working_dir: STRING,
  environment: LIST_OR_MAP,
  env_file: ENV_FILE,
  depends_on: DEPENDS_ON,
  links: UNIQUE_STRINGS,
  external_links: UNIQUE_STRINGS,
  ports: PORTS,
  expose: listOf(scalar('string', 'number'), 'unique'),
  networks: NETWORKS,
  network_mode: STRING,
  dns: STRING_OR_LIST,
  dns_opt: UNIQUE_STRINGS,
  dns_search: STRING_OR_LIST,
  extra_hosts: EXTRA_HOSTS,
  mac_address: STRING,
  volumes: VOLUMES,
  volumes_from: UNIQUE_STRINGS,
  tmpfs: STRING_OR_LIST,
  configs: FILE_MOUNTS,
  secrets: FILE_MOUNTS,
  healthcheck: mapOf({
    test: choice(STRING, STRINGS),
    disable: TRUTH,
    interval: STRING,
    timeout: STRING,
    retries: NUMBER,
    start_period: STRING,
    start_interval: STRING,
  }),
  restart: STRING,
  stop_signal: STRING,
  stop_grace_period: STRING,
  post_start: listOf(HOOK),
  pre_stop: listOf(HOOK),
  tty: TRUTH,
  stdin_open: TRUTH,
  attach: TRUTH,
  read_only: TRUTH,
  privileged: TRUTH,
  cap_add: UNIQUE_STRINGS,
  cap_drop: UNIQUE_STRINGS,
  security_opt: UNIQUE_STRINGS,
  userns_mode: STRING,
  group_add: listOf(scalar('string', 'number'), 'unique'),
  ipc: STRING,
  pid: scalar('string', 'null'),
  uts: STRING,
  cgroup: word('host', 'private'),
  cgroup_parent: STRING,
  isolation: STRING,
  runtime: STRING,
  credential_spec: mapOf({ config: STRING, file: STRING, registry: STRING }),
  devices: listOf(
    choice(
      STRING,
      mapOf({ source: STRING, target: STRING, permissions: STRING }, { required: ['source'] }),
    ),
  ),
  device_cgroup_rules: UNIQUE_STRINGS,
  gpus: GPUS,
  sysctls: LIST_OR_MAP,
  ulimits: ULIMITS,
  shm_size: NUMBER,
  storage_opt: mapOf({}, { open: true }),
  cpus: NUMBER,
  cpuset: STRING,
  cpu_count: between(0),
  cpu_percent: between(0, 100),
  cpu_shares: NUMBER,
  cpu_period: NUMBER,
  cpu_quota: NUMBER,
  cpu_rt_runtime: NUMBER,
  cpu_rt_period: NUMBER,
  mem_limit: NUMBER,
  mem_reservation: WHOLE,
  mem_swappiness: WHOLE,
  memswap_limit: NUMBER,
  oom_kill_disable: TRUTH,
  oom_score_adj: between(-1000, 1000),
  pids_limit: NUMBER,
  blkio_config: BLOCK_IO,
  scale: WHOLE,
  deploy: DEPLOY,
  develop: DEVELOP,
  logging: mapOf({
    driver: STRING,
    options: named(/./, scalar('string', 'number', 'null'), true),
  }),
  label_file: choice(STRING, STRINGS),
  labels: LIST_OR_MAP,
  annotations: LIST_OR_MAP,
});
