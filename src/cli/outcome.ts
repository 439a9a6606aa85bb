import { exitStatus, type Failure } from '../events/failure.ts';
import { jsonText } from '../util/json-text.ts';
import type { Invocation } from './invocation.ts';

type Printing = Pick<Invocation, 'world' | 'globals'>;

/** A result on stdout: the JSON document with `--json`, else the text. */
export function printResult({ world, globals }: Printing, document: unknown, text: string): void {
  world.terminal.stdout.write(globals.json ? `${jsonText(document, 2)}\n` : text);
}

/**
 * Failures on stderr; with `--json` as a document on stdout too.
 * @param known what else the document tells.
 * @returns the exit status: that of the gravest, 3 before 2 before 1; 130 when interrupted.
 */
export async function printFailures(
  { world, globals }: Printing,
  failures: readonly Failure[],
  known: object = {},
): Promise<number> {
  const { failureText } = await import('../views/failure-text.ts');
  const { stderr, stdout } = world.terminal;
  stderr.write(failureText(failures, { color: stderr.color, columns: stderr.columns() }));
  if (globals.json) stdout.write(`${jsonText({ failures, ...known }, 2)}\n`);
  return Math.max(1, ...failures.map(({ reason }) => exitStatus(reason)));
}
