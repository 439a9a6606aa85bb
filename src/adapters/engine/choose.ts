import type { Failure } from '../../events/failure.ts';
import { SOCKET } from '../../ports/engine-choice.ts';
import type { EngineChoice, EngineTls } from '../../ports/engine-choice.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** What of the machine the choice depends on. */
export interface ChoiceSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Text of a file; undefined when there is none, or it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** Names in a folder. */
  readonly list: (path: string) => readonly string[];
  /** Name of a context's folder: the SHA-256 of its name, in hexadecimal. */
  readonly folderOf: (context: string) => string;
}

interface Named {
  readonly context: string;
  readonly chosenBy: string | undefined;
}

/**
 * Which engine is meant, as the `docker` command finds it out: DOCKER_HOST, then DOCKER_CONTEXT, then
 * the current context of its configuration, then the system's socket.
 *
 * @see https://docs.docker.com/engine/manage-resources/contexts/
 */
export function chooseEngine(sources: ChoiceSources): Result<EngineChoice, Failure> {
  const { environment } = sources;
  const address = environment['DOCKER_HOST'] ?? '';
  if (address !== '') {
    return endpoint(address, { context: 'default', chosenBy: 'DOCKER_HOST' }, defaultTls(sources));
  }
  const named = namedContext(sources);
  if (!named.ok) return named;
  if (named.value.context !== 'default') return ofContext(named.value, sources);
  return endpoint(`unix://${SOCKET}`, named.value, undefined);
}

/** The folder of docker's own configuration. */
function configFolder({ environment, home }: ChoiceSources): string {
  return environment['DOCKER_CONFIG'] || `${home}/.docker`;
}

function namedContext(sources: ChoiceSources): Result<Named, Failure> {
  const asked = sources.environment['DOCKER_CONTEXT'] ?? '';
  if (asked !== '') return ok({ context: asked, chosenBy: 'DOCKER_CONTEXT' });
  const path = `${configFolder(sources)}/config.json`;
  const config = parse(sources.read(path) ?? '{}');
  if (config === undefined) {
    return fail({
      reason: 'no-engine',
      what: `${path} is not JSON`,
      why: 'it says which engine is used, and docker cannot read it either',
      cure: 'Mend the file, or choose the engine with DOCKER_CONTEXT or DOCKER_HOST',
    });
  }
  const current = config['currentContext'];
  return typeof current === 'string' && current !== ''
    ? ok({ context: current, chosenBy: `currentContext in ${path}` })
    : ok({ context: 'default', chosenBy: undefined });
}

function ofContext(named: Named, sources: ChoiceSources): Result<EngineChoice, Failure> {
  const folder = `${configFolder(sources)}/contexts`;
  const own = sources.folderOf(named.context);
  const path = `${folder}/meta/${own}/meta.json`;
  const text = sources.read(path);
  if (text === undefined) {
    const isThere = sources.list(`${folder}/meta`).includes(own);
    if (isThere) return fail(brokenContext(named, `${path} is not there, or cannot be read`));
    return fail(unknownContext(named, folder, sources));
  }
  const meta = parse(text);
  if (meta === undefined) return fail(brokenContext(named, `${path} is not JSON`));
  const docker = mapping(mapping(meta['Endpoints'])?.['docker']);
  const address = docker?.['Host'];
  if (typeof address !== 'string' || address === '') {
    return fail(brokenContext(named, `${path} names no address of an engine`));
  }
  const pem = (name: string): string | undefined =>
    sources.read(`${folder}/tls/${own}/docker/${name}.pem`);
  const tls = { ca: pem('ca'), cert: pem('cert'), key: pem('key') };
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const lacks = tls.cert === undefined ? 'cert' : 'key';
    const missing = `${folder}/tls/${own}/docker/${lacks}.pem`;
    return fail(brokenContext(named, `${missing} is not there, or cannot be read`));
  }
  const skips = docker?.['SkipTLSVerify'] === true;
  const hasTls = skips || tls.ca !== undefined || tls.cert !== undefined;
  return endpoint(address, named, hasTls ? { ...tls, verify: !skips } : undefined);
}

function brokenContext({ context, chosenBy = '' }: Named, why: string): Failure {
  return {
    reason: 'no-engine',
    what: `the Docker context ${context} is broken`,
    why: `${chosenBy} names it, and ${why}`,
    cure: `Make it anew (docker context rm ${context}; docker context create ${context} --docker host=…), or use this machine's own engine: ${leaving(chosenBy)}`,
  };
}

function leaving(chosenBy: string): string {
  return chosenBy === 'DOCKER_CONTEXT' ? 'unset DOCKER_CONTEXT' : 'docker context use default';
}

function unknownContext(
  { context, chosenBy = '' }: Named,
  folder: string,
  { list, read }: ChoiceSources,
): Failure {
  const names = list(`${folder}/meta`).flatMap((own) => {
    const name = parse(read(`${folder}/meta/${own}/meta.json`) ?? '')?.['Name'];
    return typeof name === 'string' ? [name] : [];
  });
  return {
    reason: 'no-engine',
    what: `there is no Docker context ${context}`,
    why: `${chosenBy} names it; there are: ${['default', ...names.sort()].join(', ')}`,
    cure: `Choose one of them, or this machine's own engine: ${leaving(chosenBy)}`,
  };
}

/** TLS for DOCKER_HOST, with the certificates of DOCKER_CERT_PATH or docker's own folder. */
function defaultTls(sources: ChoiceSources): EngineTls | undefined {
  const { environment, read } = sources;
  const verify = (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (environment['DOCKER_TLS'] ?? '') === '') return undefined;
  const folder = environment['DOCKER_CERT_PATH'] || configFolder(sources);
  const pem = (name: string): string | undefined => read(`${folder}/${name}.pem`);
  return { ca: pem('ca'), cert: pem('cert'), key: pem('key'), verify };
}

const PORT = 2375;
const TLS_PORT = 2376;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/;

function endpoint(
  given: string,
  named: Named,
  tls: EngineTls | undefined,
): Result<EngineChoice, Failure> {
  // A port alone is one of this machine, as it is for docker.
  const address = (given.includes('://') ? given : `tcp://${given}`).replace(
    /^tcp:\/\/(?=:\d)/,
    'tcp://localhost',
  );
  const common = { ...named, address, tls: undefined };
  if (address.startsWith('unix://')) {
    const at = { kind: 'socket', path: address.slice('unix://'.length) || SOCKET } as const;
    return ok({ ...common, at, sharesFiles: true });
  }
  if (address.startsWith('ssh://')) {
    return ok({ ...common, at: { kind: 'ssh' }, sharesFiles: false });
  }
  const url = URL.canParse(address.replace(/^tcp:/, 'http:'))
    ? new URL(address.replace(/^tcp:/, 'http:'))
    : undefined;
  const isPath = given.startsWith('/');
  if (url === undefined || isPath || !/^(?:tcp|https?):\/\//.test(address)) {
    const meant = isPath ? `Did you mean unix://${given}? ` : '';
    return fail({
      reason: 'no-engine',
      what: `${given} is not the address of an engine`,
      why: `${named.chosenBy ?? 'docker'} gives it; unix://, tcp:// and ssh:// are understood`,
      cure: `${meant}Correct it, or take it away: this machine’s own engine is used then`,
    });
  }
  const port = url.port === '' ? (tls === undefined ? PORT : TLS_PORT) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const at = { kind: 'tcp', host, port } as const;
  return ok({ ...common, at, tls, sharesFiles: LOOPBACK.test(url.hostname) });
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return mapping(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
