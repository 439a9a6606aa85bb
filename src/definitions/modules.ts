import { isAbsolute, join, posix, relative } from 'node:path';
import { unlockedInstall } from '../model/default-install.ts';
import { withoutOwnVersion } from '../model/image-version.ts';
import type { Install, Module } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { checksOf } from './checks.ts';
import { checkImage } from './image-names.ts';
import { moduleBuild, ownImageName, sharedBuilds } from './module-build.ts';
import { lockedInstall } from './locked-install.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { leaves } from '../util/leaves.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawModule } from './project-schema.ts';
import { realCase } from './real-case.ts';
import { withNamedFiles } from './install-files.ts';
import { severalOf } from './schema-parts.ts';
import { withWorkspaceUses, workspaceInstall } from './workspace-modules.ts';
import type { YamlPath } from './yaml-source.ts';

/** What a module's definition is checked against. */
export interface ModuleContext {
  /** Absolute project root, symlinks resolved. */
  readonly root: string;
  readonly files: Files;
  /** Names of the base images that there are; undefined: not checked. */
  readonly imageNames: readonly string[] | undefined;
}

/** The modules of a schema-valid `dev.yaml`, in its order. */
export function modulesOf(
  raw: Readonly<Record<string, RawModule>>,
  context: ModuleContext,
  problems: DefinitionProblems,
): readonly Module[] {
  const modules = Object.entries(raw).map(([name, one]) => moduleOf(name, one, context, problems));
  const built = sharedBuilds(modules);
  return sharedFolders(withWorkspaceUses(built, context), context, problems);
}

function moduleOf(
  name: string,
  raw: RawModule,
  context: ModuleContext,
  problems: DefinitionProblems,
): Module {
  const at: YamlPath = ['modules', name];
  const path = modulePath(name, raw, context, problems);
  const own = imageOf(raw, { name, path, at: [...at, 'image'] }, context, problems);
  return {
    name,
    path,
    ...own,
    uses: severalOf(raw.uses),
    install: installOf(raw, { at: [...at, 'install'], path, ...own }, context, problems),
    checks: checksOf(raw, at, problems),
    run: raw.run,
    ...productionOf(raw, at, problems),
    ...(raw.bundle !== undefined && { bundle: raw.bundle }),
    restart: raw.restart ?? (raw.run === undefined ? 'never' : 'on-compile'),
    artifact: inside(severalOf(raw.artifact), [...at, 'artifact'], `module ${name}`, problems),
    ...(raw.carries !== undefined && { carries: severalOf(raw.carries) }),
    ...dockerfileOf(raw, { at, path }, context, problems),
    ignore: severalOf(raw.ignore),
  };
}

/** What its image runs; told of a library, which has none. */
function productionOf(
  { run, production }: RawModule,
  at: YamlPath,
  problems: DefinitionProblems,
): Pick<Module, 'production'> {
  if (production === undefined) return {};
  if (run === undefined) {
    problems.atKey([...at, 'production'], {
      what: `module ${at.at(-1) ?? ''} has no run, and a library runs nowhere`,
      cure: 'Say with run what it runs in development, or take it out',
    });
  }
  return { production };
}

/** The base image by its name, or the module's own with how it is built. */
function imageOf(
  { image }: RawModule,
  { name, path, at }: { readonly name: string; readonly path: string; readonly at: YamlPath },
  context: ModuleContext,
  problems: DefinitionProblems,
): Pick<Module, 'image' | 'build'> {
  if (typeof image === 'string') {
    checkImage(image, { owner: `module ${name}`, at }, context, problems);
    return { image: withoutOwnVersion(image) };
  }
  const build = moduleBuild(image.build, { name, path, at: [...at, 'build'] }, context, problems);
  return { image: ownImageName(name), build };
}

/** The file whose lines production's image gets; told if it is missing or outside. */
function dockerfileOf(
  { dockerfile: file }: RawModule,
  { at, path }: { readonly at: YamlPath; readonly path: string },
  { root, files }: ModuleContext,
  problems: DefinitionProblems,
): Pick<Module, 'dockerfile'> {
  if (file === undefined) return {};
  const place = [...at, 'dockerfile'];
  inside([file], place, `module ${at.at(-1) ?? ''}`, problems);
  if (!leaves(posix.normalize(file)) && !files.exists(join(root, path, file))) {
    const what = `there is no ${posix.join(path, file)}`;
    problems.at(place, { what, cure: 'Make it, or mend the path' });
  }
  return { dockerfile: posix.normalize(file) };
}

