import { parseDotenv } from './dotenv.ts';
import type { Problems } from '../problems.ts';
import type { Place } from '../source.ts';

/**
 * Reads one environment file into `own`. Variables in it are looked up in the environment first,
 * then in what the files before set.
 */
export function addEnvironmentFile(
  path: string,
  text: string,
  own: Map<string, string>,
  context: {
    readonly problems: Problems;
    readonly display: (path: string) => string;
    readonly environment: { get(name: string): string | undefined };
    /** Told of every variable that the file uses and nobody sets, with its place. */
    readonly onUnset?: (name: string, at: Place) => void;
  },
  /** Gets the line of every variable that the file sets. */
  origins?: Map<string, Place>,
): void {
  const source = { display: context.display(path), text };
  const at = (name: string, start: number): Place => ({
    source,
    start,
    end: start + name.length,
  });
  const parsed = parseDotenv(text, (name) => context.environment.get(name) ?? own.get(name), {
    onName: (name, start) => origins?.set(name, at(name, start)),
    onUnset: (name, start) => context.onUnset?.(name, at(name, start)),
  });
  if (!parsed.ok) {
    const { offset, what } = parsed.failure;
    const end = text.indexOf('\n', offset);
    const stop = end === -1 ? text.length : end;
    context.problems.add(what, { source, start: offset, end: stop });
    return;
  }
  for (const [name, value] of parsed.value) own.set(name, value);
}
