import { isatty, type WriteStream } from 'node:tty';
import type { Output, Prompts, Terminal } from '../ports/terminal.ts';

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
    throw error;
  });
  return {
    isTty,
    color: wantsColor(isTty, environment),
    columns: () => (isTty ? stream.columns : 80),
    write: (text) => void stream.write(text),
  };
}

/** Asks with inquirer, which loads with the first question. */
const inquirerPrompts: Prompts = {
  async confirm(question, byDefault) {
    const { default: inquirer } = await import('inquirer');
    const answers = await inquirer.prompt<{ yes: boolean }>([
      { type: 'confirm', name: 'yes', message: question, default: byDefault },
    ]);
    return answers.yes;
  },
  async select<T>(question: string, choices: readonly { name: string; value: T }[]) {
    const { default: inquirer } = await import('inquirer');
    const answers = await inquirer.prompt<{ index: number }>([
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
  },
};

/** The terminal (or pipes) that the tool was started with. */
export function hostTerminal(): Terminal {
  return {
    stdout: output(process.stdout, isatty(1), process.env),
    stderr: output(process.stderr, isatty(2), process.env),
    interactive: isatty(0) && isatty(2),
    prompts: inquirerPrompts,
  };
}
