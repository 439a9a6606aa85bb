import { createHash } from 'node:crypto';
import { comparesCommits, reportsOf, type Gates, type ModuleGates } from '../model/gates.ts';
import { installFolder, lockfilesOf, type CheckDefinition, type Module } from '../model/module.ts';
import { withUses } from '../model/uses.ts';
import { mayKeepInstall } from './kept-install.ts';
import { imageRun } from './module-image.ts';
import { countingFiles, type SourcePackage } from './python-packages.ts';
import { filesBelow, sharedFiles, type Sources, type TreeEntry } from './sources.ts';

/** Changes with the way things are made, so that all are made anew. */
const RECIPE = 'onestack-release-2';

/**
 * Keys of all that is made of one module: hashes of everything that goes into it. What stands under a
 * key is never made twice, on this machine or, through a shared store, on another one.
 */
export interface ModuleKeys {
  readonly artifact: string;
  /** Of what it needs beside its artifact in production; undefined where that is nothing. */
  readonly dependencies: string | undefined;
  /** Of all that its build and its checks need installed; undefined where that is never kept. */
  readonly installed: string | undefined;
  readonly checks: ReadonlyMap<CheckDefinition['kind'], string>;
  /** Undefined for a library: it is part of the images of those that use it. */
  readonly image: string | undefined;
}

export interface KeyRequest {
  readonly modules: readonly Module[];
  readonly sources: Sources;
  /** Base image name → fingerprinted reference. */
  readonly references: ReadonlyMap<string, string>;
  /** Without them nothing but the commands counts. */
  readonly gates?: Gates;
  /** Folders that volumes are mounted at, by module; none where it is not given. */
  readonly mountPoints?: ReadonlyMap<string, readonly string[]>;
  /** Code that production's install makes packages of, by module; the same. */
  readonly packages?: ReadonlyMap<string, readonly KeyedPackage[]>;
}

/** Its folder is one of the project's. */
export type KeyedPackage = Pick<SourcePackage, 'editable'> & { readonly folder: string };

export function hash(...parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([RECIPE, ...parts]))
    .digest('hex');
}

export const contents = (entries: readonly TreeEntry[]): readonly string[] =>
  entries.map(({ path, mode, hash: value }) => `${mode} ${value} ${path}`);

/** Manifests of a module that its production needs beside the artifact: Node asks `type` of it. */
export function manifestsOf(module: Module): readonly string[] {
  return lockfilesOf(module).includes(pathIn(module, 'package.json')) ? ['package.json'] : [];
}

/** Folder of a project with run-time configuration, which its images carry. */
export const PROFILES = 'profiles';
/** Id of the step that packs it. */
export const PROFILES_KEY = 'profiles';

/** Part of each key that files are part of; of a commit there is none. */
export const markOf = ({ isWorkingTree }: Pick<Sources, 'isWorkingTree'>): readonly string[] =>
  isWorkingTree === true ? ['working tree'] : [];

/** Key of what a project's images carry beside its modules. */
export function profilesKey(sources: Sources): string {
  return hash('profiles', contents(filesBelow(PROFILES, sources)), ...markOf(sources));
}

/** What code that an install makes packages of has to do with its outcome. */
function packedOf(packages: readonly KeyedPackage[], sources: Sources): readonly unknown[] {
  return packages.map(({ folder, editable }) => {
    const entries = filesBelow(folder, sources).map((entry) => ({
      path: folder === '.' ? entry.path : entry.path.slice(folder.length + 1),
      text: contents([entry])[0] ?? '',
    }));
    return [folder, countingFiles({ editable }, entries)];
  });
}

