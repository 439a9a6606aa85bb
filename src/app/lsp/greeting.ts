import { fileURLToPath, pathToFileURL } from 'node:url';

/** What an editor opened, as it names it: absolute paths. */
export function openedFolders(message: object): readonly string[] {
  const params = greetingOf(message);
  if (params === undefined) return [];
  const folders = foldersOf(params).map(({ uri }) => uri);
  const uris = [params['rootUri'], ...folders].flatMap((uri) => {
    const path = pathOf(uri);
    return path === undefined ? [] : [path];
  });
  const root = params['rootPath'];
  return typeof root === 'string' ? [...uris, root] : uris;
}

/**
 * An editor's `initialize`, as a server in a container can use it. The editor's process is none of the
 * container's: a server that looks for it would end itself at once. Folders outside the clone are not
 * there; where nothing else was opened (the folder above, none), the clone is.
 * @param root of the clone in the container; the message is translated already.
 */
export function fittingGreeting(message: object, root: string): object {
  const params = greetingOf(message);
  if (params === undefined) return message;
  const isInside = (path: string | undefined): boolean =>
    path !== undefined && (path === root || path.startsWith(`${root}/`));
  const clone: Mapping = { uri: pathToFileURL(root).href, name: root.split('/').at(-1) ?? root };
  const inside = foldersOf(params).filter(({ uri }) => isInside(pathOf(uri)));
  const given = pathOf(params['rootUri']);
  const rootUri = isInside(given) ? params['rootUri'] : (inside[0]?.['uri'] ?? clone['uri']);
  const own = { ...params, processId: null, rootUri, rootPath: pathOf(rootUri) ?? root };
  const isListed = Array.isArray(params['workspaceFolders']);
  const workspaceFolders = inside.length > 0 ? inside : [clone];
  return { ...message, params: isListed ? { ...own, workspaceFolders } : own };
}

type Mapping = Readonly<Record<string, unknown>>;

function greetingOf(message: object): Mapping | undefined {
  if (!('method' in message) || message.method !== 'initialize') return undefined;
  return 'params' in message && isMapping(message.params) ? message.params : undefined;
}

function foldersOf(params: Mapping): readonly Mapping[] {
  const folders: unknown = params['workspaceFolders'];
  return Array.isArray(folders) ? folders.filter(isMapping) : [];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pathOf(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !uri.startsWith('file://')) return undefined;
  try {
    return fileURLToPath(uri.replace(/^file:\/\/localhost\//, 'file:///'));
  } catch {
    // No path of this system: another one's, or wrongly escaped.
    return undefined;
  }
}
