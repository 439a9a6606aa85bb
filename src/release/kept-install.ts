import { posix } from 'node:path';
import { lockfilesOf, type Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** Scripts of a manifest that an installation runs. */
const RUN_BY_INSTALLS = [
  ...['preinstall', 'install', 'postinstall', 'prepublish'],
  ...['preprepare', 'prepare', 'postprepare'],
];
/** Those that people have there and that look at nothing: they say who may install, or lay hooks of git. */
const HARMLESS = [
  /^(?:npx )?only-allow \w+$/,
  /^(?:is-ci \|\| )?(?:npx )?(?:husky(?: install)?|lefthook install|simple-git-hooks)(?: [\w./-]+)?(?: \|\| (?:true|exit 0))?$/,
  /^node \.husky\/[\w-]+\.[cm]?js$/,
];
const isHarmless = (script: string): boolean => HARMLESS.some((one) => one.test(script.trim()));
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies'];
const MANIFEST = 'package.json';

/** Manifests of Node that the installation of a module reads, relative to the project root. */
export function nodeManifests(module: Module, modules: readonly Module[]): readonly string[] {
  const all = withUses([module], modules).flatMap((one) => lockfilesOf(one));
  return [...new Set(all)].filter((path) => posix.basename(path) === MANIFEST);
}

/**
 * Whether what an installation makes can be kept for the next run, as far as its definition tells: all
 * of it is locked, and lies in the workspace. Only Node's: there manifests tell what else is read.
 */
export function mayKeepInstall(module: Module): boolean {
  const { install } = module;
  if (install === undefined || install.unlocked === true) return false;
  if (install.directories.length === 0 || install.directories.some((one) => posix.isAbsolute(one)))
    return false;
  const files = install.lockfiles.map((path) => posix.basename(path));
  // Yarn from 2 on remembers beside its folders what it has installed, and runs nothing without.
  return files.includes(MANIFEST) && !files.includes('.yarnrc.yml');
}

/** Whether an installation by these manifests looks at sources, which no lockfile knows of. */
export function readsSources(manifests: readonly string[], command: string): boolean {
  // npm makes a link of a folder; others copy what is in it.
  const copies = !/^npm\b/.test(command);
  return manifests.some((text) => {
    const manifest = parsed(text);
    if (manifest === undefined) return true;
    const scripts = mappingAt(manifest, 'scripts');
    const runs = RUN_BY_INSTALLS.flatMap((name) => {
      const script = scripts[name];
      return typeof script === 'string' ? [script] : [];
    });
    if (runs.some((script) => !isHarmless(script))) return true;
    const wanted = DEPENDENCIES.flatMap((name) => Object.values(mappingAt(manifest, name)));
    return copies && wanted.some((version) => /^(?:file|portal):|^\.{0,2}\//.test(String(version)));
  });
}

/**
 * A manifest without scripts that lay hooks of git or say who may install: where there is no repository and nothing
 * that only development needs, they have nothing to do, and would fail.
 */
export function forProduction(text: string): string {
  const manifest = parsed(text);
  const scripts = Object.entries(mappingAt(manifest, 'scripts'));
  const left = scripts.filter(
    ([name, script]) =>
      !RUN_BY_INSTALLS.includes(name) || typeof script !== 'string' || !isHarmless(script),
  );
  if (left.length === scripts.length) return text;
  return `${JSON.stringify({ ...manifest, scripts: Object.fromEntries(left) }, undefined, 2)}\n`;
}

function parsed(text: string): PlainMapping | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
