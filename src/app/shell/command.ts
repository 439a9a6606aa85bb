import { policyOf } from '../../model/context-policy.ts';
import type { Context } from '../../model/project.ts';

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
elif command -v fish >/dev/null 2>&1; then
  exec fish -C 'function fish_prompt; eval $ONESTACK_PROMPT_FISH; end'
fi
PS1=$ONESTACK_PROMPT_SH; export PS1
exec sh`;

/** The best interactive shell of a container, or the person's own command. */
export function shellArgv(command: readonly string[]): readonly string[] {
  return command.length === 0 ? ['sh', '-c', BEST_SHELL] : command;
}

const COLOR_CODES = { red: '31', yellow: '33', cyan: '36' } as const;

/** Where the shell is, for its prompt. */
export interface ShellPlace {
  /** Compose project name. */
  readonly instance: string;
  readonly service: string;
  readonly context: Context;
}

/**
 * The environment of the shell: the outer terminal's kind, and prompts that name this clone of the
 * project, service and context. Production's is red.
 */
export function shellEnvironment(
  place: ShellPlace,
  outer: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const name = `${place.instance}/${place.service}`;
  const { color } = policyOf(place.context);
  const code = COLOR_CODES[color];
  const terminal = outer['TERM'];
  const colors = outer['COLORTERM'];
  return {
    TERM: terminal === undefined || terminal === '' ? 'xterm-256color' : terminal,
    ...(colors === undefined || colors === '' ? {} : { COLORTERM: colors }),
    ONESTACK_PROMPT_BASH: `\\[\\e[1;${code}m\\]${name}\\[\\e[0m\\] (${place.context}) \\w\\$ `,
    ONESTACK_PROMPT_ZSH: `%B%F{${color}}${name}%f%b (${place.context}) %~%# `,
    ONESTACK_PROMPT_FISH: `set_color -o ${color}; echo -n '${name}'; set_color normal; echo -n ' (${place.context}) '(prompt_pwd -d 0)'> '`,
    ONESTACK_PROMPT_SH: `${name} (${place.context}) \${PWD} $ `,
  };
}
