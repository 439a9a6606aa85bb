import type Docker from 'dockerode';
import type { LogLine, LogOptions } from '../../ports/engine-containers.ts';
import { UnkeptLog } from '../../ports/unkept-log.ts';
import { apiMessage } from './failure.ts';
import { LogLineReader } from './streams.ts';

/** Throws with the engine's own sentence. */
export async function* readLogs(
  container: Docker.Container,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  try {
    yield* logLines(container, options);
  } catch (error) {
    throw error instanceof UnkeptLog ? error : new Error(apiMessage(error), { cause: error });
  }
}

async function* logLines(
  container: Docker.Container,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { Config: config, HostConfig: host } = await container.inspect();
  const shared = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(options.sinceMs !== undefined && { since: options.sinceMs / 1000 }),
    ...(options.untilMs !== undefined && { until: options.untilMs / 1000 }),
  };
  const reader = new LogLineReader(!config.Tty);
  const stream = await logStream(container, shared, options).catch((error: unknown) => {
    if (!/does not support reading/.test(apiMessage(error))) throw error;
    throw new UnkeptLog(host.LogConfig?.Type ?? '');
  });
  try {
    for await (const chunk of stream) yield* reader.add(chunk as Buffer);
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  }
  yield* reader.end();
}

/** What its client has of the container: typed as anything there. */
interface Modem {
  dial(request: object, done: (error: Error | null, answer: NodeJS.ReadableStream) => void): void;
}

/**
 * A log as a stream, also of what there is: `container.logs` streams only what is followed, and
 * gathers all else in memory first.
 */
function logStream(
  container: Docker.Container,
  query: object,
  { follow = false, signal }: LogOptions,
): Promise<NodeJS.ReadableStream> {
  const modem = container.modem as Modem;
  return new Promise((resolve, reject) => {
    const request = {
      path: `/containers/${container.id}/logs?`,
      method: 'GET',
      isStream: true,
      statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      options: { ...query, follow },
      ...(signal !== undefined && { abortSignal: signal }),
    };
    modem.dial(request, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}
