import { join } from 'node:path';
import { parseYaml, type YamlSource } from '../../definitions/yaml-source.ts';
import type { World } from '../../ports/world.ts';

/**
 * A file of the project, for the places in it. Most projects reach nothing that has one: it is read when the
 * first is asked for.
 */
export function lateSource(
  root: string,
  name: string,
  files: Pick<World['files'], 'read'>,
): () => YamlSource | undefined {
  let source: YamlSource | undefined;
  let isRead = false;
  return () => {
    if (!isRead) {
      isRead = true;
      const text = files.read(join(root, name));
      const parsed = parseYaml(name, text.ok ? (text.value ?? '') : '');
      source = parsed.ok ? parsed.value : undefined;
    }
    return source;
  };
}
