import Docker from 'dockerode';
import type { ContainerUsage, FollowUsage } from '../../ports/engine-stats.ts';

/** The parts of the engine's answer that are used; the memory's differ by cgroup version. */
interface RawStats {
  readonly read: string;
  readonly preread: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly precpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
}

/** Usage as the engine streams it: https://docs.docker.com/reference/api/engine (ContainerStats). */
export function dockerUsage(): FollowUsage {
  const docker = new Docker();
  return async function* follow(containerId, signal) {
    const stream = await docker.getContainer(containerId).stats({ stream: true });
    // The engine's client types the stream without what a stream of a connection has.
    const destroyable = stream as NodeJS.ReadableStream & { destroy(): void };
    const stop = (): void => destroyable.destroy();
    signal.addEventListener('abort', stop, { once: true });
    let rest = '';
    try {
      for await (const chunk of stream) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const usage = line === '' ? undefined : usageOf(JSON.parse(line) as RawStats);
          if (usage !== undefined) yield usage;
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** Undefined for the first value, which has nothing to be compared with. */
function usageOf(raw: RawStats): ContainerUsage | undefined {
  const elapsedMs = Date.parse(raw.read) - Date.parse(raw.preread);
  if (!(elapsedMs > 0 && elapsedMs < 60_000)) return undefined;
  const usedNs = raw.cpu_stats.cpu_usage.total_usage - raw.precpu_stats.cpu_usage.total_usage;
  const { usage = 0, stats } = raw.memory_stats;
  const cache = stats?.inactive_file ?? stats?.total_inactive_file ?? 0;
  return {
    cpuPercent: Math.max(0, usedNs / 1e6 / elapsedMs) * 100,
    memoryBytes: Math.max(0, usage - cache),
  };
}
