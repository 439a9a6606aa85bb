import { join } from 'node:path';
import { parse } from 'yaml';
import type { ComposeFiles } from '../model/project.ts';
import type { Files } from '../ports/files.ts';

/**
 * Names of the services that the project's own Compose files define, whatever the context. Only
 * for telling unknown names: undefined when the files cannot say it all (`include`, not readable).
 */
export function composeServiceNames(
  root: string,
  files: Pick<Files, 'read' | 'list'>,
  compose?: ComposeFiles,
): readonly string[] | undefined {
  const folder = join(root, 'compose');
  const paths = [
    ...(compose?.files ?? []),
    ...files.list(folder).map((name) => join(folder, name)),
    ...files.list(join(folder, 'dev')).map((name) => join(folder, 'dev', name)),
  ].filter((path) => /\.ya?ml$/.test(path));
  const names = new Set<string>();
  for (const path of paths) {
    const document = composeDocument(path, files);
    if (document === undefined || 'include' in document) return undefined;
    for (const name of Object.keys(document['services'] ?? {})) names.add(name);
  }
  return [...names];
}

function composeDocument(
  path: string,
  files: Pick<Files, 'read'>,
): Readonly<Record<string, object | null>> | undefined {
  const text = files.read(path);
  if (!text.ok || text.value === undefined) return undefined;
  try {
    const value: unknown = parse(text.value, { merge: true, logLevel: 'silent' });
    return typeof value === 'object' && value !== null
      ? (value as Record<string, object | null>)
      : {};
  } catch {
    // The merge tells what is wrong with the file, with its place.
    return undefined;
  }
}
