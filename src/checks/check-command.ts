import type { CheckDefinition } from '../model/module.ts';
import { failingFast } from '../util/failing-fast.ts';
import { quoted } from '../util/shell-words.ts';

type Check = Pick<CheckDefinition, 'run' | 'environment'>;

/** A check's shell text, with its variables. */
export function checkCommand({ run, environment }: Check): string {
  return withVariables(failingFast(run), environment);
}

/** Shell text of the tool's own that stands for a check's, with its variables. */
export function withVariables(text: string, environment: Check['environment']): string {
  const exports = [...(environment ?? [])].map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  return `${exports.join('')}${text}`;
}
