import { join, posix, relative } from 'node:path';
import type { Module, ModuleBuild } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { leaves } from '../util/leaves.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawModule } from './project-schema.ts';
import type { YamlPath } from './yaml-source.ts';

type RawBuild = Exclude<RawModule['image'], string>['build'];

/** Name in the hierarchy of the image that a module's own Dockerfile makes; no folder can have it. */
export function ownImageName(module: string): string {
  return `${module}@build`;
}

interface Owner {
  readonly name: string;
  /** The module's folder, relative to the root. */
  readonly path: string;
  readonly at: YamlPath;
}

/** How a module's own image is built; what is missing or lies outside the project is told. */
export function moduleBuild(
  raw: RawBuild,
  { name, path, at }: Owner,
  { root, files }: { readonly root: string; readonly files: Files },
  problems: DefinitionProblems,
): ModuleBuild {
  const written = typeof raw === 'string' ? { context: raw } : raw;
  const context = posix.join(path, written.context ?? '.').replace(/(.)\/+$/, '$1');
  const dockerfile = posix.join(context, written.dockerfile ?? 'Dockerfile');
  const placeOf = (key: 'context' | 'dockerfile'): YamlPath =>
    typeof raw !== 'string' && raw[key] !== undefined ? [...at, key] : at;
  const real = files.realPath(join(root, context));
  const leadsOut = (path: string | undefined): boolean =>
    path !== undefined && leaves(relative(root, path));
  if (leaves(context) || leadsOut(real)) {
    problems.at(placeOf('context'), {
      what: `the build of module ${name} lies outside the project: ${written.context ?? path}`,
      cure: 'Give a folder inside the project, relative to the module',
    });
  } else if (real === undefined || !files.isDirectory(real)) {
    problems.at(placeOf('context'), {
      what: `the build of module ${name} has no folder ${context}`,
      cure: 'Make it, or mend the path; it is relative to the module',
    });
  } else if (leaves(dockerfile) || leadsOut(files.realPath(join(root, dockerfile)))) {
    problems.at(placeOf('dockerfile'), {
      what: `the Dockerfile of module ${name} lies outside the project`,
      cure: 'Give a path inside the project, relative to the context',
    });
  } else if (!files.exists(join(root, dockerfile))) {
    const names = files
      .list(join(root, posix.dirname(dockerfile)))
      .filter((one) => /dockerfile/i.test(one));
    problems.at(placeOf('dockerfile'), {
      what: `there is no ${dockerfile}, which the image of module ${name} is built from`,
      cure:
        names.length === 0
          ? 'Write one, or name a base image: image: node'
          : didYouMean(posix.basename(dockerfile), names, 'In the folder are'),
    });
  }
  const args = typeof raw === 'string' ? {} : (raw.args ?? {});
  return {
    context,
    dockerfile,
    ...(typeof raw !== 'string' && raw.target !== undefined && { target: raw.target }),
    args: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, String(value)])),
  };
}

/** Modules that are built alike run one image: the first one's. */
export function sharedBuilds(modules: readonly Module[]): readonly Module[] {
  const images = new Map<string, string>();
  return modules.map((module) => {
    if (module.build === undefined) return module;
    const { context, dockerfile, target, args } = module.build;
    const key = JSON.stringify([context, dockerfile, target, Object.entries(args).sort()]);
    const image = images.get(key) ?? module.image;
    images.set(key, image);
    return { ...module, image };
  });
}
