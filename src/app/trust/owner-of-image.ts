import { cacheScope } from '../../generate/cache-scope.ts';
import { parseRegistry, registryPath } from '../../generate/claims.ts';
import type { World } from '../../ports/world.ts';

type OwnerWorld = Pick<World, 'files' | 'host'>;

function claims({ files, host }: OwnerWorld): ReturnType<typeof parseRegistry> {
  const text = files.read(registryPath(host));
  try {
    return parseRegistry(JSON.parse((text.ok ? text.value : undefined) ?? '{}'));
  } catch {
    // Damaged: who reads it to change it says so.
    return undefined;
  }
}

/**
 * Compose calls what a service builds `PROJECT-SERVICE`: the other project whose image a name would be,
 * undefined for none. Worktrees of one clone are one project.
 *
 * @param repository without tag: `bank-api`.
 */
export function ownerOfImage(
  repository: string,
  { root, instance }: { readonly root: string; readonly instance: string },
  world: OwnerWorld,
): string | undefined {
  if (repository.startsWith(`${instance}-`)) return undefined;
  const all = [...(claims(world) ?? [])];
  const other = all.find(([, claim]) => repository.startsWith(`${claim.instance}-`));
  if (other === undefined) return undefined;
  const [folder, claim] = other;
  const scope = (path: string): string => cacheScope(path, world.files);
  return folder === root || scope(folder) === scope(root) ? undefined : claim.instance;
}
