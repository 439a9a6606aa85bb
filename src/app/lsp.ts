import type { Failure } from '../events/failure.ts';
import { CACHE_PATH } from '../generate/module-install.ts';
import { MOUNTED_AT, type Module } from '../model/module.ts';
import { packagesFolder } from '../model/places.ts';
import type { Console } from '../ports/console.ts';
import type { Engine } from '../ports/engine.ts';
import type { Execution } from '../ports/engine-containers.ts';
import type { World } from '../ports/world.ts';
import { noModule } from './project/no-module.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { languageHierarchy } from './project/image-versions.ts';
import { fittingGreeting, openedFolders } from './lsp/greeting.ts';
import { relayMessages, type RelayEnd } from './lsp/relay.ts';
import { serverArgv, firstOfArgv, guardArgv, MARK, MISSING_STATUS } from './lsp/scripts.ts';
import { serversOf } from './lsp/servers.ts';
import { passWords } from './lsp/server-words.ts';
import { createTranslation, type PlacePair, type Translation } from './lsp/translate.ts';
import { moduleContainer } from './shell/target.ts';

export interface LspRequest {
  readonly root: string;
  /** Compose project name. */
  readonly instance: string;
  readonly modules: readonly Module[];
  readonly module: string;
  /** Empty: the language server of the module's language. */
  readonly command: readonly string[];
}

type LspWorld = Pick<World, 'engine' | 'console' | 'clock' | 'files' | 'host' | 'terminal'>;

/** How long a server has to end by itself once its editor has gone. */
const LEAVE_MS = 2_000;

/**
 * A language server in a module's container, on this program's own streams, with the paths of each
 * side on each side. Nothing of it is left in the container, however this ends.
 * @returns the server's exit status.
 */
export async function lsp(
  request: LspRequest,
  world: LspWorld,
  signal: AbortSignal,
): Promise<Result<number, Failure>> {
  const console = await world.console();
  if (console.inputIsTerminal) return fail(nobodyAsks(request));
  const module = request.modules.find(({ name }) => name === request.module);
  if (module === undefined) return fail(noModule(request.module, request.modules));
  const started = startOf(module, request, world);
  if (!started.ok) return started;
  const engine = await world.engine();
  const container = await moduleContainer(request.module, request.instance, engine);
  if (!container.ok) return container;
  const { id } = container.value;
  const mark = `${String(world.host.pid)}-${String(world.clock.now())}`;
  const guard = await startGuard(engine, id, mark);
  if (!guard.ok) return guard;
  try {
    const environment = { [MARK]: mark };
    const server = await engine.exec(id, { argv: started.value.argv, environment, stdin: true });
    if (!server.ok) return server;
    const rewriting = rewritingOf(module, request, world);
    const ended = await converse(server.value, console, rewriting, { ...world, signal });
    tellCrash(ended, request, console);
    return outcome(ended, started.value.missing, request);
  } finally {
    guard.value.stream.end();
    await guard.value.exited;
    console.closeInput();
  }
}

interface Start {
  readonly argv: readonly string[];
  /** What is said where there is no such program. */
  readonly missing: Failure;
}

function startOf(
  module: Module,
  { root, command }: LspRequest,
  { files, host }: LspWorld,
): Result<Start, Failure> {
  const [program] = command;
  if (program !== undefined) {
    const what = `the container of ${module.name} has no program ${program}`;
    const cure = `dev shell ${module.name}   shows what it has`;
    return ok({ argv: serverArgv(command), missing: { reason: 'host', what, cure } });
  }
  const hierarchy = languageHierarchy({ modules: [module], root }, { files, host });
  const { lines, missing } = serversOf(module, hierarchy.ok ? hierarchy.value : new Map());
  return lines.length === 0 ? fail(missing) : ok({ argv: firstOfArgv(lines), missing });
}

/** Ends what is left of the server at the end of its own input: also when this program is killed. */
async function startGuard(
  engine: Pick<Engine, 'exec'>,
  containerId: string,
  mark: string,
): Promise<Result<Execution, Failure>> {
  const started = await engine.exec(containerId, { argv: guardArgv(mark), stdin: true });
  if (!started.ok) return started;
  const { stdout, stderr, stream } = started.value;
  stream.on('error', () => undefined);
  stderr.resume();
  // The word that it waits, or its end: then the container has gone, and the server finds that out.
  await new Promise<void>((resolve) => {
    stdout.once('data', () => resolve());
    stdout.once('end', () => resolve());
  });
  stdout.resume();
  return started;
}

interface Rewriting {
  readonly inwards: (message: object) => object;
  readonly outwards: (message: object) => object;
}

