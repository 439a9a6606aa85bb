import { exitStatus, type Failure } from '../events/failure.ts';
import { jsonText } from '../util/json-text.ts';
import { commandsInContext } from '../views/commands-in-context.ts';
import type { Invocation } from './invocation.ts';

type Printing = Pick<Invocation, 'world' | 'globals'>;

/** A result on stdout: the JSON document with `--json`, else the text. */
export function printResult({ world, globals }: Printing, document: unknown, text: string): void {
  world.terminal.stdout.write(globals.json ? `${jsonText(document, 2)}\n` : text);
}

/** The same with commands that mean the environment that it is about. */
export function printHint(printing: Printing, document: unknown, text: string): void {
  printResult(printing, document, commandsInContext(text, printing.globals.context));
}

/** A failure whose cure, typed as it stands, is of the environment that it is about. */
function curable(failure: Failure, { context }: Printing['globals']): Failure {
  const { why, cure } = failure;
  return {
    ...failure,
    ...(why !== undefined && { why: commandsInContext(why, context) }),
    ...(cure !== undefined && { cure: commandsInContext(cure, context) }),
  };
}

/**
 * Failures on stderr; with `--json` as a document on stdout too.
 * @param known what else the document tells.
 * @returns the exit status: that of the gravest, 3 before 2 before 1; 130 when interrupted.
 */
export async function printFailures(
  { world, globals }: Printing,
  found: readonly Failure[],
  known: object = {},
): Promise<number> {
  const { failureText } = await import('../views/failure-text.ts');
  const { stderr, stdout } = world.terminal;
  const failures = found.map((failure) => curable(failure, globals));
  stderr.write(failureText(failures, { color: stderr.color, columns: stderr.columns() }));
  if (globals.json) stdout.write(`${jsonText({ failures, ...known }, 2)}\n`);
  return Math.max(1, ...failures.map(({ reason }) => exitStatus(reason)));
}
