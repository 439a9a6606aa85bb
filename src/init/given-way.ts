import { mappingAt, type PlainMapping } from '../model/plain.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';
import { isOfImage } from './image-variables.ts';
import { commandOfService, environmentNames } from './service-command.ts';

/** A module that a person wrote, in the place of a service of the Compose file. */
export interface GivenWayRequest {
  readonly name: string;
  /** What it runs, and where dev.yaml says so; undefined for a library. */
  readonly run: { readonly text: string; readonly at: string } | undefined;
  /** The service as the Compose file alone has it. */
  readonly before: PlainMapping;
  /** Where the Compose file has a key of it: `compose.yaml:7`. */
  readonly placeOf: (key: string) => string;
  /** As it is with the module. */
  readonly after: PlainMapping;
  /** Undefined where it is built from no Dockerfile that is here. */
  readonly facts: DockerfileFacts | undefined;
}

const MOST_NAMES = 6;

const shortened = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${String(names.length - MOST_NAMES)} more`;

function lostVariables({ after, facts }: GivenWayRequest): readonly string[] {
  const given = environmentNames(after);
  const lost = [...(facts?.environment.keys() ?? [])].filter(
    (name) => !given.has(name) && !isOfImage(name),
  );
  if (lost.length === 0) return [];
  const at = facts?.places.get(`ENV ${lost[0] ?? ''}`) ?? '';
  return [`ENV ${shortened(lost)} (${at}) is not set`];
}

/** TCP is what a port without a protocol means. */
const portOf = (text: string): string => text.replace(/\/tcp$/, '');

function lostPorts({ after, facts }: GivenWayRequest): readonly string[] {
  const { expose, ports } = after;
  const listed: readonly unknown[] = Array.isArray(expose) ? expose : [];
  const published: readonly unknown[] = Array.isArray(ports) ? ports : [];
  const there = new Set([
    ...listed.map((port) => portOf(String(port))),
    ...published.map((entry) => {
      const { target, protocol } = mappingAt({ entry }, 'entry');
      return portOf(`${String(target)}/${typeof protocol === 'string' ? protocol : 'tcp'}`);
    }),
  ]);
  const lost = (facts?.expose ?? []).filter((port) => !there.has(portOf(port)));
  return lost.length === 0
    ? []
    : [`EXPOSE ${shortened(lost)} (${facts?.places.get('EXPOSE') ?? ''}) is not declared`];
}

/** What is written there goes with the container, unless something is mounted there or above. */
function lostVolumes({ after, facts }: GivenWayRequest): readonly string[] {
  const { volumes, tmpfs } = after;
  const mounts: readonly unknown[] = Array.isArray(volumes) ? volumes : [];
  const inMemory: readonly unknown[] = [tmpfs].flat();
  const there = [
    ...mounts.map((entry) => String(mappingAt({ entry }, 'entry')['target'])),
    ...inMemory.map((entry) => String(entry).split(':')[0] ?? ''),
  ].map((path) => `${path.replace(/\/+$/, '')}/`);
  const lost = (facts?.volumes ?? []).filter(
    (path) => !there.some((mounted) => `${path}/`.startsWith(mounted)),
  );
  return lost.length === 0
    ? []
    : [`VOLUME ${shortened(lost)} (${facts?.places.get('VOLUME') ?? ''}) is not mounted`];
}

/** `run-module` ends the process by SIGTERM, whatever it is told. */
function otherSignal({ after, facts }: GivenWayRequest): readonly string[] {
  const { value = '', at = '' } = facts?.stopSignal ?? {};
  if (/^(?:|SIGTERM|TERM|15)$/.test(value) || after['stop_signal'] !== undefined) return [];
  return [`STOPSIGNAL ${value} (${at}) is SIGTERM now`];
}

function lostHealth({ after, facts }: GivenWayRequest): readonly string[] {
  const has = Object.keys(mappingAt(after, 'healthcheck')).length > 0;
  if (facts?.healthcheck === undefined || has) return [];
  return [
    `HEALTHCHECK (${facts.places.get('HEALTHCHECK') ?? ''}) is not asked: it counts as ready as soon as it runs`,
  ];
}

/** User and folder: what Compose says of them counts before the Dockerfile. */
function ownPlace({ before, after, facts, placeOf }: GivenWayRequest): readonly string[] {
  const user = textOf(before, 'user');
  const folder = textOf(before, 'working_dir');
  const wasUser = user === undefined ? facts?.user : { value: user, at: placeOf('user') };
  const wasFolder =
    folder === undefined ? facts?.workdir : { value: folder, at: placeOf('working_dir') };
  const isUser = textOf(after, 'user') ?? '';
  const isFolder = (textOf(after, 'working_dir') ?? '').replace(/\/\.$/, '');
  return [
    ...(wasUser === undefined || wasUser.value === isUser
      ? []
      : [
          `${user === undefined ? 'USER' : 'user:'} ${wasUser.value} (${wasUser.at}) is ${isUser} now`,
        ]),
    ...(wasFolder === undefined || wasFolder.value === isFolder
      ? []
      : [
          `${folder === undefined ? 'WORKDIR' : 'working_dir:'} ${wasFolder.value} (${wasFolder.at}) is ${isFolder} now`,
        ]),
  ];
}

function textOf(service: PlainMapping, key: string): string | undefined {
  const value = service[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const MOST_CHARACTERS = 80;

function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** Whether it runs the same, in the module's folder, whatever is said before (`PATH=…; `). */
function isSame(then: string, now: string, facts: DockerfileFacts | undefined): boolean {
  const folder = facts?.workdir?.value ?? '/';
  const here = folder === '/' ? then : then.replaceAll(`${folder}/`, './');
  // A module's own packages are the same program: `.venv/bin/python app.py` is `python3 app.py`.
  const plainNow = now.replace(/^\.venv\/bin\/(?:python3?(?= ))?/, (found) =>
    found.endsWith('/') ? '' : 'python',
  );
  return [then, here].some(
    (text) =>
      now === text ||
      now.endsWith(`; ${text}`) ||
      plainNow === text.replace(/^python3 /, 'python '),
  );
}

/** Its command then and now, where they are not the same words. */
function otherCommand({ before, facts, run, placeOf }: GivenWayRequest): readonly string[] {
  const then = commandOfService(before, facts);
  if (then === undefined || (run !== undefined && isSame(then, run.text.trim(), facts))) return [];
  const key = ['entrypoint', 'command'].find((one) => (before[one] ?? null) !== null);
  const at =
    key === undefined
      ? (facts?.places.get('CMD') ?? facts?.places.get('ENTRYPOINT') ?? '')
      : placeOf(key);
  const now =
    run === undefined ? 'nothing, it is a library' : `\`${oneLine(run.text)}\` (${run.at})`;
  return [`instead of \`${oneLine(then)}\` (${at}) it runs ${now}`];
}

/**
 * What a service had, and has no more since a module of its name runs in its place, each with its
 * place; what was taken over already, whoever wrote it, is not among them.
 */
export function givenWay(request: GivenWayRequest): readonly string[] {
  const { name } = request;
  const settable = [lostVariables, lostPorts, lostVolumes, lostHealth].flatMap((lost) =>
    lost(request),
  );
  const lines = [...otherCommand(request), ...ownPlace(request), ...otherSignal(request)];
  return [
    ...lines.map((line) => `module ${name}: ${line}`),
    ...settable.map((line) => `module ${name}: ${line}; compose/base/${name}.yaml can say so`),
  ];
}
