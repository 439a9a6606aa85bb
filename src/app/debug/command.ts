import { posix } from 'node:path';
import type { DebuggerKind } from '../../model/debugger.ts';
import { unreachable } from '../../util/unreachable.ts';

export interface DebugOptions {
  /** How the module is compiled, shell text; undefined where it is not. */
  readonly compile?: string | undefined;
  /** In the container, on its loopback alone. */
  readonly port: number;
  /** Nothing of the program runs before a debugger is attached. */
  readonly wait: boolean;
}

/** A command line, taken apart at its last program. */
interface CommandWords {
  /** Earlier commands, `exec`, and what is set for it: `cd app && exec A=1 `. */
  readonly before: string;
  readonly program: string;
  /** With the space in front. */
  readonly rest: string;
}

const ASSIGNMENT = String.raw`[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"'])*\s+`;
const COMMAND = new RegExp(
  String.raw`^(?<before>(?:.*(?:&&|;|\n))?\s*(?:${ASSIGNMENT})*(?:exec\s+)?(?:${ASSIGNMENT})*)(?<program>\S+)(?<rest>.*)$`,
  's',
);

/** The program that a module's `run` comes to, which is what is debugged. */
export function commandWords(run: string): CommandWords {
  const { before = '', program = '', rest = '' } = COMMAND.exec(run.trim())?.groups ?? {};
  return { before, program, rest };
}

const nameOf = (run: string): string => posix.basename(commandWords(run).program);

/** Which debugger a command line asks for by itself; undefined where only its image tells. */
export function debuggerOf(run: string): DebuggerKind | undefined {
  const name = nameOf(run);
  if (/^(?:node|npm|npx|pnpm|yarn|corepack|tsx|ts-node)$/.test(name)) return 'node';
  if (/^python[\d.]*$/.test(name)) return 'python';
  if (name === 'go') return 'go';
  return /^(?:java|mvn|mvnw|gradle|gradlew)$/.test(name) ? 'java' : undefined;
}

/** A module's `run`, in its debugger. */
export function debugCommand(kind: DebuggerKind, run: string, options: DebugOptions): string {
  switch (kind) {
    case 'node':
      return nodeCommand(run, options);
    case 'python':
      return pythonCommand(run, options);
    case 'go':
      return goCommand(run, options);
    case 'java':
      return javaCommand(run, options);
    default:
      return unreachable(kind);
  }
}

const at = ({ port }: DebugOptions): string => `127.0.0.1:${String(port)}`;

/**
 * For programs that start Node themselves. Package managers are Node's programs, too, and would take
 * the port before the one that they start.
 */
function nodeHook({ port, wait }: DebugOptions): string {
  const script = [
    `import inspector from 'node:inspector';`,
    `const manager = /[/](npm|npx|pnpm|yarn|corepack|nodemon|tsx)([/]|[-.]|$)/;`,
    `if (!manager.test(process.argv[1] ?? '')) {`,
    `inspector.open(${String(port)}, '127.0.0.1', ${String(wait)});`,
    wait ? 'debugger; }' : '}',
  ];
  return `data:text/javascript,${encodeURIComponent(script.join(' ')).replaceAll("'", '%27')}`;
}

function nodeCommand(run: string, options: DebugOptions): string {
  const { before, program, rest } = commandWords(run);
  if (posix.basename(program) === 'node') {
    const option = options.wait ? '--inspect-brk' : '--inspect';
    return `${before}${program} ${option}=${at(options)}${rest}`;
  }
  return `export NODE_OPTIONS="\${NODE_OPTIONS-} --import ${nodeHook(options)}"\n${run}`;
}

/** The interpreter that runs it: that of the environment which the program is installed in. */
export function pythonOf(run: string): string {
  const { program } = commandWords(run);
  if (/^python[\d.]*$/.test(posix.basename(program))) return program;
  return program.includes('/') ? posix.join(posix.dirname(program), 'python') : 'python3';
}

/** Options of the interpreter's own, before what it runs: `-u -X dev`. */
const PYTHON_OPTIONS = /^(?:\s+(?:-[XW]\s+\S+|-(?![mc]\b)\S+))*/;

/**
 * debugpy speaks with its clients by a process that leaves its group and outlives it while a client is
 * there: it would keep the port from the next one. Its own words are no such process.
 */
const END_ADAPTERS =
  "while kill -s KILL $(grep -lsz '/debugpy/[a]dapter$' /proc/[0-9]*/cmdline | cut -d/ -f3) 2>/dev/null; do sleep 0.05; done";

function pythonCommand(run: string, options: DebugOptions): string {
  return `${END_ADAPTERS}\n${debugpyCommand(run, options)}`;
}

function debugpyCommand(run: string, options: DebugOptions): string {
  const { before, program, rest } = commandWords(run);
  const wait = options.wait ? ' --wait-for-client' : '';
  const debug = `-Xfrozen_modules=off -m debugpy --listen ${at(options)}${wait}`;
  if (program === pythonOf(run)) {
    const [own = ''] = PYTHON_OPTIONS.exec(rest) ?? [];
    return `${before}${program}${own} ${debug}${rest.slice(own.length)}`;
  }
  return `${before}${pythonOf(run)} ${debug} -m ${posix.basename(program)}${rest}`;
}

/** Where a program lies that is built to be debugged. The home folder runs no programs. */
const GO_PROGRAM = '"${TMPDIR:-/tmp}/onestack-debug-program"';

/**
 * The module's own `go build`, into a place beside what it makes otherwise, and without what makes
 * functions and variables go away. Undefined where it builds in a way of its own.
 */
function goBuild(compile: string): string | undefined {
  const build = /\bgo build\b/;
  const output = /(?<=\s)-o[ =]?(?:"[^"]*"|'[^']*'|\S+)/;
  if (!build.test(compile) || !output.test(compile)) return undefined;
  return compile
    .replace(output, () => `-o ${GO_PROGRAM}`)
    .replace(build, () => "go build -gcflags='./...=-N -l'");
}

function goCommand(run: string, options: DebugOptions): string {
  const { before, program, rest } = commandWords(run);
  const flags = [
    ...['--headless', '--api-version=2', '--accept-multiclient', '--check-go-version=false'],
    ...[`--listen=${at(options)}`, ...(options.wait ? [] : ['--continue'])],
  ].join(' ');
  const behind = (args: string): string => (args.trim() === '' ? '' : ` --${args}`);
  const sources = /^\s+run\s+(?<package>\S+)(?<args>.*)$/s.exec(rest)?.groups;
  if (program === 'go' && sources !== undefined) {
    const { package: what = '.', args = '' } = sources;
    return `${before}dlv debug ${what} ${flags}${behind(args)}`;
  }
  const build = goBuild(options.compile ?? '');
  const named = program.includes('/') ? program : `"$(command -v ${program})"`;
  const what = build === undefined ? named : GO_PROGRAM;
  const debug = `${before}dlv exec ${what} ${flags}${behind(rest)}`;
  return build === undefined ? debug : `${build} || exit\n${debug}`;
}

function javaCommand(run: string, options: DebugOptions): string {
  const { before, program, rest } = commandWords(run);
  const suspend = options.wait ? 'y' : 'n';
  const agent = `-agentlib:jdwp=transport=dt_socket,server=y,suspend=${suspend},address=${at(options)}`;
  if (posix.basename(program) === 'java') return `${before}${program} ${agent}${rest}`;
  return `export JAVA_TOOL_OPTIONS="\${JAVA_TOOL_OPTIONS-} ${agent}"\n${run}`;
}
