import { createScanner } from 'jsonc-parser';
import type { Failure } from '../../events/failure.ts';

/** Settings of people are a hundredth of it; the difference is worked out and shown. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** The parser calls itself for each level. */
const DEEPEST = 200;

/**
 * Why a text is nobody's settings, where the parser would not come through it.
 *
 * @param file as it is shown.
 */
export function unfitFile(text: string, file: string): Failure | undefined {
  const why = unfitness(text);
  if (why === undefined) return undefined;
  const what = `${file} is no file of an editor's`;
  return { reason: 'definition', what, why, cure: 'Mend it or move it away; nothing was written' };
}

function unfitness(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return 'it is larger than 4 MiB';
  const scanner = createScanner(text, true);
  const next = (): string | undefined => {
    scanner.scan();
    return text[scanner.getTokenOffset()];
  };
  let depth = 0;
  // Each token by its first character.
  for (let first = next(); first !== undefined; first = next()) {
    if (first === '{' || first === '[') depth += 1;
    if (first === '}' || first === ']') depth -= 1;
    if (depth > DEEPEST) return `it is nested more than ${String(DEEPEST)} deep`;
  }
  return undefined;
}
