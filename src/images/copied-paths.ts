import { posix } from 'node:path';
import type { DockerfileStage, Instruction } from './dockerfile.ts';

/** Words of an instruction after its options; JSON's form as well. */
export function wordsOf(value: string): readonly string[] {
  const rest = value.replace(/^(?:--\S+\s+)*/, '');
  if (rest.startsWith('[')) {
    try {
      const words: unknown = JSON.parse(rest);
      if (Array.isArray(words)) return words.map(String);
    } catch {
      // Not JSON: words.
    }
  }
  return rest.split(/\s+/);
}

/** What a step's mount shows it of the context; `all` where that cannot be told. */
function boundBy(mount: string): readonly string[] | 'all' {
  // What is quoted, or a variable, may come to anything.
  if (/["'$]/.test(mount)) return 'all';
  const fields = mount.split(',').map((field) => field.split('='));
  const valueOf = (...names: readonly string[]): string | undefined =>
    fields.find(([name = '']) => names.includes(name.toLowerCase()))?.[1];
  if ((valueOf('type') ?? 'bind') !== 'bind' || valueOf('from') !== undefined) return [];
  const source = valueOf('source', 'src') ?? '.';
  // A name here, a pattern for who asks.
  return /[*?[\]\\]/.test(source) ? 'all' : [source];
}

/** Patterns of what an instruction takes of the context; `all` where that cannot be told. */
function sourcesOf({ keyword, value }: Instruction): readonly string[] | 'all' {
  if (keyword === 'RUN') {
    const mounts = [...value.matchAll(/(?:^|\s)--mount=(\S+)/g)].map(([, mount = '']) =>
      boundBy(mount),
    );
    return mounts.includes('all') ? 'all' : mounts.flatMap((one) => (one === 'all' ? [] : one));
  }
  if ((keyword !== 'COPY' && keyword !== 'ADD') || /(?:^|\s)--from=/.test(value)) return [];
  // What a here-document holds stands in the Dockerfile.
  const sources = wordsOf(value)
    .slice(0, -1)
    .filter((word) => !word.startsWith('<<'));
  const local = sources.filter((word) => !/^(?:https?:\/\/|git@)/.test(word));
  return local.every(isPlainPattern) ? local : 'all';
}

/** Whether Go's `filepath.Match` and a regular expression surely mean the same by it. */
function isPlainPattern(word: string): boolean {
  if (/[$"'\\]|\*\*/.test(word)) return false;
  const classes = /\[\^?(?:\w-\w|\w)+\]/g;
  const isBackwards = (word.match(/\w-\w/g) ?? []).some(([from = '', , to = '']) => from > to);
  return !isBackwards && !/[[\]]/.test(word.replace(classes, ''));
}

/** A pattern of Go's `filepath.Match`: `*` and `?` stay within a folder. */
function matcher(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`);
}

/** `a/b/c` → `a`, `a/b`. */
function foldersAbove(pattern: string): readonly string[] {
  const segments = pattern.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

/** What of a build's context its stages take. */
export interface CopiedPaths {
  /** Whether a file is part of it: a COPY or ADD names it, or a folder above it. */
  readonly takes: (path: string) => boolean;
  /** Whether one names the file itself. */
  readonly names: (path: string) => boolean;
  /** Whether one names something below it. */
  readonly passes: (path: string) => boolean;
  /** Line, from 1, of the first instruction that takes all there is; undefined: none does. */
  readonly wholeAtLine: number | undefined;
}

/** Which files of the context are part of what these stages make. Paths are relative to it. */
export function copiedOfContext(stages: readonly DockerfileStage[]): CopiedPaths {
  const patterns: RegExp[] = [];
  const ways: RegExp[] = [];
  let wholeAtLine: number | undefined;
  for (const instruction of stages.flatMap(({ instructions }) => instructions)) {
    const sources = sourcesOf(instruction);
    const plain = (sources === 'all' ? ['.'] : sources).map((source) =>
      posix.join('/', source).slice(1).replace(/\/$/, ''),
    );
    if (plain.includes('')) wholeAtLine ??= instruction.firstLine + 1;
    const named = plain.filter((source) => source !== '');
    patterns.push(...named.map(matcher));
    ways.push(...named.flatMap(foldersAbove).map(matcher));
  }
  const names = (path: string): boolean => patterns.some((pattern) => pattern.test(path));
  const takes = (path: string): boolean => {
    if (wholeAtLine !== undefined) return true;
    for (let at = path; at !== '.'; at = posix.dirname(at)) {
      if (names(at)) return true;
    }
    return false;
  };
  const passes = (path: string): boolean => ways.some((way) => way.test(path));
  return { takes, names, passes, wholeAtLine };
}
