import { isatty, type WriteStream } from 'node:tty';
import type Inquirer from 'inquirer';
import type { Failure } from '../events/failure.ts';
import type { Output, Prompts, Terminal } from '../ports/terminal.ts';
import { fail, ok } from '../util/result.ts';

/** The exit status when what a command has to say cannot be written: a full disk. */
const OUTPUT_LOST = 1;

type Environment = Readonly<Record<string, string | undefined>>;

/** https://no-color.org, and FORCE_COLOR as Node and most tools have it. */
function wantsColor(isTty: boolean, environment: Environment): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined && force !== '' && force !== '0') return true;
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false;
  return isTty;
}

function output(stream: WriteStream, isTty: boolean, environment: Environment): Output {
  // Who reads us may go away (`dev logs | head`): that ends the command quietly.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    // At once, as half a result must not end with status 0. Where stderr fails, nobody can be told.
    if (stream !== process.stderr) {
      process.stderr.write(`error: the output cannot be written\n  why: ${error.message}\n`);
    }
    process.exit(OUTPUT_LOST);
  });
  return {
    isTty,
    color: wantsColor(isTty, environment),
    columns: () => (isTty ? stream.columns : 80),
    write: (text) => void stream.write(text),
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
          { type: 'confirm', name: 'yes', message: question, default: byDefault },
        ]);
        return answers.yes;
      }),
    select: (question, choices) =>
      ask(async (prompt) => {
        const answers = await prompt<{ index: number }>([
          {
            type: 'select',
            name: 'index',
            message: question,
            choices: choices.map(({ name }, index) => ({ name, value: index })),
          },
        ]);
        const chosen = choices[answers.index];
        if (chosen === undefined) throw new Error('the prompt answered with no choice');
        return chosen.value;
      }),
  };
}

/** The terminal (or pipes) that the tool was started with. */
export function hostTerminal(): Terminal {
  return {
    stdout: output(process.stdout, isatty(1), process.env),
    stderr: output(process.stderr, isatty(2), process.env),
    interactive: isatty(0) && isatty(2),
    prompts: inquirerPrompts(),
  };
}
