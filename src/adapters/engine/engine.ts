import Docker from 'dockerode';
import type { Answer, Engine, EngineEvent, LogLine, LogOptions } from '../../ports/engine.ts';
import type { Failure } from '../../events/failure.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import { fail, type Result } from '../../util/result.ts';
import { portTaken } from '../port-taken.ts';
import { giveAccount } from './account.ts';
import { clientOptions, NoEngine } from './connect.ts';
import { copyInto } from './copy-into.ts';
import { startExecution } from './execution.ts';
import { apiMessage, ask, call, listed, OTHER_ENGINE, told, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { LogLineReader } from './streams.ts';
import {
  toDetail,
  toImageDetail,
  toImages,
  toMembers,
  toNetwork,
  toSummary,
  toVolume,
} from './translate.ts';
import { toDiskUsage, toStats, type RawDiskUsage } from './usage.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';

/** Throws with the engine's own sentence. */
async function* readLogs(
  container: Docker.Container,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  try {
    yield* logLines(container, options);
  } catch (error) {
    throw new Error(apiMessage(error), { cause: error });
  }
}

async function* logLines(
  container: Docker.Container,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { Config: config } = await container.inspect();
  const shared = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(options.sinceMs !== undefined && { since: options.sinceMs / 1000 }),
    ...(options.untilMs !== undefined && { until: options.untilMs / 1000 }),
  };
  const reader = new LogLineReader(!config.Tty);
  const stream = await logStream(container, shared, options);
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

interface RawEvent {
  readonly timeNano: number;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Record<string, string> };
}

