import { isAbsolute, join } from 'node:path/posix';
import type { Problems } from '../problems.ts';
import { rules } from '../rules.ts';
import { child, stringOf } from '../tree.ts';
import type { MapNode, Node, ScalarNode } from '../tree.ts';
import { rewriteInPlace } from '../walk.ts';

type Resolver = (node: Node, context: Context) => Node;

interface Context {
  /** The folder that paths are relative to: absolute, or itself relative to the project's. */
  readonly folder: string;
  readonly home: string | undefined;
  readonly problems: Problems;
}

const RESOLVERS = rules<Resolver>({
  'services.*.build.context': contextPath,
  'services.*.build.additional_contexts.*': contextPath,
  'services.*.build.ssh.*': unixPath,
  'services.*.env_file.*.path': anyPath,
  'services.*.label_file.*': anyPath,
  'services.*.extends.file': extendsPath,
  'services.*.develop.watch.*.path': anyPath,
  'services.*.volumes.*': volumeMount,
  'configs.*.file': unixPath,
  'secrets.*.file': unixPath,
  'volumes.*': driverOptions,
});

/** Joins every path of the document to `folder`, in place. */
export function resolvePaths(root: MapNode, context: Context): void {
  rewriteInPlace(root, RESOLVERS, (node, resolve) => resolve(node, context));
}

function withText(node: Node, value: string): Node {
  return { ...(node as ScalarNode), value };
}

function expandHome(path: string, home: string | undefined): string {
  return path.startsWith('~') && home !== undefined ? join(home, path.slice(1)) : path;
}

function anyPath(node: Node, context: Context): Node {
  const value = stringOf(node);
  if (value === undefined) {
    context.problems.add('A path must be text', node.at);
    return node;
  }
  const path = expandHome(value, context.home);
  if (path === '' || isAbsolute(path)) return withText(node, path);
  return withText(node, joined(context.folder, path));
}

/** Like `join`, but without the slash that it keeps at the end. */
function joined(folder: string, path: string): string {
  const result = join(folder, path);
  return result.length > 1 && result.endsWith('/') ? result.slice(0, -1) : result;
}

const REMOTE = /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/;

function contextPath(node: Node, context: Context): Node {
  const value = stringOf(node);
  if (value === undefined) return anyPath(node, context);
  if (value.includes('://') || value.startsWith('service:') || REMOTE.test(value)) return node;
  return anyPath(node, context);
}

function extendsPath(node: Node, context: Context): Node {
  const value = stringOf(node);
  return value !== undefined && isRemoteFile(value) ? node : anyPath(node, context);
}

/** Files that Compose fetches: git repositories and OCI artifacts. */
export function isRemoteFile(path: string): boolean {
  return /^(?:https?|git|ssh|oci):\/\//.test(path) || /^(?:github\.com\/|git@)/.test(path);
}

const WINDOWS_DRIVE = /^[a-zA-Z]:[\\/]/;
const WINDOWS_SHARE = /^[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.]+[\\/]/;

function unixPath(node: Node, context: Context): Node {
  const value = stringOf(node);
  if (value === undefined) return node;
  const path = expandHome(value, context.home);
  if (isAbsolute(path) || WINDOWS_DRIVE.test(path) || WINDOWS_SHARE.test(path)) {
    return withText(node, path);
  }
  return withText(node, joined(context.folder, path));
}

function volumeMount(node: Node, context: Context): Node {
  if (node.kind !== 'map' || stringOf(child(node, 'type')) !== 'bind') return node;
  const entry = node.entries.get('source');
  if (entry === undefined) {
    context.problems.add('A bind mount needs a source', node.at, {
      cure: 'Give source: the folder or file of the host to mount.',
    });
    return node;
  }
  entry.value = unixPath(entry.value, context);
  return node;
}

function driverOptions(node: Node, context: Context): Node {
  if (stringOf(child(node, 'driver')) !== 'local') return node;
  const options = child(node, 'driver_opts');
  if (options?.kind !== 'map' || stringOf(child(options, 'o')) !== 'bind') return node;
  const device = options.entries.get('device');
  if (device !== undefined) device.value = unixPath(device.value, context);
  return node;
}