/** The keys of every module. Pure: two clones of one commit have the same. */
export function moduleKeys({
  modules,
  sources,
  references,
  gates,
  mountPoints,
  packages,
}: KeyRequest): ReadonlyMap<string, ModuleKeys> {
  const shared = [...contents(sharedFiles(sources)), ...markOf(sources)];
  const imageOf = (module: Module): string => references.get(module.image) ?? module.image;
  const lockOf = (module: Module): readonly string[] => {
    const names = new Set(lockfilesOf(module));
    return contents(sources.files.filter(({ path }) => names.has(path)));
  };
  /** Of a module and those that it uses, each once: processes of one folder have the same. */
  const locksOf = (module: Module): readonly string[] => [
    ...new Set(withUses([module], modules).flatMap((one) => lockOf(one))),
  ];
  /** All that the commands of a module can see, and what was run to make it. */
  const seen = (module: Module): readonly unknown[] =>
    withUses([module], modules).map((one) => [
      one.path,
      imageOf(one),
      one.install?.run,
      // Those of a workspace lie elsewhere.
      one.install?.workspace === undefined ? [] : lockOf(one),
      commandOf(one.checks.find(({ kind }) => kind === 'compile')),
      one.artifact,
      ...(one.bundle === undefined ? [] : [one.bundle]),
      contents(filesBelow(one.path, sources)),
    ]);
  // An earlier version of the tool put the sources of libraries in.
  const without = ({ run, artifact: named }: Module): readonly string[] =>
    run === undefined && named.length === 0 ? ['without compiled sources'] : [];
  const artifact = (module: Module): string =>
    hash('artifact', shared, seen(module), ...without(module));
  const dependencies = (module: Module): string | undefined => {
    const { install } = module;
    if (install?.production === undefined) return undefined;
    // Used modules may be dependencies themselves (`file:../common`): their manifests count.
    const locks = locksOf(module);
    const own = [module.path, imageOf(module), install.production, shared, locks];
    return hash('dependencies', ...own, ...packedOf(packages?.get(module.name) ?? [], sources));
  };
  // Most images have none.
  const points = ({ name }: Module): readonly unknown[] => {
    const own = mountPoints?.get(name) ?? [];
    return own.length === 0 ? [] : [own];
  };
  const installed = (module: Module): string | undefined => {
    const { install } = module;
    if (install === undefined || !mayKeepInstall(module)) return undefined;
    const locks = locksOf(module);
    const { run, directories } = install;
    const folder = installFolder(module, install);
    return hash('installed', folder, imageOf(module), run, directories, shared, locks);
  };
  return new Map(
    modules.map((module) => [
      module.name,
      {
        artifact: artifact(module),
        dependencies: dependencies(module),
        installed: installed(module),
        checks: new Map(
          module.checks
            .filter(({ kind }) => kind !== 'compile')
            .map((one) => [
              one.kind,
              hash(
                'check',
                one.kind,
                commandOf(one),
                shared,
                seen(module),
                ...reportParts(one.kind, gates?.get(module.name)),
                ...(one.needs === undefined || one.needs.length === 0
                  ? []
                  : [one.needs, contents(filesOutside(modules, sources))]),
              ),
            ]),
        ),
        image:
          module.run === undefined
            ? undefined
            : hash(
                'image',
                imageOf(module),
                imageRun(module),
                // What it says lies in the module's folder.
                module.dockerfile,
                contents(filesBelow(PROFILES, sources)),
                withUses([module], modules).map((one) => [artifact(one), dependencies(one)]),
                ...points(module),
              ),
      },
    ]),
  );
}

/** `api/package.json`; a module at the root has no folder in front. */
export function pathIn({ path }: Pick<Module, 'path'>, name: string): string {
  return path === '.' ? name : `${path}/${name}`;
}

/** How much of a key an image's tag shows. */
const TAG_LENGTH = 12;

/** Reference of a module's production image: `shop/api:0f1e2d3c4b5a`. */
export function moduleImageReference(project: string, module: string, imageKey: string): string {
  return `${project}/${module}:${imageKey.slice(0, TAG_LENGTH)}`;
}

/** Reports that gates want are made by the test: another one is another test. */
function reportParts(
  kind: CheckDefinition['kind'],
  gates: ModuleGates | undefined,
): readonly string[] {
  return kind === 'test' ? reportsOf(gates) : [];
}

/** Key of a report that the check under a key has written. */
export function reportKey(checkKey: string, path: string): string {
  return hash('report', checkKey, path);
}

/** Key of what failed when the check under a key did: its inputs have now come out both ways. */
export function failedKey(checkKey: string): string {
  return hash('failed', checkKey);
}

/** What a module's gates were looked at with. */
export interface GateKeyRequest {
  readonly keys: ReadonlyMap<string, ModuleKeys>;
  readonly gates: Gates;
  readonly commit: string;
  /** What the commit is compared with; undefined where no gate does. */
  readonly base: string | undefined;
  /** Contents of databases, by path; those that are not there are not named. */
  readonly databases: ReadonlyMap<string, string>;
}

/** Keys of having passed them, by module: two commits differ only where changed lines count. */
export function gateKeys({
  keys,
  gates,
  commit,
  base,
  databases,
}: GateKeyRequest): ReadonlyMap<string, string> {
  return new Map(
    [...gates].map(([name, gate]) => {
      const own = keys.get(name);
      const compared = comparesCommits(gate) ? [commit, base] : [];
      const checks = own === undefined ? [] : [...own.checks];
      const made = [checks, own?.artifact, own?.dependencies, own?.image];
      const database = databases.get(gate.vulnerabilities?.database ?? '');
      return [name, hash('verdicts', gate, made, compared, database)];
    }),
  );
}

/** A check's command; with its variables, where it has any. */
function commandOf(check: CheckDefinition | undefined): unknown {
  return check?.environment === undefined ? check?.run : [check.run, ...check.environment];
}

/**
 * Key of trying all images of a commit together: the images themselves, and everything that says how
 * they run. Undefined where nothing runs.
 */
export function smokeKey(
  keys: ReadonlyMap<string, ModuleKeys>,
  { modules, sources, references }: KeyRequest,
): string | undefined {
  const images = [...keys].flatMap(([name, { image }]) =>
    image === undefined ? [] : [[name, image]],
  );
  if (images.length === 0) return undefined;
  return hash('smoke', images, [...references], contents(filesOutside(modules, sources)));
}

/** All that says how things run together: what is no module's own, and no text for people. */
function filesOutside(
  modules: readonly Pick<Module, 'path'>[],
  { files }: Sources,
): readonly TreeEntry[] {
  const isOfModule = (path: string): boolean =>
    modules.some((module) => module.path !== '.' && path.startsWith(`${module.path}/`));
  return files.filter(({ path }) => !isOfModule(path) && !/\.md$/i.test(path));
}
