import { join, posix } from 'node:path';
import { shownPlace } from '../../compose/source.ts';
import { itemsOf, nodeAt, stringOf, type MapNode } from '../../compose/tree.ts';
import { isPlugAndPlay } from '../../definitions/dependency-places.ts';
import { imageFamily } from '../../model/image-version.ts';
import { installFolder, type Module } from '../../model/module.ts';
import type { Files } from '../../ports/files.ts';

/** Dependencies that are kept in a way that containers do not see, or that nothing here installs. */
export function dependencyNotes(module: Module, root: string, files: Files): readonly string[] {
  const { name, install, path } = module;
  const folder = install === undefined ? path : installFolder(module, install);
  const own = files.confined(root);
  if (install === undefined) {
    const at = posix.join(path, 'Pipfile.lock');
    if (imageFamily(module.image) !== 'python' || !files.exists(join(root, at))) return [];
    return [
      `module ${name}: ${at} is not installed, no base image has pipenv; \`install: { run: …, lockfiles: Pipfile.lock, directories: .venv }\` in dev.yaml says how`,
    ];
  }
  const hasPackages = install.directories.includes('node_modules');
  if (!hasPackages || !isPlugAndPlay(join(root, folder), own)) return [];
  const at = posix.join(folder, '.yarnrc.yml');
  return [
    `module ${name}: ${at} does not say nodeLinker: node-modules, so Yarn keeps packages where neither this container nor your editor has them (Plug'n'Play); that line in it puts them into node_modules`,
  ];
}

const UV_VARIABLE = 'UV_PROJECT_ENVIRONMENT=';

/** uv is told another environment by a variable than the one that is installed. */
export function otherEnvironment({ name, install }: Module, root: MapNode): readonly string[] {
  const set = itemsOf(nodeAt(root, ['services', name, 'environment'])).find((one) =>
    stringOf(one)?.startsWith(UV_VARIABLE),
  );
  if (set === undefined || install === undefined) return [];
  const folder = stringOf(set)?.slice(UV_VARIABLE.length) ?? '';
  if (!install.lockfiles.includes('uv.lock') || install.directories.includes(folder)) return [];
  const installed = install.directories.join(', ');
  return [
    `module ${name}: UV_PROJECT_ENVIRONMENT is ${folder} (${shownPlace(set.at)}), and packages are installed into ${installed}: leave it out in compose/dev/${name}.yaml, or name both in \`install:\` of dev.yaml`,
  ];
}
