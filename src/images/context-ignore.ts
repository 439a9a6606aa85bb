/**
 * Patterns of a `.dockerignore` file, with the engine's own meaning: they start at the context's
 * root, `**` crosses folders, the last pattern that matches a path or a folder above it decides,
 * and `!` takes an exclusion back. (That is not .gitignore's meaning.)
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export interface ContextIgnore {
  /** Whether the file is left out of the build context. `/`-separated, relative to the context. */
  ignores(path: string): boolean;
  /** Whether nothing below the folder can be part of the context, so it need not be read. */
  prunes(directory: string): boolean;
}

interface Pattern {
  readonly regex: RegExp;
  readonly negated: boolean;
}

const SPECIAL = /[.+^${}()|/]/;

/** One pattern as a regular expression over a whole relative path. */
function toRegex(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '*' && pattern.charAt(at + 1) === '*') {
      at += 1;
      if (pattern.charAt(at + 1) === '/') {
        at += 1;
        source += '(?:.*/)?';
      } else source += '.*';
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end === -1) source += '\\[';
      else {
        source += pattern.slice(at, end + 1).replace(/\\/g, '\\\\');
        at = end;
      }
    } else if (character === '\\') {
      at += 1;
      source += pattern.charAt(at).replace(/\W/, '\\$&');
    } else source += SPECIAL.test(character) ? `\\${character}` : character;
  }
  return new RegExp(`^${source}$`);
}

/** The path as the engine cleans it: no leading `/` or `./`, no trailing `/`. */
function clean(pattern: string): string {
  return pattern
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/\/{2,}/g, '/');
}

function parse(text: string): readonly Pattern[] {
  return text.split('\n').flatMap((line) => {
    const pattern = line.trim();
    if (pattern === '' || line.startsWith('#')) return [];
    const negated = pattern.startsWith('!');
    const path = clean(negated ? pattern.slice(1).trim() : pattern);
    return path === '' || path === '.' ? [] : [{ regex: toRegex(path), negated }];
  });
}

/** A path and every folder above it, the topmost first. */
function withParents(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Reads a `.dockerignore` file's text; empty text ignores nothing. */
export function contextIgnore(text: string): ContextIgnore {
  const patterns = parse(text);
  const exceptions = patterns.some(({ negated }) => negated);
  const ignores = (path: string): boolean => {
    const paths = withParents(path);
    const last = patterns.findLast(({ regex }) => paths.some((one) => regex.test(one)));
    return last !== undefined && !last.negated;
  };
  return { ignores, prunes: (directory) => !exceptions && ignores(directory) };
}
