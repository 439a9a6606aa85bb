import { posix } from 'node:path';
import { APP_DIRECTORY, MOUNTED_AT } from '../model/module.ts';
import { mappingAt, type PlainMapping } from '../model/plain.ts';
import { omit } from '../util/omit.ts';
import { compiledRun } from './compiled-run.ts';
import { inline } from './dev-yaml.ts';
import type { FoundCode, FoundModule } from './found.ts';
import { isOfImage } from './image-variables.ts';
import type { MoveRequest } from './move-request.ts';
import { movedHealth } from './moved-health.ts';
import { commandInFolder } from './moved-place.ts';
import { inPlace } from './processes.ts';
import { commandOfService, environmentNames } from './service-command.ts';
import { codeOfRun, RELOADS, watches } from './watching-run.ts';
import { isServed, languageVersion } from './versions.ts';

/** Of a command of a Dockerfile, in a note. */
const MOST_CHARACTERS = 60;

export interface Move {
  readonly module: FoundModule;
  /** What the Dockerfile gave and Compose has to give now, as a service; undefined: nothing. */
  readonly service: PlainMapping | undefined;
  /** What of that is another in development: folders of the code. */
  readonly inDevelopment: PlainMapping | undefined;
  /** What is not the same, each with its place. */
  readonly notes: readonly string[];
}

/** What the container runs today: Compose's words over the Dockerfile's. */
function commandToday({ service, facts, code }: MoveRequest): string | undefined {
  // The last stage may be a web server's, for production alone.
  const isServer = /(?:^|\/)(?:nginx|httpd|caddy|apache)\b/.test(facts.base ?? '');
  const isSame = facts.wants === undefined ? !isServer : facts.wants.image === code.image;
  return commandOfService(service, isSame ? facts : undefined);
}

/** Ports that the container is asked at today: those that Compose publishes, else the Dockerfile's. */
function portsToday({ service, facts }: MoveRequest): readonly number[] {
  const { ports } = service;
  const published = (Array.isArray(ports) ? ports : []).map((entry: unknown) =>
    Number(mappingAt({ entry }, 'entry')['target']),
  );
  const exposed = facts.expose.map((port) => Number(port.replace(/\/tcp$/, '')));
  return [...published, ...exposed].filter((port) => port > 0);
}

/**
 * The code at the port that others ask it at: a framework's own port is of no use where Compose
 * publishes another one.
 */
function atPort(
  request: MoveRequest,
): Pick<FoundCode, 'run' | 'port'> & { readonly note?: string } {
  const { name, code, facts } = request;
  const { run, port } = code;
  const today = portsToday(request);
  const [wanted] = today;
  if (wanted === undefined || port === undefined || today.includes(port)) return code;
  const given = mappingAt(request.service, 'environment')['PORT'] ?? facts.environment.get('PORT');
  if (today.includes(Number(given))) return { ...code, port: Number(given) };
  const text = run?.replace(
    new RegExp(`\\b${String(port)}\\b(?!.*\\b${String(port)}\\b)`),
    String(wanted),
  );
  if (text !== undefined && text !== run) return { run: text, port: wanted };
  const note = `${name} listens on ${String(port)} as it seems, and is asked at ${String(wanted)}: say so in \`run\` or its configuration`;
  return { ...code, note };
}

/** A program that the image has beside the code's own dependencies, where the code has its own way to run. */
function isElsewhere(command: string, { facts, code }: MoveRequest): boolean {
  const program = command.replace(/^exec\s+/, '').split(/\s/)[0] ?? '';
  return (
    code.image === 'node' &&
    code.run !== undefined &&
    facts.installs.some(
      ({ value }) =>
        /\s(?:-g|--global|global)\b/.test(value) && value.split(/[\s@]/).includes(program),
    )
  );
}

function runOf(request: MoveRequest): string | undefined {
  const { code, place, service } = request;
  const hasOwn = service['command'] !== undefined || service['entrypoint'] !== undefined;
  if (!hasOwn && code.reloads === true) return atPort(request).run;
  const today = commandToday(request);
  if (today === undefined) return code.run;
  const written = service['working_dir'];
  const own = typeof written === 'string' ? { ...place, workdir: written } : place;
  const run = isElsewhere(today, request) ? code.run : (commandInFolder(today, own) ?? code.run);
  return run && inPlace(compiledRun(run, code, request.has), code, code.port ?? 8000);
}

