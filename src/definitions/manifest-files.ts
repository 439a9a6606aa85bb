import { join, posix } from 'node:path';
import { parse } from 'yaml';
import type { Install } from '../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { Files } from '../ports/files.ts';
import { leaves } from '../util/leaves.ts';
import { readJson } from '../util/read-json.ts';

type Reading = Pick<Files, 'read' | 'list' | 'exists' | 'isDirectory'>;

/** Groups of a manifest whose values say what is installed; some are nested. */
const GROUPS = [
  ...['dependencies', 'devDependencies', 'optionalDependencies'],
  ...['overrides', 'resolutions'],
];
/** A package that lies in the repository: `file:vendor/own-1.0.tgz`. */
const PACKAGE = /^(?:file:)?((?!\w+:)\S.*\.(?:tgz|tar\.gz|tar))$/;
/** Yarn's: `patch:left-pad@npm%3A1.3.0#~/.yarn/patches/left-pad.patch`; `~/` is the project of Yarn. */
const PATCHED = /^patch:[^#]*#(?:optional!)?(?:~\/)?([^:]+?)(?:::.*)?$/;
/** Scripts that an installation runs, and the program that changes packages by files of the repository. */
const SCRIPTS = ['postinstall', 'prepare', 'install', 'prepublish'];
const PATCHES = /\bpatch-package\b(?:.*--patch-dir[= ](\S+))?/;

/** All texts of a value, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return isMapping(value) ? Object.values(value).flatMap(textsIn) : [];
}

function yamlAt(path: string, files: Reading): PlainMapping {
  const text = files.read(path);
  try {
    const value: unknown = parse((text.ok ? text.value : undefined) ?? '');
    return isMapping(value) ? value : {};
  } catch {
    // pnpm tells what is wrong with it.
    return {};
  }
}

/** Files that a manifest names, from its folder; a folder stands for what is in it. */
function namedIn(manifest: PlainMapping): readonly string[] {
  const pnpm = mappingAt(manifest, 'pnpm');
  const versions = [manifest, pnpm].flatMap((from) => GROUPS.flatMap((one) => textsIn(from[one])));
  const patches = [manifest, pnpm].flatMap((from) => textsIn(from['patchedDependencies']));
  const scripts = mappingAt(manifest, 'scripts');
  const folders = SCRIPTS.flatMap((name) => {
    const found = PATCHES.exec(textsIn(scripts[name])[0] ?? '');
    return found === null ? [] : [found[1] ?? 'patches'];
  });
  const packages = versions.flatMap((one) => (PACKAGE.exec(one) ?? PATCHED.exec(one))?.[1] ?? []);
  return [...packages, ...patches, ...folders];
}

/** The file, or the files in the folder; none outside of where the install is. */
function filesAt(path: string, folder: string, files: Reading): readonly string[] {
  if (leaves(path) || !files.exists(join(folder, path))) return [];
  if (!files.isDirectory(join(folder, path))) return [path];
  const names = files.list(join(folder, path)).map((name) => posix.join(path, name));
  return names.filter((name) => !files.isDirectory(join(folder, name)));
}

/**
 * An install of Node's with all the files that its manifests name: packages that lie in the repository, and
 * patches of others. A change of theirs installs again, and who installs by manifests alone has them, too.
 * @param folder absolute; `lockfiles` are relative to it.
 */
export function withManifestFiles(install: Install, folder: string, files: Reading): Install {
  const found = new Set(install.lockfiles);
  for (const path of install.lockfiles) {
    const name = posix.basename(path);
    const value =
      name === 'package.json'
        ? readJson(join(folder, path), files)
        : name === 'pnpm-workspace.yaml'
          ? yamlAt(join(folder, path), files)
          : undefined;
    for (const one of isMapping(value) ? namedIn(value) : []) {
      const there = filesAt(posix.join(posix.dirname(path), one), folder, files);
      for (const file of there) found.add(file);
    }
  }
  return found.size === install.lockfiles.length ? install : { ...install, lockfiles: [...found] };
}
