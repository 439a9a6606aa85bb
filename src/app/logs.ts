import type { Failure } from '../events/failure.ts';
import type { ContainerSummary, Engine, LogLine } from '../ports/engine.ts';
import { collect } from '../util/collect.ts';
import { fail, ok, type Result } from '../util/result.ts';

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

/** Why the log of a service cannot be read. */
export function unreadable({ service }: ContainerSummary, error: unknown): Failure {
  return {
    reason: 'service',
    what: `the log of ${service} cannot be read`,
    why: error instanceof Error ? error.message : String(error),
    cure: 'See its `logging:` (dev config), and whether it still runs (dev status)',
  };
}

/** What one container has logged. */
async function pastLines(
  engine: Pick<Engine, 'logs'>,
  container: ContainerSummary,
  request: LogsRequest,
  signal: AbortSignal,
): Promise<Result<readonly ServiceLogLine[], Failure>> {
  try {
    const past = { ...request, follow: false };
    return ok(await collect(linesOf(engine, container, past, signal)));
  } catch (error) {
    return fail(unreadable(container, error));
  }
}

/** Hands out what comes behind the lines that are known. */
async function newLines(
  engine: Pick<Engine, 'logs'>,
  container: ContainerSummary,
  seen: readonly ServiceLogLine[],
  request: LogsRequest,
  onLine: (line: ServiceLogLine) => void,
  signal: AbortSignal,
): Promise<Result<void, Failure>> {
  const lastMs = seen.at(-1)?.atMs ?? request.sinceMs;
  const skip = new Set(seen.filter(({ atMs }) => atMs === lastMs).map(({ text }) => text));
  const onwards = { ...request, tail: undefined, sinceMs: lastMs };
  try {
    for await (const line of linesOf(engine, container, onwards, signal)) {
      if (line.atMs === lastMs && skip.has(line.text)) continue;
      onLine(line);
    }
    return ok(undefined);
  } catch (error) {
    return fail(unreadable(container, error));
  }
}

/**
 * Hands out the lines of several services: first what there is, sorted by time, then (with
 * `follow`) new ones as they come, until the signal is aborted or every container has ended.
 * @returns the logs that could not be read, or not to their end.
 */
export async function followLogs(
  engine: Pick<Engine, 'logs'>,
  request: LogsRequest,
  onLine: (line: ServiceLogLine) => void,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const read = await Promise.all(
    request.containers.map(async (container) => ({
      container,
      past: await pastLines(engine, container, request, signal),
    })),
  );
  const failures = read.flatMap(({ past }) => (past.ok ? [] : [past.failure]));
  read
    .flatMap(({ past }) => (past.ok ? past.value : []))
    .sort((a, b) => a.atMs - b.atMs)
    .forEach(onLine);
  if (!request.follow) return failures;
  const followed = await Promise.all(
    read.map(({ container, past }) =>
      past.ok
        ? newLines(engine, container, past.value, request, onLine, signal)
        : Promise.resolve(ok(undefined)),
    ),
  );
  return [...failures, ...followed.flatMap((one) => (one.ok ? [] : [one.failure]))];
}
