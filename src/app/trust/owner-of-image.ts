import { cacheScope } from '../../generate/cache-scope.ts';
import { parseRegistry, registryPath } from '../../generate/claims.ts';
import type { World } from '../../ports/world.ts';

interface OwnerWorld {
  readonly files: World['files'];
  readonly host: Pick<World['host'], 'home' | 'environment' | 'uid'>;
}

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
 * Compose calls what a service builds `PROJECT-SERVICE`, and the pipeline what it bakes
 * `PROJECT/MODULE`: the other project whose image a name would be, undefined for none. Worktrees of one clone are one project.
 *
 * @param repository without tag: `bank-api`.
 */
export function ownerOfImage(
  repository: string,
  { root, instance }: { readonly root: string; readonly instance: string },
  world: OwnerWorld,
): string | undefined {
  if (repository.startsWith(`${instance}-`)) return undefined;
  const scope = (folder: string): string => cacheScope(folder, world.files);
  const other = [...(claims(world) ?? [])].find(
    ([folder, claim]) =>
      [`${claim.instance}-`, `${claim.project}/`].some((own) => repository.startsWith(own)) &&
      folder !== root &&
      scope(folder) !== scope(root),
  );
  return other?.[1].instance;
}