/** What its image runs where the module has a command for development: what the Dockerfile says, if that is none. */
function productionOf(
  request: MoveRequest,
  run: string | undefined,
): Pick<FoundCode, 'production'> {
  const { code, service } = request;
  if (!watches(run, code)) return {};
  const own = runOf({
    ...request,
    code: omit(code, 'reloads'),
    service: omit(service, 'command', 'entrypoint'),
  });
  const hasOwn = commandToday({ ...request, service: {} }) !== undefined;
  const production = hasOwn && own !== undefined && !RELOADS.test(own) ? own : code.production;
  return production === undefined || production === run ? {} : { production };
}

function leftOf(request: MoveRequest): readonly string[] {
  const { name, facts, code } = request;
  const { user, workdir, wants, stopSignal } = facts;
  const version = wants ?? code.wants;
  const isOther = version !== undefined && !isServed(code.image, version.version);
  return [
    ...(user === undefined ? [] : [`USER ${user.value} (${user.at}): ${name} runs as you`]),
    ...(workdir === undefined
      ? []
      : [`WORKDIR ${workdir.value} (${workdir.at}): ${name} runs in its folder below /workspace`]),
    ...(stopSignal === undefined || stopSignal.value === 'SIGTERM'
      ? []
      : [`STOPSIGNAL ${stopSignal.value} (${stopSignal.at}): ${name} is ended by SIGTERM`]),
    ...facts.installs.map(
      ({ value, at }) =>
        `\`${value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value}\` (${at}) is not run: ` +
        `${name} has what its lockfile names, and its base image`,
    ),
    ...(isOther
      ? [
          `${version.at} has ${code.image} ${version.version}; the base image of ${name} has ${languageVersion(code.image) ?? 'another'}`,
        ]
      : []),
  ];
}

/** A variable's value, with the folder of the code where it is in a module: `PYTHONPATH=/app`. */
function movedValue(value: string, { place }: MoveRequest, root: string): string {
  const { context, contextAt: before } = place;
  if (!before.startsWith('/') || before === '/') return value;
  const moved = (path: string): string =>
    path === before || path.startsWith(`${before}/`)
      ? posix.join(root, context, path.slice(before.length))
      : path;
  return value.split(':').map(moved).join(':');
}

/** What a service that is built from a Dockerfile becomes as a module on a base image. */
export function moveService(request: MoveRequest): Move {
  const { name, place, code, facts, service } = request;
  const run = runOf(request);
  const { port, note: otherPort } = atPort(request);
  const isOwn = run === code.run;
  const { health, note } = movedHealth(request);
  const given = environmentNames(service);
  const variables = [...facts.environment].filter(([key]) => !given.has(key) && !isOfImage(key));
  const environmentAt = (root: string): Readonly<Record<string, string>> =>
    Object.fromEntries(variables.map(([key, value]) => [key, movedValue(value, request, root)]));
  const environment = environmentAt(APP_DIRECTORY);
  const others = Object.entries(environmentAt(MOUNTED_AT)).filter(
    ([key, value]) => environment[key] !== value,
  );
  const added = {
    ...(variables.length > 0 && { environment }),
    ...(facts.expose.length > 0 && { expose: facts.expose }),
    ...(health !== undefined && { healthcheck: health }),
  };
  return {
    module: {
      ...codeOfRun(run, code),
      ...{ name, path: place.folder },
      ...(port !== undefined && { port }),
      ...(run !== undefined && { run }),
      ...productionOf(request, run),
    },
    service: Object.keys(added).length === 0 ? undefined : added,
    inDevelopment: others.length === 0 ? undefined : { environment: Object.fromEntries(others) },
    notes: [
      ...leftOf(request),
      ...(isOwn && otherPort !== undefined ? [otherPort] : []),
      ...(note === undefined ? [] : [note]),
    ],
  };
}

/** The Compose file with what the Dockerfile gave. */
export function movedText(name: string, dockerfile: string, service: PlainMapping): string {
  const lines = Object.entries(service).map(([key, value]) => {
    // A variable of the Dockerfile is one of the image, not of the person's environment.
    const text = inline(value).replaceAll('$', '$$$$');
    return `    ${key}: ${text}\n`;
  });
  return `# What ${name} had from ${dockerfile}.\nservices:\n  ${name}:\n${lines.join('')}`;
}
