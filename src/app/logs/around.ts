import type { Failure } from '../../events/failure.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import { clockTime } from '../../util/clock-time.ts';
import { LineGroups, type GroupedLine } from './line-groups.ts';
import { unreadable, type ServiceLogLine } from '../logs.ts';

/** What `--around` names: a moment, or a text that marks one request's lines. */
export type Around =
  | { readonly kind: 'moment'; readonly atMs: number }
  | { readonly kind: 'request'; readonly id: string };

/**
 * Reads what a person wrote after `--around`. A moment is epoch milliseconds, a date with a time, or
 * the time of day (today's, or yesterday's when that is still to come); all else is a request id.
 */
export function parseAround(text: string, nowMs: number): Around {
  if (/^\d{13}$/.test(text)) return { kind: 'moment', atMs: Number(text) };
  const clock = clockTime(text, nowMs);
  if (clock !== undefined) return { kind: 'moment', atMs: clock };
  const atMs = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? { kind: 'request', id: text } : { kind: 'moment', atMs };
}

export interface LogsAroundRequest {
  readonly containers: readonly ContainerSummary[];
  readonly around: Around;
  /** How much before and after a moment is shown. */
  readonly windowMs: number;
}

/**
 * The lines of all services for one request or one moment, in the order of time. Lines of the same
 * millisecond keep the order of the services' list. With them the logs that could not be read.
 */
export async function logsAround(
  engine: Pick<Engine, 'logs'>,
  { containers, around, windowMs }: LogsAroundRequest,
): Promise<{ readonly lines: readonly ServiceLogLine[]; readonly failures: readonly Failure[] }> {
  const range =
    around.kind === 'moment'
      ? { sinceMs: around.atMs - windowMs, untilMs: around.atMs + windowMs }
      : {};
  const failures: Failure[] = [];
  const all = await Promise.all(
    containers.map(async (container) => {
      try {
        const lines: GroupedLine<ServiceLogLine>[] = [];
        const groups = new LineGroups<ServiceLogLine>(
          (text) => around.kind === 'moment' || text.includes(around.id),
        );
        for await (const line of engine.logs(container.id, range)) {
          lines.push(...groups.take({ ...line, service: container.service }));
        }
        return lines;
      } catch (error) {
        failures.push(unreadable(container, error));
        return [];
      }
    }),
  );
  const sorted = all.flat().sort((a, b) => a.headMs - b.headMs);
  return { lines: sorted.map(({ line }) => line), failures };
}

/** Nothing was logged for it. */
export function nothingAround(around: Around, windowMs: number): Failure {
  if (around.kind === 'request') {
    return {
      reason: 'check',
      what: `no service logged a line with ${around.id}`,
      cure: 'Let services pass on and log the header X-Request-Id; dev tools -- trace --send URL',
    };
  }
  return {
    reason: 'check',
    what: `no service logged anything around ${new Date(around.atMs).toISOString()}`,
    cure: `Widen it: --window ${Math.round((windowMs * 10) / 1000)}s`,
  };
}
