import { SOCKET } from '../../ports/engine-choice.ts';
import type { Files } from '../../ports/files.ts';
import type { SessionState } from '../../state/session-state.ts';
import type { World } from '../../ports/world.ts';

const UNIX = 'unix://';

/**
 * Whether two addresses lead to one engine, as far as they tell: a socket may be reached by links, as
 * `/var/run/docker.sock` and Docker Desktop's own are. One that is not known is no other one.
 */
export function isSameEngine(
  one: string | undefined,
  other: string | undefined,
  files: Pick<Files, 'realPath'>,
): boolean {
  const placeOf = (address: string): string => {
    const path = address.slice(UNIX.length) || SOCKET;
    return address.startsWith(UNIX)
      ? `${UNIX}${files.realPath(path) ?? path}`
      : address.replace(/\/+$/, '');
  };
  return one === undefined || other === undefined || placeOf(one) === placeOf(other);
}

/**
 * Whether a session is on the engine that is chosen now. Where their addresses do not tell, the engine is
 * asked for what it calls itself: one may be reached by its socket and by TCP.
 */
export async function isEngineOfSession(
  { engine: address, engineId }: Pick<SessionState['session'], 'engine' | 'engineId'>,
  world: Pick<World, 'engine' | 'engineChoice' | 'files'>,
): Promise<boolean> {
  const choice = world.engineChoice();
  if (isSameEngine(address, choice.ok ? choice.value.address : undefined, world.files)) return true;
  if (engineId === undefined) return false;
  const chosen = await (await world.engine()).identity();
  return chosen.ok && chosen.value === engineId;
}
