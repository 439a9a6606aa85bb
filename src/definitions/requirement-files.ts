import { join, posix } from 'node:path';
import type { Install } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { leaves } from '../util/leaves.ts';

/** What pip calls its files: `requirements.txt`, `requirements-dev.txt`, `requirements/base.txt`. */
const REQUIREMENTS = /(?:^|\/)(?:requirements|constraints)[^/]*(?:\/[^/]+)?\.txt$/;
const INCLUDED = /^(?:-r|--requirement|-c|--constraint)(?:\s+|\s*=\s*|(?=\S))(\S+)/;
const LINKED = /^(?:-f|--find-links)(?:\s+|\s*=\s*|(?=\S))(\S+)/;
/** A package that lies in the repository: `./libs/own-1.0-py3-none-any.whl`, `own @ file:libs/own-1.0.tar.gz`. */
const PACKAGE = /^(?:[\w.-]+\s*@\s*)?(?:file:)?([^\s:;#]+(?:\.whl|\.tar\.gz|\.zip))(?=\s|;|#|$)/;
const IS_PACKAGE = /(?:\.whl|\.tar\.gz|\.zip)$/;

/** An install that pip makes, with all the files of the module's folder that its requirements name. */
export function withRequirements(
  install: Install,
  folder: string,
  files: Pick<Files, 'read' | 'list' | 'exists' | 'isDirectory'>,
): Install {
  const found = new Set(install.lockfiles);
  // What is added on the way is gone through as well.
  for (const path of found) {
    if (!REQUIREMENTS.test(path)) continue;
    const text = files.read(join(folder, path));
    for (const named of text.ok ? namedIn(text.value ?? '', path) : []) {
      for (const one of named) {
        const there = filesAt(one, folder, files);
        for (const file of there) found.add(file);
        if (there.length > 0) break;
      }
    }
  }
  return found.size === install.lockfiles.length ? install : { ...install, lockfiles: [...found] };
}

/** Where each file or folder may lie that a text names: pip looks beside the text, and where it is run. */
function namedIn(text: string, path: string): readonly (readonly string[])[] {
  const beside = posix.dirname(path);
  return text.split('\n').flatMap((line) => {
    const words = line.trim().replace(/^(?:-e|--editable)\s+/, '');
    const included = INCLUDED.exec(words)?.[1];
    if (included !== undefined) return [[posix.join(beside, included)]];
    const other = LINKED.exec(words)?.[1] ?? PACKAGE.exec(words)?.[1];
    return other === undefined ? [] : [[posix.join(beside, other), posix.normalize(other)]];
  });
}

/** The file, or the packages in the folder; none outside of the module. */
function filesAt(
  path: string,
  folder: string,
  files: Pick<Files, 'list' | 'exists' | 'isDirectory'>,
): readonly string[] {
  if (posix.isAbsolute(path) || leaves(path) || !files.exists(join(folder, path))) return [];
  if (!files.isDirectory(join(folder, path))) return [path];
  const names = files.list(join(folder, path)).filter((name) => IS_PACKAGE.test(name));
  return names.map((name) => posix.join(path, name));
}
