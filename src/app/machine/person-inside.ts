import type { World } from '../../ports/world.ts';
import type { Account } from '../../util/accounts.ts';

export type PersonInsideWorld = Pick<World, 'host' | 'files' | 'engineChoice' | 'engine'>;

/**
 * The numbers under which the person's files are the person's inside of containers: her own. A rootless
 * engine is herself: root in there is she out here, and her own number is one that owns nothing.
 *
 * Only an engine behind a socket of her own is asked; one that does not answer is taken for a usual one.
 */
export async function personInside(world: PersonInsideWorld): Promise<Account> {
  const { uid, gid } = world.host;
  const own = { uid, gid };
  const choice = world.engineChoice();
  if (!choice.ok || choice.value.at.kind !== 'socket' || uid === 0) return own;
  if (world.files.stat(choice.value.at.path)?.uid !== uid) return own;
  const version = await (await world.engine()).version();
  return version.ok && version.value.isRootless ? { uid: 0, gid: 0 } : own;
}
