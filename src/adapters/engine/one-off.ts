import type Docker from 'dockerode';
import { StringDecoder } from 'node:string_decoder';
import { json } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { OneOffContainer, OneOffEnd, OneOffOptions } from '../../ports/engine-containers.ts';
import { LineSplitter } from '../../util/line-splitter.ts';
import { clientProxies } from './client-proxies.ts';
import { unless } from './failure.ts';
import { likenessBody, oneOffBody } from './one-off-body.ts';
import { FrameReader } from './streams.ts';

/** What a process says that was killed. */
const KILLED_STATUS = 137;

interface Modem {
  dial(request: object, done: (error: Error | null, answer: NodeJS.ReadableStream) => void): void;
}

/**
 * Has the engine tell when a container has come so far. Resolves when it listens, which it has to before
 * the container is started: with its answer to come.
 */
function listenFor(
  container: Docker.Container,
  condition: 'next-exit' | 'removed',
): Promise<NodeJS.ReadableStream> {
  const modem = container.modem as Modem;
  return new Promise((resolve, reject) => {
    const request = {
      path: `/containers/${container.id}/wait?`,
      method: 'POST',
      isStream: true,
      statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      options: { condition },
    };
    modem.dial(request, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}

/** Lines of two streams that come through one. */
function lineReader(onLine: (line: string) => void) {
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  const lines = { stdout: new LineSplitter(onLine), stderr: new LineSplitter(onLine) };
  const frames = new FrameReader();
  return {
    add(chunk: Buffer): void {
      for (const { stream, payload } of frames.add(chunk)) {
        lines[stream].add(decoders[stream].write(payload));
      }
    },
    end(): void {
      for (const stream of ['stdout', 'stderr'] as const) {
        lines[stream].add(decoders[stream].end());
        lines[stream].end();
      }
    },
  };
}

/** Resolves when there is nothing of it any more; an engine that does not say is not waited for. */
async function goneOf(container: Docker.Container): Promise<void> {
  try {
    await json(await listenFor(container, 'removed'));
  } catch {
    // It is gone already.
  }
}

async function followed(
  container: Docker.Container,
  onLine: OneOffOptions['onLine'],
): Promise<number> {
  // Nothing that it prints is lost, and its end is not: both are listened to before it is started.
  const [output, exit] = await Promise.all([
    container.attach({ stream: true, stdout: true, stderr: true }),
    listenFor(container, 'next-exit'),
  ]);
  const lines = lineReader(onLine);
  output.on('data', (chunk: Buffer) => lines.add(chunk));
  const read = finished(output, { writable: false });
  const ended = json(exit) as Promise<{ readonly StatusCode: number }>;
  // Whichever fails first is told; the other has somebody who hears it.
  for (const one of [read, ended]) one.catch(() => undefined);
  await container.start();
  const { StatusCode: status } = await ended;
  await read;
  lines.end();
  return status;
}

/**
 * Creates, attaches, starts and waits: four requests, and no program. Throws as the client does. What did
 * not start is not left there.
 */
async function runToItsEnd(
  docker: Docker,
  body: Docker.ContainerCreateOptions,
  { signal, onLine }: Pick<OneOffOptions, 'signal' | 'onLine'>,
): Promise<OneOffEnd> {
  const container = await docker.createContainer(body);
  const remove = (): Promise<void> =>
    container.remove({ force: true, v: true }).then(() => undefined, unless(404, 409));
  const onAbort = (): void => void remove().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) {
      await remove();
      return { status: KILLED_STATUS, gone: Promise.resolve() };
    }
    const status = await followed(container, onLine);
    return { status, gone: goneOf(container) };
  } catch (error) {
    const gone = remove();
    if (!signal.aborted) {
      await gone.catch(() => undefined);
      throw error;
    }
    await gone;
    return { status: KILLED_STATUS, gone: Promise.resolve() };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A container by its description. Throws as the client does. */
export function runOneOff(
  docker: Docker,
  spec: OneOffContainer,
  options: OneOffOptions & { readonly address: string },
): Promise<OneOffEnd> {
  const { environment, address } = options;
  const proxies = spec.network === undefined ? clientProxies(environment, address) : {};
  return runToItsEnd(docker, oneOffBody(spec, environment, proxies), options);
}

/** A container that is as another one, which may have ended long ago, but runs something else. */
export async function runLike(
  docker: Docker,
  id: string,
  argv: readonly string[],
  options: Pick<OneOffOptions, 'signal' | 'onLine'>,
): Promise<OneOffEnd> {
  const info = await docker.getContainer(id).inspect();
  return runToItsEnd(docker, likenessBody(info, argv), options);
}
