/** What a dump says of itself while it goes by. */
export interface DumpFacts {
  /** Of the server that it was made from: `17.5`. */
  readonly version: string | undefined;
  /** Rows by table, as the dump writes the table's name: of those for which it can be told. */
  readonly rows: ReadonlyMap<string, number>;
  /** What was left out or is another, in words; told to the person. */
  readonly left: ReadonlyMap<string, number>;
  /** Why it is not to be loaded; undefined when it may be. */
  readonly problem: string | undefined;
  /** Whether anything was in it but comments. */
  readonly hasStatements: boolean;
  /** False when its own end is missing: it was cut off. */
  readonly isComplete: boolean;
}

/** Reads a dump in pieces of any length as it goes by, and gives what of it is to be loaded. */
export interface DumpReader {
  push(piece: Buffer): readonly Buffer[];
  /** What is left when nothing more comes. */
  end(): readonly Buffer[];
  facts(): DumpFacts;
}

/**
 * Tables whose rows are not as many as they should be, in words.
 * @param fading those that may have become fewer.
 */
export function rowDifferences(
  expected: ReadonlyMap<string, number>,
  actual: ReadonlyMap<string, number>,
  fading: readonly string[] = [],
): readonly string[] {
  return [...expected].flatMap(([table, rows]) => {
    const there = actual.get(table);
    if (there === rows || (fading.includes(table) && there !== undefined && there < rows))
      return [];
    return [`${table}: ${String(rows)} were saved, ${String(there ?? 'none')} are there`];
  });
}
