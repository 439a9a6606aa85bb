import { posix } from 'node:path';

const ENDINGS = ['example', 'sample', 'dist', 'template'];
const EXAMPLE = new RegExp(`^(.+)[.-](?:${ENDINGS.join('|')})$`);
/** Those that begin with their ending, or have lost the dot. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['env.example', '.env'],
  ['example.env', '.env'],
]);

/** Names of examples of a file of variables, the likeliest first: `.env` → `.env.example`, … */
export function exampleNames(name: string): readonly string[] {
  const others = [...OTHERS].flatMap(([example, of]) => (of === name ? [example] : []));
  return [...['.', '-'].flatMap((mark) => ENDINGS.map((end) => name + mark + end)), ...others];
}

/** The file that an example is one of, in the same folder; undefined: its name says nothing of it. */
export function ofExample(path: string): string | undefined {
  const name = posix.basename(path);
  const of = OTHERS.get(name) ?? EXAMPLE.exec(name)?.[1];
  return of === undefined ? undefined : posix.join(posix.dirname(path), of);
}
