import type { ContainerSummary, Engine, LogLine } from '../ports/engine.ts';
import { collect } from '../util/collect.ts';

/** A log line of one service. */
export interface ServiceLogLine extends LogLine {
  readonly service: string;
  /** The container's number when the service has several. */
  readonly replica?: number;
}

export interface LogsRequest {
  readonly containers: readonly ContainerSummary[];
  readonly follow: boolean;
  /** Lines of each service to start with; all when undefined. */
  readonly tail: number | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs?: number;
  /** Only lines that match; what follows a match is not included. */
  readonly grep: RegExp | undefined;
}

function replicaOf(
  container: ContainerSummary,
  all: readonly ContainerSummary[],
): number | undefined {
  const siblings = all.filter(({ service }) => service === container.service);
  if (siblings.length < 2) return undefined;
  return Number(container.labels['com.docker.compose.container-number'] ?? 1);
}

async function* linesOf(
  engine: Pick<Engine, 'logs'>,
  container: ContainerSummary,
  request: LogsRequest,
  signal: AbortSignal,
): AsyncGenerator<ServiceLogLine> {
  const replica = replicaOf(container, request.containers);
  const lines = engine.logs(container.id, {
    follow: request.follow,
    signal,
    ...(request.tail !== undefined && { tail: request.tail }),
    ...(request.sinceMs !== undefined && { sinceMs: request.sinceMs }),
    ...(request.untilMs !== undefined && { untilMs: request.untilMs }),
  });
  for await (const line of lines) {
    if (request.grep !== undefined && !request.grep.test(line.text)) continue;
    yield { ...line, service: container.service, ...(replica !== undefined && { replica }) };
  }
}

/** What has been logged, of all services together, in the order of time. */
async function pastLines(
  engine: Pick<Engine, 'logs'>,
  request: LogsRequest,
  signal: AbortSignal,
): Promise<ServiceLogLine[]> {
  const past = { ...request, follow: false };
  const all = await Promise.all(
    request.containers.map((container) => collect(linesOf(engine, container, past, signal))),
  );
  return all.flat().sort((a, b) => a.atMs - b.atMs);
}

/**
 * Hands out the lines of several services: first what there is, sorted by time, then (with
 * `follow`) new ones as they come, until the signal is aborted or every container has ended.
 */
export async function followLogs(
  engine: Pick<Engine, 'logs'>,
  request: LogsRequest,
  onLine: (line: ServiceLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const past = await pastLines(engine, request, signal);
  past.forEach(onLine);
  if (!request.follow) return;
  await Promise.all(
    request.containers.map(async (container) => {
      const seen = past.filter((line) => line.service === container.service);
      const lastMs = seen.at(-1)?.atMs ?? request.sinceMs;
      const skip = new Set(seen.filter(({ atMs }) => atMs === lastMs).map(({ text }) => text));
      const onwards = { ...request, tail: undefined, sinceMs: lastMs };
      for await (const line of linesOf(engine, container, onwards, signal)) {
        if (line.atMs === lastMs && skip.has(line.text)) continue;
        onLine(line);
      }
    }),
  );
}
