/** What an option of a program takes: nothing, a word, or `true`/`false` that may be left out. */
export type OptionKind = 'flag' | 'value' | 'boolean';

export interface ReadOptions {
  /** Name → its last value; a flag's is `true`. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Reads a program's arguments by the options that are known of it.
 * @param canonical what an option is called in `known`: programs have short and other spellings.
 * @returns the first option that is not known, where there is one.
 */
export function readOptions(
  args: readonly string[],
  known: Readonly<Record<string, OptionKind>>,
  canonical: (name: string) => string,
): ReadOptions | { readonly unknown: string } {
  const options = new Map<string, string>();
  const operands: string[] = [];
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [written = '', given] = word.split(/=(.*)/s, 2);
    const name = canonical(written);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined || (kind !== 'value' && given !== undefined)) return { unknown: word };
    if (kind === 'flag') options.set(name, 'true');
    else if (kind === 'boolean') {
      const says = rest[0] === 'true' || rest[0] === 'false' ? rest.shift() : undefined;
      options.set(name, says ?? 'true');
    } else {
      const value = given ?? rest.shift();
      if (value === undefined) return { unknown: word };
      options.set(name, value);
    }
  }
  return { options, operands };
}
