import { splitWords } from '../../util/shell-words.ts';

/** A command as its words, with the variables that it sets for itself. */
export interface SimpleCommand {
  /** `NODE_ENV=test` in front of it. */
  readonly assignments: readonly string[];
  readonly words: readonly string[];
}

const QUOTED = /\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\$`])*"/g;
/** Whatever makes more than one command of it, or words that only the shell knows. */
const SHELL_WORK = /[|&;<>()$`\n#~'"\\{}]/;

/**
 * Shell text that is one program with its words, so that a word added at its end is an argument of that
 * program; undefined where it is anything else: two commands, a pipe, a variable.
 */
export function simpleCommand(text: string): SimpleCommand | undefined {
  const trimmed = text.trim();
  if (SHELL_WORK.test(trimmed.replace(QUOTED, 'x'))) return undefined;
  const words = splitWords(trimmed);
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  if (first === -1) return undefined;
  return { assignments: words.slice(0, first), words: words.slice(first) };
}