function rewritingOf(
  module: Module,
  { root }: LspRequest,
  { files }: Pick<LspWorld, 'files'>,
): Rewriting {
  const pairsAt = (clone: string): readonly PlacePair[] => [
    { host: clone, container: MOUNTED_AT },
    ...(module.install?.caches ?? [])
      .map((name) => ({
        host: `${packagesFolder(clone)}/${name}`,
        container: `${CACHE_PATH}/${name}`,
      }))
      .filter((pair) => files.isDirectory(pair.host)),
  ];
  let translation: Translation = createTranslation(pairsAt(root));
  return {
    inwards: (message) => {
      const clone = cloneIn(openedFolders(message), root, files);
      if (clone !== undefined) translation = createTranslation(pairsAt(clone));
      return fittingGreeting(translation.toContainer(message), MOUNTED_AT);
    },
    outwards: (message) => translation.toHost(message),
  };
}

/** The clone as an editor names it, which may have come to it by a link. */
export function cloneIn(
  opened: readonly string[],
  root: string,
  { realPath }: Pick<World['files'], 'realPath'>,
): string | undefined {
  const real = realPath(root) ?? root;
  for (const folder of opened) {
    const trimmed = folder.length > 1 ? folder.replace(/\/+$/, '') : folder;
    const there = realPath(trimmed);
    if (there === undefined) continue;
    const below = there.slice(real.length);
    if (there === real || (there.startsWith(`${real}/`) && trimmed.endsWith(below))) {
      return trimmed.slice(0, trimmed.length - below.length);
    }
    if (real.startsWith(`${there}/`)) return trimmed + real.slice(there.length);
  }
  return undefined;
}

interface Conversation {
  /** Undefined: it was ended from outside. */
  readonly status: number | undefined;
  readonly garbled: Extract<RelayEnd, { kind: 'garbled' }> | undefined;
  /** Who left first. */
  readonly first: 'server' | 'editor' | 'signal';
  /** Whether the editor has said anything. */
  readonly isBegun: boolean;
}

async function converse(
  server: Execution,
  console: Console,
  { inwards, outwards }: Rewriting,
  {
    clock,
    terminal,
    signal,
  }: Pick<LspWorld, 'clock' | 'terminal'> & { readonly signal: AbortSignal },
): Promise<Conversation> {
  server.stream.on('error', () => undefined);
  passWords(server.stderr, terminal.stderr);
  const interrupted = new Promise<RelayEnd>((resolve) => {
    const end = (): void => resolve({ kind: 'closed' });
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
  const exited = server.exited.then((status) => ({ kind: 'exited', status }) as const);
  let isBegun = false;
  const asked = relayMessages(console.input, server.stream, (message) => {
    isBegun = true;
    return inwards(message);
  });
  let garbled: Conversation['garbled'];
  const answered = relayMessages(server.stdout, console.output, outwards).then((end) => {
    if (end.kind === 'garbled') garbled = end;
    return end;
  });
  const by = <T>(who: Conversation['first'], end: Promise<T>) =>
    end.then((value) => ({ who, value }));
  const { who, value } = await Promise.race([
    ...[by('server', exited), by('editor', asked)],
    ...[by('server', answered), by('signal', interrupted)],
  ]);
  if (value.kind === 'garbled') {
    return { status: undefined, garbled: value, first: who, isBegun };
  }
  // What it still says is read to its end.
  server.stream.end();
  const late = new AbortController();
  const limit = clock.sleep(LEAVE_MS, late.signal).catch(() => undefined);
  const last = await Promise.race([exited, limit]);
  late.abort();
  return { status: last?.status, garbled, first: who, isBegun };
}

/** An editor says at most that its server has gone. */
function tellCrash(
  { status = 0, garbled, first }: Conversation,
  { module }: LspRequest,
  { errorOutput }: Console,
): void {
  if (first !== 'server' || garbled !== undefined) return;
  if (status === 0 || status === MISSING_STATUS) return;
  const what = `the language server of ${module} ended by itself, with exit status ${String(status)}`;
  errorOutput.write(`${what}\n`);
}

function outcome(
  { status, garbled, first, isBegun }: Conversation,
  missing: Failure,
  { module }: LspRequest,
): Result<number, Failure> {
  if (status === MISSING_STATUS) return fail(missing);
  if (first === 'editor' && !isBegun && garbled === undefined) return fail(nobodySpoke(module));
  if (garbled === undefined) return ok(status ?? 0);
  return fail({
    reason: 'service',
    what: `the language server of ${module} and its editor do not understand each other`,
    why: garbled.error.message,
    cure: 'A language server that speaks on its standard streams is meant: often --stdio is its option',
  });
}

function nobodySpoke(module: string): Failure {
  return {
    reason: 'usage',
    what: 'dev lsp speaks with an editor, and none has said anything',
    why: 'its input ended at once',
    cure: `Have your editor start “dev lsp ${module}” as its language server: docs/editors.md`,
  };
}

function nobodyAsks({ module }: LspRequest): Failure {
  return {
    reason: 'usage',
    what: 'dev lsp speaks with an editor, not with a person',
    why: 'its input is a terminal',
    cure: `Have your editor start “dev lsp ${module}” as its language server: docs/editors.md`,
  };
}
