import { posix } from 'node:path';

/** Code of the repository that an install of Python's makes a package of. */
export interface SourcePackage {
  /** Its folder, from the one that the install is run in. */
  readonly path: string;
  /** It is only linked to: what its files say does not matter to the install. */
  readonly editable: boolean;
  /** What names it: `requirements.txt`, with its line, from 1; a command has none. */
  readonly at: { readonly file: string; readonly line: number } | undefined;
}

type Texts = ReadonlyMap<string, string>;

/** `-e ./lib[dev]`, `../shared`, `own @ file:libs/own`; a name of the index has no slash and no dot in front. */
const LINE =
  /^(-e\s+|--editable[ =]\s*)?(?:[\w.-]+(?:\[[\w,-]*\])?\s*@\s*)?(?:file:)?([^\s:;#[\]]+)(?:\[[\w,-]*\])?(?=\s|;|#|$)/;
const IS_FILE = /\.(?:whl|zip|txt|gz|bz2|tgz)$/;

const isPath = (text: string): boolean =>
  (/^\.{1,2}(?:\/|$)/.test(text) || text.includes('/')) && !IS_FILE.test(text);

function packageIn(words: string, at: SourcePackage['at']): readonly SourcePackage[] {
  const [, flag, path = ''] = LINE.exec(words) ?? [];
  // pip looks from where it is run, wherever the text lies.
  if (!isPath(path) || posix.isAbsolute(path)) return [];
  const normal = posix.normalize(path).replace(/(.)\/$/, '$1');
  return [{ path: normal, editable: flag !== undefined, at }];
}

/** Of `pip install -r requirements.txt -e .`: what it is given beside files of requirements. */
function inCommand(command: string): readonly SourcePackage[] {
  return [...command.matchAll(/\bpip3?\s+install\s+([^&|;]+)/g)].flatMap(([, words = '']) => {
    const all = words.trim().split(/\s+/);
    return all.flatMap((quoted, index) => {
      const word = quoted.replace(/^["']|["']$/g, '');
      const before = all[index - 1] ?? '';
      if (
        word.startsWith('-') ||
        /^(?:-r|-c|-f|--(?:requirement|constraint|find-links|target|prefix))$/.test(before)
      )
        return [];
      const isEditable = before === '-e' || before === '--editable';
      return packageIn(`${isEditable ? '-e ' : ''}${word}`, undefined);
    });
  });
}

/** `shared = { path = "../shared", editable = true }` of uv and Poetry; and the project, which they install too. */
function inProject(text: string, names: readonly string[]): readonly SourcePackage[] {
  const file = 'pyproject.toml';
  const isPoetry = names.includes('poetry.lock');
  const isUv = names.includes('uv.lock');
  if (!isPoetry && !isUv) return [];
  const isPackage = isPoetry
    ? !/^package-mode\s*=\s*false/m.test(text)
    : /^(?:\[build-system\]|package\s*=\s*true)/m.test(text) && !/^package\s*=\s*false/m.test(text);
  const linked = text.split('\n').flatMap((line, index): readonly SourcePackage[] => {
    const path = /[{,]\s*path\s*=\s*["']([^"']+)["']/.exec(line)?.[1];
    if (path === undefined || IS_FILE.test(path)) return [];
    const editable = /\b(?:editable|develop)\s*=\s*true/.test(line);
    return [{ path: posix.normalize(path), editable, at: { file, line: index + 1 } }];
  });
  return [...(isPackage ? [{ path: '.', editable: true, at: undefined }] : []), ...linked];
}

/**
 * The packages that an install makes of code, each once.
 * @param texts of what it reads: requirements and `pyproject.toml`, by their names in its folder.
 * @param names of the lockfiles and manifests there.
 */
export function sourcePackages(
  command: string,
  texts: Texts,
  names: readonly string[],
): readonly SourcePackage[] {
  const listed = [...texts].flatMap(([file, text]) =>
    file.endsWith('.txt')
      ? text.split('\n').flatMap((line, index) => packageIn(line.trim(), { file, line: index + 1 }))
      : [],
  );
  const all = [
    ...inCommand(command),
    ...inProject(texts.get('pyproject.toml') ?? '', names),
    ...listed,
  ];
  const byPath = new Map<string, SourcePackage>();
  for (const one of all) {
    const before = byPath.get(one.path);
    // Copied as well as linked: its contents count.
    if (before === undefined || (before.editable && !one.editable)) byPath.set(one.path, one);
  }
  return [...byPath.values()];
}

/** What says how a package is made, whatever its code says. */
const PACKAGING =
  /^(?:pyproject\.toml|setup\.py|setup\.cfg|MANIFEST\.in|README[^/]*|LICEN[CS]E[^/]*)$/i;

/** Of a package's files, what the outcome of an install depends on. */
export function countingFiles(
  { editable }: Pick<SourcePackage, 'editable'>,
  entries: readonly { readonly path: string; readonly text: string }[],
): readonly string[] {
  if (!editable) return entries.map(({ text }) => text);
  const folders = entries.flatMap(({ path }) =>
    path.endsWith('.py') ? [posix.dirname(path)] : [],
  );
  const told = entries.filter(({ path }) => PACKAGING.test(path)).map(({ text }) => text);
  return [...told, ...new Set(folders)];
}
