import { checkConsistency } from './consistency.ts';
import { goFormat } from '../format.ts';
import { checkHosts } from './hosts.ts';
import type { Problems } from '../problems.ts';
import { QUANTITY_NAMES, isReadable } from './quantities.ts';
import type { Quantity } from './quantities.ts';
import { rules } from '../rules.ts';
import type { MapNode } from '../tree.ts';
import { visit } from '../walk.ts';

const BY_QUANTITY: Readonly<Partial<Record<Quantity, readonly string[]>>> = {
  truth: [
    'services.*.attach',
    'services.*.build.no_cache',
    'services.*.build.privileged',
    'services.*.build.pull',
    'services.*.depends_on.*.restart',
    'services.*.env_file.*.required',
    'services.*.healthcheck.disable',
    'services.*.init',
    'services.*.oom_kill_disable',
    'services.*.post_start.*.privileged',
    'services.*.pre_stop.*.privileged',
    'services.*.develop.watch.*.exec.privileged',
    'services.*.privileged',
    'services.*.read_only',
    'services.*.stdin_open',
    'services.*.tty',
    'services.*.volumes.*.read_only',
    'services.*.volumes.*.bind.create_host_path',
    'services.*.volumes.*.volume.nocopy',
    'networks.*.internal',
    'networks.*.attachable',
    'networks.*.enable_ipv4',
    'networks.*.enable_ipv6',
    'networks.*.external',
    'secrets.*.external',
    'configs.*.external',
  ],
  integer: [
    'services.*.cpu_count',
    'services.*.cpu_period',
    'services.*.cpu_quota',
    'services.*.cpu_rt_period',
    'services.*.cpu_rt_runtime',
    'services.*.cpu_shares',
    'services.*.oom_score_adj',
    'services.*.pids_limit',
    'services.*.scale',
    'services.*.deploy.replicas',
    'services.*.deploy.resources.limits.pids',
    'services.*.deploy.resources.reservations.generic_resources.*.discrete_resource_spec.value',
  ],
  unsigned: [
    'services.*.blkio_config.weight',
    'services.*.blkio_config.weight_device.*.weight',
    'services.*.configs.*.mode',
    'services.*.secrets.*.mode',
    'services.*.build.secrets.*.mode',
    'services.*.deploy.placement.max_replicas_per_node',
    'services.*.deploy.restart_policy.max_attempts',
    'services.*.deploy.rollback_config.parallelism',
    'services.*.deploy.update_config.parallelism',
    'services.*.healthcheck.retries',
    'services.*.ports.*.target',
    'services.*.volumes.*.tmpfs.mode',
  ],
  number: [
    'services.*.cpu_percent',
    'services.*.cpus',
    'services.*.deploy.rollback_config.max_failure_ratio',
    'services.*.deploy.update_config.max_failure_ratio',
  ],
  duration: [
    'services.*.stop_grace_period',
    'services.*.healthcheck.interval',
    'services.*.healthcheck.timeout',
    'services.*.healthcheck.start_period',
    'services.*.healthcheck.start_interval',
    'services.*.deploy.rollback_config.delay',
    'services.*.deploy.rollback_config.monitor',
    'services.*.deploy.update_config.delay',
    'services.*.deploy.update_config.monitor',
    'services.*.deploy.restart_policy.delay',
    'services.*.deploy.restart_policy.window',
  ],
  bytes: [
    'services.*.mem_limit',
    'services.*.mem_reservation',
    'services.*.mem_swappiness',
    'services.*.memswap_limit',
    'services.*.shm_size',
    'services.*.build.shm_size',
    'services.*.blkio_config.device_read_bps.*.rate',
    'services.*.blkio_config.device_read_iops.*.rate',
    'services.*.blkio_config.device_write_bps.*.rate',
    'services.*.blkio_config.device_write_iops.*.rate',
    'services.*.deploy.resources.limits.memory',
    'services.*.deploy.resources.reservations.memory',
    'services.*.volumes.*.tmpfs.size',
  ],
  count: ['services.*.gpus.*.count', 'services.*.deploy.resources.reservations.devices.*.count'],
  cpus: [
    'services.*.deploy.resources.limits.cpus',
    'services.*.deploy.resources.reservations.cpus',
  ],
  command: [
    'services.*.command',
    'services.*.entrypoint',
    'services.*.post_start.*.command',
    'services.*.pre_stop.*.command',
    'services.*.develop.watch.*.exec.command',
  ],
  text: ['services.*.storage_opt.*', 'secrets.*.driver_opts.*', 'services.*.group_add.*'],
};

const patterns: Record<string, Quantity> = {};
for (const [quantity, paths] of Object.entries(BY_QUANTITY)) {
  for (const path of paths) patterns[path] = quantity as Quantity;
}
const QUANTITIES = rules(patterns);

/** Checks what Compose finds out when it reads the merged document: quantities and references. */
export function checkModel(root: MapNode, profiles: readonly string[], problems: Problems): void {
  visit(root, QUANTITIES, (node, quantity, path) => {
    if (isReadable(node, quantity)) return;
    const shown = node.kind === 'scalar' ? `"${goFormat(node)}"` : 'This';
    problems.add(`${shown} is not ${QUANTITY_NAMES[quantity]}`, node.at, { why: `At ${path}.` });
  });
  checkHosts(root, problems);
  checkConsistency(root, profiles, problems);
}
