import { posix } from 'node:path';

/**
 * Patterns of a `.dockerignore` file, with BuildKit's own meaning: they start at the context's root,
 * `**` crosses folders, the last pattern that matches a path or a folder above it decides, and `!`
 * takes an exclusion back. (That is not .gitignore's meaning. The libraries that there are take `a+b`
 * and a few more for other files than the engine does.)
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export interface ContextIgnore {
  /** Whether the path is left out of the build context. `/`-separated, relative to the context. */
  ignores(path: string): boolean;
  /** Whether nothing below the folder can be part of the context, so it need not be read. */
  prunes(directory: string): boolean;
}

interface Pattern {
  readonly matches: (path: string) => boolean;
  readonly negated: boolean;
}

/**
 * What it takes literally. It means to do so with `{`, `}` and `|` as well, but its table has no room for
 * them: `a|*.b` is an alternative, and `a{2}*` a repetition.
 */
const SPECIAL = /[.+()$]/;
/** `\a` is the bell there and a plain letter here. */
const BELL = '\\x07';

/** Reads a pattern step by step as github.com/moby/patternmatcher does, oddities included. */
class Compiler {
  readonly #pattern: string;
  #at = 0;
  #source = '';
  /** Whether it takes a regular expression; otherwise a comparison of text. */
  #isRegex = false;
  #ending: 'exact' | 'prefix' | 'suffix' = 'exact';

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  compile(): (path: string) => boolean {
    while (this.#at < this.#pattern.length) this.#step();
    if (this.#isRegex) {
      const regex = new RegExp(`^${this.#source}$`);
      return (path) => regex.test(path);
    }
    if (this.#ending === 'prefix') {
      const start = this.#pattern.slice(0, -2);
      return (path) => path.startsWith(start);
    }
    if (this.#ending === 'suffix') {
      const end = this.#pattern.slice(2);
      return (path) => path.endsWith(end) || (end.startsWith('/') && path === end.slice(1));
    }
    return (path) => path === this.#pattern;
  }

  #step(): void {
    const first = this.#at === 0;
    const character = this.#next();
    if (character === '*' && this.#peek() === '*') this.#twoStars(first);
    else if (character === '*') this.#regex('[^/]*');
    else if (character === '?') this.#regex('[^/]');
    else if (character === '[') this.#regex(this.#peek() === ']' ? '[\\' : '[');
    else if (character === ']') this.#regex(']');
    else if (character === '\\') this.#escape();
    else this.#source += SPECIAL.test(character) ? `\\${character}` : character;
  }

  #twoStars(first: boolean): void {
    this.#at += 1;
    if (this.#peek() === '/') this.#at += 1;
    if (this.#peek() !== '') this.#regex('(?:.*/)?');
    else if (this.#isRegex || this.#ending !== 'exact') this.#regex('.*');
    else this.#ending = 'prefix';
    if (!first) return;
    // Until something else in it takes more than a comparison.
    this.#ending = 'suffix';
    this.#isRegex = false;
  }

  #escape(): void {
    const escaped = this.#next();
    if (escaped === '') this.#source += '\\';
    else this.#regex(escaped === 'a' ? BELL : `\\${escaped}`);
  }

  #regex(source: string): void {
    this.#source += source;
    this.#isRegex = true;
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #next(): string {
    const character = this.#peek();
    this.#at += 1;
    return character;
  }
}

/** As Go cleans paths: no `.` and `..` within, no `/` at the ends. */
function clean(pattern: string): string {
  return posix
    .normalize(pattern)
    .replace(/(?<=.)\/$/, '')
    .replace(/^\/(?=.)/, '');
}

function parse(text: string): readonly Pattern[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line) => {
      const pattern = line.trim();
      if (pattern === '' || line.startsWith('#')) return [];
      const negated = pattern.startsWith('!');
      const path = clean(negated ? pattern.slice(1).trim() : pattern);
      try {
        return [{ matches: new Compiler(path).compile(), negated }];
      } catch {
        // No pattern at all: the build refuses it, with its own words.
        return [];
      }
    });
}

/** Reads a `.dockerignore` file's text; empty text ignores nothing. */
export function contextIgnore(text: string): ContextIgnore {
  const patterns = parse(text);
  const exceptions = patterns.some(({ negated }) => negated);
  const folders = new Map<string, readonly boolean[]>();
  /** Which patterns match a path or a folder above it; a folder is asked for by all that is in it. */
  const matchesOf = (path: string): readonly boolean[] => {
    const slash = path.lastIndexOf('/');
    const above = slash === -1 ? undefined : matchesOfFolder(path.slice(0, slash));
    return patterns.map(({ matches }, index) => above?.[index] === true || matches(path));
  };
  const matchesOfFolder = (folder: string): readonly boolean[] => {
    const known = folders.get(folder) ?? matchesOf(folder);
    folders.set(folder, known);
    return known;
  };
  const ignores = (path: string): boolean => {
    if (patterns.length === 0) return false;
    const last = matchesOf(path).lastIndexOf(true);
    return last !== -1 && patterns[last]?.negated === false;
  };
  return { ignores, prunes: (directory) => !exceptions && ignores(directory) };
}
