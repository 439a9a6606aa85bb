import { basename } from 'node:path';
import { simpleCommand, type SimpleCommand } from './simple-command.ts';

/** The program that a check's text comes to, through `npx` or a script of `package.json`. */
export interface NamedTool {
  readonly name: string;
  /** Its own arguments. */
  readonly args: readonly string[];
  /** Variables that are set for it: `NODE_ENV=test`. */
  readonly assignments: readonly string[];
  /** What stands between the check's text and an argument that is added: ` -- ` for npm. */
  readonly joint: string;
}

/** Why the program cannot be told. */
export interface Unnamed {
  readonly why: string;
}

type Scripts = Readonly<Record<string, unknown>>;

/** What is left of the words is a script's name with arguments, or a program. */
interface Run {
  readonly kind: 'script' | 'program' | 'either';
  readonly words: readonly string[];
  readonly joint: string;
}

const SILENT: ReadonlySet<string> = new Set(['-s', '--silent', '-q', '--quiet']);

/**
 * The program at the end of a check's text.
 * @param scripts those of the `package.json` in the folder that it is run in; undefined: there is none.
 */
export function namedTool(text: string, scripts: Scripts | undefined): NamedTool | Unnamed {
  const command = simpleCommand(text);
  if (command === undefined) return { why: 'it is more than one plain command' };
  const run = runOf(command.words);
  if ('why' in run) return run;
  const [name = '', ...args] = run.words;
  const script = run.kind === 'program' ? undefined : scripts?.[name];
  if (typeof script !== 'string') {
    if (run.kind === 'script') return { why: `package.json has no script ${name}` };
    return { name: programName(name), args, assignments: command.assignments, joint: ' ' };
  }
  return scriptTool({ name, script, args, joint: run.joint }, command, scripts ?? {});
}

interface ScriptCall {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly joint: string;
}

function scriptTool(
  { name, script, args, joint }: ScriptCall,
  command: SimpleCommand,
  scripts: Scripts,
): NamedTool | Unnamed {
  const beside = [`pre${name}`, `post${name}`].find((one) => scripts[one] !== undefined);
  if (beside !== undefined) return { why: `the script ${beside} runs with ${name}` };
  const inner = simpleCommand(script);
  if (inner === undefined) return { why: `the script ${name} is more than one plain command` };
  const run = runOf(inner.words);
  if ('why' in run) return run;
  const [program = '', ...own] = run.words;
  if (run.kind !== 'program') return { why: `the script ${name} runs another script` };
  return {
    name: programName(program),
    args: [...own, ...args],
    assignments: [...command.assignments, ...inner.assignments],
    joint,
  };
}

/** `node_modules/.bin/tsc` is `tsc`; a program that lies anywhere else has its path for a name. */
function programName(word: string): string {
  return /(?:^|\/)node_modules\/\.bin\/[^/]+$/.test(word) ? basename(word) : word;
}

function runOf(words: readonly string[]): Run | Unnamed {
  const [program, ...rest] = words;
  switch (program) {
    case 'npx':
      return npxRun(rest);
    case 'npm':
      return npmRun(rest);
    case 'pnpm':
    case 'yarn':
      return otherRun(program, rest);
    default:
      return { kind: 'program', words, joint: ' ' };
  }
}

function npxRun(words: readonly string[]): Run | Unnamed {
  const first = words.findIndex((word) => !['--no', '--no-install', '--yes', '-y'].includes(word));
  const name = words[first];
  if (name === undefined || name.startsWith('-') || name.includes('@')) {
    return { why: 'npx has options of its own' };
  }
  return { kind: 'program', words: words.slice(first), joint: ' ' };
}

/** `npm run lint`, `npm test`: arguments for the script stand behind `--`. */
function npmRun(words: readonly string[]): Run | Unnamed {
  const [verb, ...rest] = words.filter((word, index) => !isSilent(words, word, index));
  const named = verb === 'test' || verb === 't' ? ['test', ...rest] : rest;
  const [script, separator, ...args] = named;
  const isRun = verb !== undefined && ['run', 'run-script', 'test', 't'].includes(verb);
  if (!isRun || script === undefined || script.startsWith('-'))
    return { why: 'npm runs no script' };
  if (separator === undefined) return { kind: 'script', words: [script], joint: ' -- ' };
  if (separator !== '--') return { why: 'npm has options of its own' };
  return { kind: 'script', words: [script, ...args], joint: ' ' };
}

/** Before `--` such a word is the package manager's, behind it the script's. */
function isSilent(words: readonly string[], word: string, index: number): boolean {
  const end = words.indexOf('--');
  return SILENT.has(word) && (end === -1 || index < end);
}

/** `pnpm lint`, `yarn run lint`, `pnpm exec eslint`: what follows the name is the script's. */
function otherRun(program: 'pnpm' | 'yarn', words: readonly string[]): Run | Unnamed {
  const first = words.findIndex((word) => !SILENT.has(word));
  const [verb = '-', ...rest] = first === -1 ? [] : words.slice(first);
  const joint = ' ';
  if (verb === 'run') {
    const from = rest.findIndex((word) => !SILENT.has(word));
    const named = from === -1 ? [] : rest.slice(from);
    if (named[0] === undefined || named[0].startsWith('-') || named.includes('--')) {
      return { why: `${program} has options of its own` };
    }
    return { kind: 'script', words: named, joint };
  }
  if (verb === 'exec' && rest[0] !== undefined && !rest[0].startsWith('-')) {
    return { kind: 'program', words: rest, joint };
  }
  if (verb.startsWith('-') || verb === 'exec' || rest.includes('--')) {
    return { why: `${program} has options of its own` };
  }
  return { kind: 'either', words: [verb, ...rest], joint };
}