/** The module's folder, `/`-separated and relative to the root; told if it is missing or outside. */
function modulePath(
  name: string,
  raw: RawModule,
  context: ModuleContext,
  problems: DefinitionProblems,
): string {
  const written = raw.path ?? name;
  const path = posix.normalize(written).replace(/(.)\/+$/, '$1');
  const place: YamlPath = raw.path === undefined ? ['modules', name] : ['modules', name, 'path'];
  const told = raw.path === undefined ? problems.atKey.bind(problems) : problems.at.bind(problems);
  if (isAbsolute(path) || leaves(path)) {
    told(place, {
      what: `the folder of module ${name} lies outside the project: ${written}`,
      cure: 'Give a path relative to dev.yaml, inside the project',
    });
    return path;
  }
  const real = context.files.realPath(join(context.root, path));
  if (real === undefined) {
    told(place, {
      what: `module ${name} has no folder ${path}`,
      cure: missingFolderCure(name, path, context, raw.path === undefined),
    });
  } else if (leaves(relative(context.root, real))) {
    told(place, {
      what: `the folder of module ${name} lies outside the project`,
      why: `${path} is a symlink to ${real}`,
      cure: 'Move the code into the project',
    });
  } else if (!context.files.isDirectory(real)) {
    told(place, { what: `${path} of module ${name} is a file, not a folder` });
  } else {
    const called = realCase(context.root, path, context.files);
    if (called !== undefined) {
      told(place, {
        what: `module ${name} has no folder ${path}: it is called ${called}`,
        why: 'this disk takes upper and lower case for the same; others do not, nor do containers',
        cure: raw.path === undefined ? `Set modules.${name}.path: ${called}` : `Write ${called}`,
      });
    }
  }
  return path;
}

function missingFolderCure(
  name: string,
  path: string,
  { root, files }: ModuleContext,
  byName: boolean,
): string {
  const parent = posix.dirname(path);
  const folders = files
    .list(join(root, parent))
    .filter((entry) => !entry.startsWith('.') && files.isDirectory(join(root, parent, entry)));
  const meant = didYouMean(posix.basename(path), folders, 'There are');
  const hint = byName
    ? `Set modules.${name}.path, or make the folder`
    : 'Make it, or mend the path';
  return folders.length === 0 ? hint : `${hint}. ${meant}`;
}

/** Relative paths that stay where they belong; the others are told. */
function inside(
  paths: readonly string[],
  at: YamlPath,
  owner: string,
  problems: DefinitionProblems,
): readonly string[] {
  for (const path of paths) {
    if (!leaves(posix.normalize(path))) continue;
    problems.at(at, {
      what: `${path} lies outside ${owner}`,
      cure: `Give a path relative to the folder of ${owner}`,
    });
  }
  return paths;
}

function installOf(
  { install: raw }: RawModule,
  { at, path, image }: { readonly at: YamlPath; readonly path: string; readonly image: string },
  context: ModuleContext,
  problems: DefinitionProblems,
): Install | undefined {
  if (raw === false) return undefined;
  const directory = join(context.root, path);
  const names = context.files.list(directory);
  const byLockfile = lockedInstall(directory, image, context.files);
  if (raw === undefined) {
    const shared = workspaceInstall(path, image, context) ?? byLockfile;
    return shared ?? unlocked(directory, names, context);
  }
  const written = typeof raw === 'string' ? { run: raw } : raw;
  const lockfiles =
    written.lockfiles === undefined ? (byLockfile?.lockfiles ?? []) : severalOf(written.lockfiles);
  for (const lockfile of inside(lockfiles, [...at, 'lockfiles'], 'the module', problems)) {
    if (context.files.exists(join(directory, lockfile))) continue;
    problems.at([...at, 'lockfiles'], {
      what: `the lockfile ${lockfile} does not exist`,
      cure: didYouMean(lockfile, context.files.list(directory), 'In the folder are'),
    });
  }
  const directories =
    written.directories === undefined
      ? (byLockfile?.directories ?? [])
      : severalOf(written.directories);
  // A command of the project's own installs too much for production rather than too little.
  const inModule = directories.some((directory) => !isAbsolute(directory));
  const byDefault = written.run === byLockfile?.run ? byLockfile.production : undefined;
  const production = written.production ?? byDefault ?? (inModule ? written.run : undefined);
  const install = {
    run: written.run,
    lockfiles,
    directories,
    ...(byLockfile?.caches !== undefined && { caches: byLockfile.caches }),
    ...(production !== undefined && { production }),
  };
  return withNamedFiles(install, directory, context.files);
}

function unlocked(
  directory: string,
  names: readonly string[],
  { files }: ModuleContext,
): Install | undefined {
  if (!names.includes('package.json')) return undefined;
  const text = files.read(join(directory, 'package.json'));
  const install = text.ok ? unlockedInstall(text.value ?? '') : undefined;
  return install && withNamedFiles(install, directory, files);
}

/**
 * Several modules in one folder are processes of one code base: one has its checks, the first with any, and the
 * others use it, so that there is one install, one compile and one test for all of them.
 */
function sharedFolders(
  modules: readonly Module[],
  { root, files }: ModuleContext,
  problems: DefinitionProblems,
): readonly Module[] {
  const realOf = ({ path }: Module): string => files.realPath(join(root, path)) ?? join(root, path);
  const owners = new Map<string, Module>();
  for (const module of modules) {
    const real = realOf(module);
    const before = owners.get(real);
    const isFirst =
      before === undefined || (before.checks.length === 0 && module.checks.length > 0);
    if (isFirst) owners.set(real, module);
  }
  return modules.map((module) => {
    const { name, checks, uses } = module;
    const owner = owners.get(realOf(module)) ?? module;
    if (owner === module) return module;
    for (const { kind } of checks) {
      problems.atKey(['modules', name, kind], {
        what: `modules ${owner.name} and ${name} have one folder, and ${name} has a ${kind} of its own`,
        why: 'code is compiled, tested and linted once: by one module of its folder',
        cure: `Put it under modules.${owner.name}`,
      });
    }
    const all = uses.includes(owner.name) ? uses : [owner.name, ...uses];
    return { ...module, path: owner.path, uses: all };
  });
}
