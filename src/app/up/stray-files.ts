import { join } from 'node:path';
import { SETTINGS_FILE } from '../../definitions/change-setting.ts';
import { OTHER_NAMES, PROJECT_FILE } from '../../definitions/find-project.ts';
import { CONTEXTS } from '../../model/project.ts';
import type { Files } from '../../ports/files.ts';
import type { Definition } from '../project/definition.ts';
import type { Told } from './tell-once.ts';

const YAML_NAME = /\.ya?ml$/i;

/** Names that count in `compose/`. */
const COUNTS = new RegExp(`^(?:base|${CONTEXTS.join('|')})\\.ya?ml$`);

/** Names that count in its folders. */
const OVERLAY = /\.ya?ml$/;

function news(file: string, why: string): Told {
  return { key: `not read: ${file}`, text: `${file} is not read: ${why}` };
}

/** Files of `compose/` that have another name, and that nothing which counts reads or mounts. */
function strayCompose(
  { opened, environment }: Definition,
  files: Pick<Files, 'list'>,
): readonly Told[] {
  const { root, compose } = opened.project;
  const read = new Set([...environment.filesRead, ...(compose?.files ?? [])]);
  const document = JSON.stringify(environment.document);
  const isNamed = (path: string): boolean =>
    read.has(path) || document.includes(JSON.stringify(path));
  const strayIn = (folder: string, counts: RegExp, why: string): readonly Told[] => {
    if (isNamed(join(root, folder))) return [];
    const stray = files
      .list(join(root, folder))
      .filter((name) => YAML_NAME.test(name) && !counts.test(name))
      .filter((name) => !isNamed(join(root, folder, name)));
    return stray.map((name) => news(`${folder}/${name}`, why));
  };
  const names = ['base', ...CONTEXTS];
  const known = names.map((name) => `${name}.yaml`).join(', ');
  const lower = 'the end of its name is to be .yaml or .yml';
  return [
    ...strayIn(
      'compose',
      COUNTS,
      `of compose/ count ${known}, and what is in folders of these names`,
    ),
    ...names.flatMap((name) => strayIn(`compose/${name}`, OVERLAY, lower)),
  ];
}

/** Files that look like the project's and are not read, as they are not called so. */
export function strayFileNews(
  definition: Definition,
  files: Pick<Files, 'exists' | 'list'>,
): readonly Told[] {
  const { root, definedBy } = definition.opened.project;
  const others = [
    ...OTHER_NAMES.map((name) => [name, PROJECT_FILE] as const),
    ['dev.settings.yml', SETTINGS_FILE] as const,
  ];
  const misnamed = others.flatMap(([name, right]) => {
    // Some disks take upper and lower case for the same.
    const isSame = name.toLowerCase() === right && files.exists(join(root, right));
    const isThere = !isSame && files.exists(join(root, name));
    return isThere ? [news(name, `the name is ${right}`)] : [];
  });
  // Without a dev.yaml a folder `compose` is whatever its owner made it for.
  return [...misnamed, ...(definedBy === 'dev.yaml' ? strayCompose(definition, files) : [])];
}
