import type { Context } from '../model/project.ts';

/**
 * What runs in the container, as data. A first line names the process's own id, for signals to be
 * passed on; the engine's API has no way to signal a process that was started by `exec`.
 */
const TELL_PID = 'printf "%s\\n" "$$"; exec "$@"';

/** The best of these that the container has. `sh` alone knows no escapes in its prompt. */
const BEST_SHELL = `
if command -v bash >/dev/null 2>&1; then
  PROMPT_COMMAND='PS1=$ONESTACK_PROMPT_BASH'; export PROMPT_COMMAND
  exec bash
elif command -v zsh >/dev/null 2>&1; then
  if folder=$(mktemp -d 2>/dev/null); then
    printf '%s\\n' 'ZDOTDIR=$HOME; [ -r ~/.zshrc ] && . ~/.zshrc' 'PROMPT=$ONESTACK_PROMPT_ZSH' > "$folder/.zshrc"
    ZDOTDIR=$folder; export ZDOTDIR
  fi
  exec zsh
fi
PS1=$ONESTACK_PROMPT_SH; export PS1
exec sh`;

/** The best interactive shell of a container, or the person's own command. */
export function shellArgv(command: readonly string[]): readonly string[] {
  return command.length === 0 ? ['sh', '-c', BEST_SHELL] : command;
}

/** Wrapped so that it first prints its process id on a line of its own. */
export function tellingPid(argv: readonly string[]): readonly string[] {
  return ['sh', '-c', TELL_PID, 'sh', ...argv];
}

/** Signals a process in the container, its whole group if it leads one. */
export function signalArgv(pid: number, signal: string): readonly string[] {
  const script = 'kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2"';
  return ['sh', '-c', script, 'sh', signal, String(pid)];
}

/** Where the shell is, for its prompt. */
export interface ShellPlace {
  readonly project: string;
  readonly service: string;
  readonly context: Context;
}

/**
 * The environment of the shell: the outer terminal's kind, and prompts that name project, service
 * and context. Production's is red.
 */
export function shellEnvironment(
  place: ShellPlace,
  outer: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const name = `${place.project}/${place.service}`;
  const production = place.context === 'prod';
  const code = production ? '31' : '36';
  const terminal = outer['TERM'];
  const colors = outer['COLORTERM'];
  return {
    TERM: terminal === undefined || terminal === '' ? 'xterm-256color' : terminal,
    ...(colors === undefined || colors === '' ? {} : { COLORTERM: colors }),
    ONESTACK_PROMPT_BASH: `\\[\\e[1;${code}m\\]${name}\\[\\e[0m\\] (${place.context}) \\w\\$ `,
    ONESTACK_PROMPT_ZSH: `%B%F{${production ? 'red' : 'cyan'}}${name}%f%b (${place.context}) %~%# `,
    ONESTACK_PROMPT_SH: `${name} (${place.context}) \${PWD} $ `,
  };
}

/** Takes the line with the process id off the front of an output. */
export class PidLine {
  pid: number | undefined;
  #held: Buffer | undefined = Buffer.alloc(0);

  /** The bytes that are the program's own. */
  take(chunk: Buffer): Buffer {
    if (this.#held === undefined) return chunk;
    const all = Buffer.concat([this.#held, chunk]);
    const end = all.indexOf(10);
    const line = end < 0 ? all : all.subarray(0, end);
    const text = line.toString('latin1');
    if (end < 0 && /^\d{0,10}\r?$/.test(text)) {
      this.#held = all;
      return Buffer.alloc(0);
    }
    this.#held = undefined;
    const digits = /^(\d{1,10})\r?$/.exec(text)?.[1];
    if (digits === undefined) return all;
    this.pid = Number(digits);
    return all.subarray(end + 1);
  }

  /** What was held back when the output ended without a line. */
  rest(): Buffer {
    const held = this.#held ?? Buffer.alloc(0);
    this.#held = undefined;
    return held;
  }
}
