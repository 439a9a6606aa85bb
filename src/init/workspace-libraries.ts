import { posix } from 'node:path';
import { goLinks, goWorkMembers } from '../definitions/go-workspaces.ts';
import { packageLinks, workspaceOf } from '../definitions/workspaces.ts';
import { dependencyOrder } from '../util/graph.ts';
import { omit } from '../util/omit.ts';
import type { FoundModule } from './found.ts';
import { codeIn } from './modules.ts';
import { freeName } from './names.ts';
import type { Repository } from './repository.ts';

/**
 * Folders whose code the code of a folder takes, of the same workspace. Of what is for development alone
 * (configurations of linters and compilers) only what has to be compiled.
 */
function usedBy(folder: string, repository: Repository): readonly string[] {
  const { dependencies, runtime } = packageLinks(folder, repository);
  const packages = (workspaceOf(folder, repository)?.members ?? []).filter((member) => {
    const { name = '' } = packageLinks(member, repository);
    if (member === folder || !dependencies.has(name)) return false;
    return runtime.has(name) || codeIn(member, repository)?.compile !== undefined;
  });
  const linked = goLinks([...goWorkMembers(folder, repository)], repository).get(folder) ?? [];
  return [...packages, ...linked];
}

/**
 * The packages of a workspace that the code of a folder takes, and those that they take: modules without
 * a process, so that they are compiled first and an edit of them is seen. Each after those that it uses.
 * @param modules those of dev.yaml: a folder that is one's is not another's.
 * @param taken names of services and modules.
 */
export function workspaceLibraries(
  folder: string,
  repository: Repository,
  modules: readonly { readonly path: string }[],
  taken: readonly string[],
): readonly FoundModule[] {
  const names = new Set(taken);
  const there = new Set(modules.map(({ path }) => path));
  const order = dependencyOrder([folder], (one) => usedBy(one, repository));
  return order.flatMap((path) => {
    const code = path === folder || there.has(path) ? undefined : codeIn(path, repository);
    if (code === undefined) return [];
    const name = freeName(posix.basename(path), { folder: path, calls: code.calls }, names);
    return [
      { name, path, ...omit(code, 'calls', 'run', 'production', 'bundle', 'reloads', 'port') },
    ];
  });
}
