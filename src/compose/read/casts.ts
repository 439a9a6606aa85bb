import { rules } from '../rules.ts';
import type { ScalarNode } from '../tree.ts';

/** What text at a path becomes after interpolation: `"${PORT}"` at a port's target is a number. */
export type Cast = 'int' | 'float' | 'bool';

const patterns: Record<string, Cast> = {};
for (const path of [
  'configs.[].mode',
  'cpu_count',
  'cpu_period',
  'cpu_quota',
  'cpu_rt_period',
  'cpu_rt_runtime',
  'cpu_shares',
  'deploy.replicas',
  'deploy.update_config.parallelism',
  'deploy.rollback_config.parallelism',
  'deploy.restart_policy.max_attempts',
  'deploy.placement.max_replicas_per_node',
  'healthcheck.retries',
  'oom_score_adj',
  'pids_limit',
  'ports.[].target',
  'scale',
  'secrets.[].mode',
  'ulimits.*',
  'ulimits.*.hard',
  'ulimits.*.soft',
]) {
  patterns[`services.*.${path}`] = 'int';
}
for (const path of [
  'cpu_percent',
  'cpus',
  'deploy.update_config.max_failure_ratio',
  'deploy.rollback_config.max_failure_ratio',
]) {
  patterns[`services.*.${path}`] = 'float';
}
for (const path of [
  'init',
  'healthcheck.disable',
  'oom_kill_disable',
  'privileged',
  'read_only',
  'stdin_open',
  'tty',
  'volumes.[].read_only',
  'volumes.[].volume.nocopy',
]) {
  patterns[`services.*.${path}`] = 'bool';
}
for (const path of ['external', 'internal', 'attachable', 'enable_ipv4', 'enable_ipv6']) {
  patterns[`networks.*.${path}`] = 'bool';
}
for (const section of ['volumes', 'secrets', 'configs']) {
  patterns[`${section}.*.external`] = 'bool';
}

export const CASTS = rules(patterns);

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map((word): [string, boolean] => [word, true]),
  ...['false', 'n', 'no', 'off'].map((word): [string, boolean] => [word, false]),
]);

/** Whole numbers as Go's Atoi reads them: decimal, with a sign, 64 bits. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!/^[-+]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value < -(1n << 63n) || value >= 1n << 63n) return undefined;
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

/** Floats as Go's ParseFloat reads them. */
export function parseFloating(text: string): number | undefined {
  if (/^[-+]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return NaN;
  if (!/^[-+]?(?:[0-9]+(?:_[0-9]+)*\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i.test(text)) {
    return undefined;
  }
  return text.includes('_') ? undefined : Number(text);
}

export function parseBoolean(text: string): boolean | undefined {
  return WORDS.get(text.toLowerCase());
}

/** The typed value of a text; undefined when it does not fit. */
export function cast(kind: Cast, text: string): Pick<ScalarNode, 'type' | 'value'> | undefined {
  if (kind === 'int') {
    const value = parseInteger(text);
    return value === undefined ? undefined : { type: 'int', value };
  }
  if (kind === 'float') {
    const value = parseFloating(text);
    return value === undefined ? undefined : { type: 'float', value };
  }
  const value = parseBoolean(text);
  return value === undefined ? undefined : { type: 'bool', value };
}
