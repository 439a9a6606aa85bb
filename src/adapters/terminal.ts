import { isatty, type WriteStream } from 'node:tty';
import type Inquirer from 'inquirer';
import type { Failure } from '../events/failure.ts';
import type { Choice, Output, Prompts, Terminal, TerminalAct } from '../ports/terminal.ts';
import { fail, ok } from '../util/result.ts';
import { oneLine, terminalText } from '../util/terminal-text.ts';

/** The exit status when what a command has to say cannot be written: a full disk. */
const OUTPUT_LOST = 1;

/** Home, clear the screen, clear what was scrolled away. */
const ACTS: Readonly<Record<TerminalAct, string>> = {
  bell: '\x07',
  clear: '\x1b[H\x1b[2J\x1b[3J',
};

type Variables = Readonly<Record<string, string | undefined>>;

/** https://no-color.org, and FORCE_COLOR as Node and most tools have it. */
function wantsColor(isTty: boolean, environment: Variables): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined && force !== '' && force !== '0') return true;
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false;
  return isTty;
}

type Stream = NodeJS.WritableStream & Partial<Pick<WriteStream, 'columns' | 'writableNeedDrain'>>;

const guarded = new WeakSet<Stream>();

/** What becomes of the process when a stream of its own breaks; once, however many worlds are made of it. */
function guard(stream: Stream): void {
  if (guarded.has(stream)) return;
  guarded.add(stream);
  // Who reads us may go away (`dev logs | head`): that ends the command quietly.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    // At once, as half a result must not end with status 0. Where stderr fails, nobody can be told.
    if (stream !== process.stderr) {
      process.stderr.write(`error: the output cannot be written\n  why: ${error.message}\n`);
    }
    process.exit(OUTPUT_LOST);
  });
}

/** The exit for all that commands show: what `write` lets through is what a terminal gets. */
export function createOutput(stream: Stream, isTty: boolean, environment: Variables): Output {
  guard(stream);
  const color = wantsColor(isTty, environment);
  return {
    isTty,
    color,
    columns: () => (isTty ? (stream.columns ?? 80) : 80),
    write: (text) => void stream.write(terminalText(text, color)),
    writeRaw: (data) => void stream.write(isTty ? terminalText(data, color) : data),
    drained: () =>
      stream.writableNeedDrain === true
        ? new Promise((resolve) => stream.once('drain', resolve))
        : Promise.resolve(),
    perform: (act) => {
      if (isTty) stream.write(ACTS[act]);
    },
  };
}

type StreamsOfQuestions = Parameters<typeof Inquirer.createPromptModule>[0];

/**
 * Asks with inquirer, which loads with the first question.
 *
 * @param streams where it asks; the process's own when not given
 */
export function inquirerPrompts(streams?: StreamsOfQuestions): Prompts {
  async function ask<T>(question: (prompt: typeof Inquirer.prompt) => Promise<T>) {
    const { default: inquirer } = await import('inquirer');
    try {
      return ok(await question(inquirer.createPromptModule(streams)));
    } catch (error) {
      // Thrown at Ctrl-C, and when the input ends before there is an answer.
      if (!(error instanceof Error && error.name === 'ExitPromptError')) throw error;
      return fail<Failure>({
        reason: 'interrupted',
        what: 'interrupted',
      });
    }
  }
  return {
    confirm: (question, byDefault) =>
      ask(async (prompt) => {
        const answers = await prompt<{ yes: boolean }>([
          {
            type: 'confirm',
            name: 'yes',
            message: terminalText(question, false),
            default: byDefault,
          },
        ]);
        return answers.yes;
      }),
    select: (question, choices) =>
      ask(async (prompt) => {
        const answers = await prompt<{ index: number }>([
          {
            type: 'select',
            name: 'index',
            message: terminalText(question, false),
            choices: choices.map(({ name }, index) => ({ name: oneLine(name), value: index })),
          },
        ]);
        return chosenOf(choices, answers.index);
      }),
    search: (question, choices) =>
      ask(async (prompt) => {
        const answers = await prompt<{ index: number }>([
          {
            type: 'search',
            name: 'index',
            // The prompt looks like a list alone: that it can be typed into has to be said.
            message: `${terminalText(question, false)} (type to search)`,
            source: (typed = '') => matching(choices, typed),
          },
        ]);
        return chosenOf(choices, answers.index);
      }),
    text: (question, byDefault, check) =>
      ask(async (prompt) => {
        const answers = await prompt<{ text: string }>([
          {
            type: 'input',
            name: 'text',
            message: terminalText(question, false),
            default: byDefault,
            validate: async (answer: string) => {
              const wrong = await check(answer);
              return wrong === undefined ? true : oneLine(wrong);
            },
          },
        ]);
        return answers.text;
      }),
  };
}

function chosenOf<T>(choices: readonly Choice<T>[], index: number): T {
  const chosen = choices[index];
  if (chosen === undefined) throw new Error('the prompt answered with no choice');
  return chosen.value;
}

/** Choices with all the words that were typed, in any order. */
function matching(choices: readonly Choice<unknown>[], typed: string) {
  const words = typed.toLowerCase().split(/\s+/);
  return choices.flatMap(({ name, description }, value) => {
    const text = `${name} ${description ?? ''}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return [];
    return [
      {
        name: oneLine(name),
        value,
        ...(description !== undefined && { description: oneLine(description) }),
      },
    ];
  });
}

/** The terminal (or pipes) that the tool was started with. */
export function hostTerminal(): Terminal {
  return {
    stdout: createOutput(process.stdout, isatty(1), process.env),
    stderr: createOutput(process.stderr, isatty(2), process.env),
    interactive: isatty(0) && isatty(2),
    prompts: inquirerPrompts(),
  };
}
