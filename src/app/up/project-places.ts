import { join } from 'node:path';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import { parseYaml, type YamlSource } from '../../definitions/yaml-source.ts';
import type { Files } from '../../ports/files.ts';

/** Where dev.yaml says what is at a path: `dev.yaml:4`; the file alone where that cannot be found. */
export type PlaceInProject = (...path: readonly string[]) => string;

/** The file is read when the first place is asked for: mostly none is. */
export function projectPlaces(root: string, files: Files): PlaceInProject {
  let source: YamlSource | 'unread' | undefined = 'unread';
  return (...path) => {
    if (source === 'unread') {
      const text = files.read(join(root, PROJECT_FILE));
      const parsed = parseYaml(PROJECT_FILE, (text.ok && text.value) || '');
      source = parsed.ok ? parsed.value : undefined;
    }
    const line = source?.placeAt(path).line;
    return line === undefined ? PROJECT_FILE : `${PROJECT_FILE}:${String(line)}`;
  };
}
