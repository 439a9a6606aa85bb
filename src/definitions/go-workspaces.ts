import { join, posix } from 'node:path';
import type { Files } from '../ports/files.ts';

/** Where modules of Go are looked for. */
interface GoPlace {
  /** Absolute project root, symlinks resolved. */
  readonly root: string;
  readonly files: Pick<Files, 'read'>;
}

/** What a go.mod says of other modules. */
interface GoModule {
  readonly path: string;
  /** What it calls itself: `example.com/shop/lib`. */
  readonly name: string | undefined;
  readonly requires: ReadonlySet<string>;
  /** Folders that it takes in the place of others, relative to the project. */
  readonly replaced: ReadonlySet<string>;
}

/** `verb a b`, and each line of `verb ( … )`. */
function lines(text: string, verb: string): readonly string[] {
  const bare = text.replace(/\/\/.*$/gm, '');
  const blocks = [...bare.matchAll(new RegExp(`^${verb}\\s*\\(([^)]*)\\)`, 'gm'))];
  const single = [...bare.matchAll(new RegExp(`^${verb}[ \\t]+([^(\\n]+)$`, 'gm'))];
  return [...blocks.flatMap(([, block = '']) => block.split('\n')), ...single.map(([, one]) => one)]
    .map((line = '') => line.trim())
    .filter((line) => line !== '');
}

const unquoted = (word: string): string => word.replace(/^"(.*)"$/, '$1');

function textAt(path: string, { root, files }: GoPlace): string | undefined {
  const text = files.read(join(root, path));
  return text.ok ? text.value : undefined;
}

function goModule(path: string, place: GoPlace): GoModule | undefined {
  const text = textAt(posix.join(path, 'go.mod'), place);
  if (text === undefined) return undefined;
  const replaced = lines(text, 'replace').flatMap((line) => {
    const target = unquoted(line.split('=>')[1]?.trim().split(/\s+/)[0] ?? '');
    return /^\.{1,2}\//.test(target) ? [posix.join(path, target).replace(/\/+$/, '')] : [];
  });
  return {
    path,
    name: unquoted(lines(text, 'module')[0] ?? '') || undefined,
    requires: new Set(lines(text, 'require').map((line) => unquoted(line.split(/\s+/)[0] ?? ''))),
    replaced: new Set(replaced),
  };
}

/** Folders of the go.work that a folder belongs to, the nearest one upwards; none where there is none. */
export function goWorkMembers(path: string, place: GoPlace): ReadonlySet<string> {
  for (let at = path; ; at = posix.dirname(at)) {
    const text = textAt(posix.join(at, 'go.work'), place);
    if (text !== undefined) {
      const folders = lines(text, 'use').map((line) => posix.join(at, unquoted(line)));
      return new Set(folders.map((folder) => folder.replace(/(.)\/+$/, '$1')));
    }
    if (at === '.' || at === '') return new Set();
  }
}

/** Folders that the module of Go in a folder takes code of, whether they are anybody's modules here or not. */
export function goTaken(path: string, place: GoPlace): readonly string[] {
  const replaced = goModule(path, place)?.replaced ?? [];
  const candidates = [...replaced, ...goWorkMembers(path, place)];
  return goLinks([path, ...candidates], place).get(path) ?? [];
}

/**
 * Which folders with a go.mod take code of one another: those that are required and in the same go.work,
 * and those that `replace` names.
 * @param paths folders of modules, relative to the project; those without a go.mod are passed over.
 * @returns by folder.
 */
export function goLinks(
  paths: readonly string[],
  place: GoPlace,
): ReadonlyMap<string, readonly string[]> {
  const found = [...new Set(paths)].flatMap((path) => goModule(path, place) ?? []);
  return new Map(
    found.map((module) => {
      const members = goWorkMembers(module.path, place);
      const isBeside = ({ path, name }: GoModule): boolean =>
        members.has(module.path) &&
        members.has(path) &&
        name !== undefined &&
        module.requires.has(name);
      const linked = found.filter(
        (other) => other !== module && (module.replaced.has(other.path) || isBeside(other)),
      );
      return [module.path, linked.map(({ path }) => path)];
    }),
  );
}
