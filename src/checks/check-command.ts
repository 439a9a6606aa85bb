import type { CheckDefinition } from '../model/module.ts';
import { quoted } from '../util/shell-words.ts';

/** A check's shell text, with its variables. */
export function checkCommand({
  run,
  environment,
}: Pick<CheckDefinition, 'run' | 'environment'>): string {
  const exports = [...(environment ?? [])].map(
    ([name, value]) => `export ${name}=${quoted(value)}\n`,
  );
  return `${exports.join('')}${run}`;
}
