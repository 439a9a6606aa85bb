/**
 * The few questions that find out whether something changed, put to an engine on a socket of this
 * machine. The full client takes longer to load than all of their answers take.
 */
import { createConnection } from 'node:net';
import type { Answer, Engine, EngineGreeting } from '../../ports/engine.ts';
import type { NearEngine } from '../../ports/near-world.ts';
import { fail, ok } from '../../util/result.ts';
import { listFilters } from './filters.ts';
import { toDetail, toSummary } from './translate-container.ts';
import { toImages } from './translate-image.ts';
import { toNetwork, toVolume } from './translate.ts';
import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';

interface HttpAnswer {
  /** Status line and header fields, each with its line's end. */
  readonly head: string;
  readonly body: string;
}

/**
 * HTTP/1.0: the answer ends with the connection.
 * @see https://www.rfc-editor.org/rfc/rfc1945
 */
function get(socketPath: string, path: string, limitMs: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = createConnection(socketPath);
    socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer within ${limitMs} ms`)));
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => {
      const answer = Buffer.concat(chunks).toString('utf8');
      const bodyAt = answer.indexOf('\r\n\r\n') + 4;
      if (/^HTTP\/1\.[01] 200 /.test(answer)) {
        resolve({ head: answer.slice(0, bodyAt), body: answer.slice(bodyAt) });
      } else {
        reject(new Error(answer.split('\r\n')[0] ?? ''));
      }
    });
    // Not ended here: to the engine that would be a client who has gone.
    socket.write(`GET ${path} HTTP/1.0\r\nHost: engine\r\n\r\n`);
  });
}

/** `Server: Docker/26.1.5 (linux)`, of Podman `Libpod/4.3.1`; the version is the one that `/version` tells. */
function toGreeting(head: string): EngineGreeting {
  const version = /^server: *[^/\r\n]+\/(\S+)/im.exec(head)?.[1];
  const apiVersion = /^api-version: *(\S+)/im.exec(head)?.[1];
  if (version === undefined || apiVersion === undefined) throw new Error('no engine answers');
  return { version, apiVersion };
}

const ANSWER_LIMIT_MS = 5_000;

/** A list of what is translated. */
type Raw<Translate extends (raw: never) => unknown> = Parameters<Translate>[0][];

/** What the engine answers is of the types of its API, of which the client has some. */
export function engineQuestions(socketPath: string): NearEngine {
  const asked = async <T>(path: string, translate: (answer: HttpAnswer) => T): Answer<T> => {
    try {
      return ok(translate(await get(socketPath, path, ANSWER_LIMIT_MS)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail({ reason: 'no-engine', what: 'the engine did not answer', why });
    }
  };
  const ask = <T>(path: string, translate: (raw: never) => T): Answer<T> =>
    asked(path, ({ body }) => translate(JSON.parse(body) as never));
  const list = <T>(
    path: string,
    labels: Readonly<Record<string, string>>,
    translate: (raw: never) => T,
  ): Answer<T> => ask(`${path}filters=${encodeURIComponent(listFilters(labels))}`, translate);
  const containers: Engine['labelledContainers'] = (labels) =>
    list('/containers/json?all=1&', labels, (raw: Raw<typeof toSummary>) => raw.map(toSummary));
  return {
    greeting: () => asked('/_ping', ({ head }) => toGreeting(head)),
    containers: (project) => containers({ [COMPOSE_LABELS.project]: project }),
    labelledContainers: containers,
    inspect: (id) => ask(`/containers/${encodeURIComponent(id)}/json`, toDetail),
    images: (labels) => list('/images/json?', labels, toImages),
    volumes: (labels) =>
      list('/volumes?', labels, ({ Volumes: volumes }: { Volumes: Raw<typeof toVolume> }) =>
        volumes.map(toVolume),
      ),
    networks: (labels) =>
      list('/networks?', labels, (raw: Raw<typeof toNetwork>) => raw.map(toNetwork)),
  };
}