async function* readEvents(
  docker: Docker,
  project: string,
  signal: AbortSignal,
  sinceMs: number | undefined,
): AsyncGenerator<EngineEvent> {
  const stream = await docker.getEvents({
    filters: { type: ['container'], label: [`${COMPOSE_LABELS.project}=${project}`] },
    abortSignal: signal,
    ...(sinceMs !== undefined && { since: sinceMs / 1000 }),
  });
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') continue;
        // The engine's own format: https://docs.docker.com/reference/api/engine/#tag/System
        const event = JSON.parse(line) as RawEvent;
        yield {
          atMs: Math.floor(event.timeNano / 1e6),
          action: event.Action,
          containerId: event.Actor.ID,
          service: event.Actor.Attributes[COMPOSE_LABELS.service] ?? '',
          oneOff: event.Actor.Attributes[COMPOSE_LABELS.oneOff] === 'True',
          attributes: event.Actor.Attributes,
        };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Questions are answered in milliseconds; a machine under heavy load may take seconds. */
const ANSWER_LIMIT_MS = 20_000;

/**
 * The chosen engine's API through dockerode. Questions fail when they are not answered in time; work
 * may take as long as it takes.
 */
export function dockerEngine(
  choice: Result<EngineChoice, Failure>,
  answerLimitMs = ANSWER_LIMIT_MS,
): Engine {
  const options = clientOptions(choice);
  const docker = new Docker(options);
  const asked = new Docker({ ...options, timeout: answerLimitMs });
  const question = <T>(action: string, run: () => Promise<T>): Answer<T> =>
    ask(action, answerLimitMs, run);

  return {
    version: () =>
      question('tell its version', async () => {
        const answer: unknown = await asked.version();
        const { Version: version, ApiVersion: apiVersion } = answer as Record<string, unknown>;
        if (typeof version !== 'string' || typeof apiVersion !== 'string')
          throw new NoEngine(OTHER_ENGINE);
        return { version, apiVersion };
      }),
    containers: (project) =>
      question('list containers', async () => {
        const filters = listFilters({ [COMPOSE_LABELS.project]: project });
        return listed(await asked.listContainers({ all: true, filters })).map(toSummary);
      }),
    runningContainers: () =>
      question('list containers', async () => listed(await asked.listContainers()).map(toSummary)),
    everyContainer: () =>
      question('list containers', async () => {
        const filters = listFilters({ [COMPOSE_LABELS.project]: '' });
        return listed(await asked.listContainers({ all: true, filters })).map(toSummary);
      }),
    inspect: (id) =>
      question('inspect the container', async () =>
        toDetail(told(await asked.getContainer(id).inspect())),
      ),
    stats: (id) =>
      call('measure the container', async () =>
        toStats(await docker.getContainer(id).stats({ stream: false })),
      ),
    diskUsage: () =>
      call('count its disk', async () => toDiskUsage((await docker.df()) as RawDiskUsage)),
    logs: (id, options) => readLogs(docker.getContainer(id), options),
    exec: (id, options) =>
      call('start a process', () => startExecution(docker.getContainer(id), options)),
    copyInto: (id, files, owner) =>
      call('copy files into the container', () => copyInto(docker.getContainer(id), files, owner)),
    giveAccount: (id, account) =>
      call('name the person in the container', () => giveAccount(docker.getContainer(id), account)),
    events: (project, signal, sinceMs) => readEvents(docker, project, signal, sinceMs),
    signalContainer: (id, signal) =>
      call('signal the container', async () => {
        await docker.getContainer(id).kill({ signal });
      }),
    startContainer: async (id) => {
      const started = await call('start the container', async () => {
        const container = docker.getContainer(id);
        try {
          await container.start().catch(unless(304));
        } catch (error) {
          // Whoever paused it is not asked either way: it goes on.
          if (!/\bpaused\b/.test(apiMessage(error))) throw error;
          await container.unpause();
        }
      });
      return started.ok ? started : fail(portTaken(started.failure.why ?? '') ?? started.failure);
    },
    restartContainer: (id, { graceSeconds }) =>
      call('restart the container', async () => {
        await docker.getContainer(id).restart({ t: graceSeconds });
      }),
    stopContainer: (id, { graceSeconds }) =>
      call('stop the container', async () => {
        // It has stopped already, or is gone: that is what was asked for.
        await docker.getContainer(id).stop({ t: graceSeconds }).catch(unless(304, 404));
      }),
    removeContainer: (id) =>
      call('remove the container', async () => {
        // 409: the engine is about it, as with one-off containers that end.
        await docker.getContainer(id).remove({ force: true }).catch(unless(404, 409));
      }),
    volumes: (labels) =>
      question('list volumes', async () => {
        const answer = await asked.listVolumes({ filters: listFilters(labels) });
        // Some engines answer null where they have none; the client's types know nothing of it.
        const { Volumes: volumes } = told(answer) as { Volumes: typeof answer.Volumes | null };
        return listed(volumes ?? []).map(toVolume);
      }),
    createVolume: (name, labels) =>
      call(`create the volume ${name}`, async () => {
        await docker.createVolume({ Name: name, Labels: { ...labels } });
      }),
    removeVolume: (name) =>
      call(`remove the volume ${name}`, async () => {
        await docker.getVolume(name).remove().catch(unless(404));
      }),
    networks: (labels) =>
      question('list networks', async () => {
        const networks = await asked.listNetworks({
          filters: listFilters(labels),
        });
        return listed(networks).map(toNetwork);
      }),
    networkMembers: (name) =>
      question('inspect the network', async () => {
        const network = await asked.getNetwork(name).inspect().catch(unless(404));
        return toMembers(network ?? undefined);
      }),
    disconnect: (network, containerId) =>
      call('disconnect the container', async () => {
        const options = { Container: containerId, Force: true };
        await docker.getNetwork(network).disconnect(options).catch(unless(404));
      }),
    removeNetwork: (name) =>
      call(`remove the network ${name}`, async () => {
        await docker.getNetwork(name).remove().catch(unless(404));
      }),
    images: (labels) =>
      question('list images', async () => {
        const images = await asked.listImages({ filters: listFilters(labels) });
        return toImages(listed(images));
      }),
    imageId: (reference) =>
      question('look for the image', async () => {
        const image = await asked.getImage(reference).inspect().catch(unless(404));
        return image?.Id;
      }),
    image: (reference) =>
      question('look for the image', async () => {
        const image = await asked.getImage(reference).inspect().catch(unless(404));
        return image === undefined ? undefined : toImageDetail(image);
      }),
    removeImage: (reference) =>
      call(`remove the image ${reference}`, async () => {
        await docker.getImage(reference).remove();
      }),
  };
}
