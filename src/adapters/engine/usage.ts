import type { ContainerStats as RawStats } from 'dockerode';
import type { ContainerStats } from '../../ports/engine-containers.ts';
import type { DiskUsage } from '../../ports/engine-resources.ts';

/** A container that does not run has no figures: the engine then leaves the fields out. */
type PartialStats = {
  readonly [Key in 'cpu_stats' | 'precpu_stats' | 'memory_stats']?: Partial<RawStats[Key]>;
};

/** The page cache that can be given back at once; cgroup v2 and v1 name it differently. */
function reclaimableBytes(stats: PartialStats['memory_stats']): number {
  const detail = stats?.stats as Readonly<Record<string, number | undefined>> | undefined;
  return detail?.['inactive_file'] ?? detail?.['total_inactive_file'] ?? 0;
}

/** Two samples of the processor's time → per cent of one core. */
export function toStats(raw: PartialStats): ContainerStats {
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory } = raw;
  const usedNs = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const systemNs = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  const cores = now?.online_cpus ?? 1;
  return {
    cpuPercent: systemNs > 0 ? (usedNs / systemNs) * cores * 100 : undefined,
    memoryBytes: memory?.usage === undefined ? undefined : memory.usage - reclaimableBytes(memory),
  };
}

/** The engine's own shape of `GET /system/df`, as far as it is read. dockerode leaves it untyped. */
export interface RawDiskUsage {
  readonly Containers?: readonly { Id: string; SizeRw?: number; SizeRootFs?: number }[] | null;
  readonly Volumes?: readonly { Name: string; UsageData?: { Size: number } }[] | null;
}

export function toDiskUsage(raw: RawDiskUsage): DiskUsage {
  return {
    containers: new Map(
      (raw.Containers ?? []).map(({ Id: id, SizeRw: written = 0, SizeRootFs: all = 0 }) => [
        id,
        { writtenBytes: written, imageBytes: all - written },
      ]),
    ),
    volumes: new Map(
      (raw.Volumes ?? []).map(({ Name: name, UsageData: usage }) => [name, usage?.Size ?? 0]),
    ),
  };
}
