import { SOCKET } from '../../ports/engine-choice.ts';
import type { Files } from '../../ports/files.ts';

const UNIX = 'unix://';

/**
 * Whether two addresses lead to one engine, as far as they tell: a socket may be reached by links, as
 * `/var/run/docker.sock` and Docker Desktop's own are. One that is not known is no other one.
 */
export function isSameEngine(
  one: string | undefined,
  other: string | undefined,
  { realPath }: Pick<Files, 'realPath'>,
): boolean {
  const placeOf = (address: string): string => {
    const path = address.slice(UNIX.length) || SOCKET;
    return address.startsWith(UNIX)
      ? `${UNIX}${realPath(path) ?? path}`
      : address.replace(/\/+$/, '');
  };
  return one === undefined || other === undefined || placeOf(one) === placeOf(other);
}
