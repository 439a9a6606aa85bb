import type { Socket } from 'node:net';
import { textOf } from './text-of.ts';

/** State of a TCP socket whose connection stands, as the kernel writes it. */
const STANDS = '01';

/** `127.0.0.1` → `0100007F`, as the kernel of a little-endian machine writes it: proc(5). */
function kernelAddress(address: string): string {
  const bytes = address.split('.').map(Number);
  return Buffer.from(bytes.reverse()).toString('hex').toUpperCase();
}

const kernelPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/**
 * Who has the other end of a connection over this machine's loopback.
 *
 * @param tables `/proc/net/tcp` and `tcp6`: programs that speak both have an IPv4 address in the latter
 * @returns their user id; undefined where no process has it (any more)
 */
export function peerUser(
  tables: readonly string[],
  peer: { readonly address: string; readonly port: number },
  ownPort: number,
): number | undefined {
  const local = `${kernelAddress(peer.address)}:${kernelPort(peer.port)}`;
  for (const row of tables.flatMap((table) => table.split('\n'))) {
    const [, from = '', to = '', state, , , , uid, , inode] = row.trim().split(/\s+/);
    const isPeer = from.endsWith(local) && to.endsWith(`:${kernelPort(ownPort)}`);
    // What its process has closed belongs to nobody, and is written as root's.
    if (isPeer && state === STANDS && inode !== '0') return Number(uid);
  }
  return undefined;
}

/** Who has the other end: the person or root, or another user; undefined where no process has it. */
type Peer = 'own' | { readonly user: number | undefined };

/** Whose connection over loopback it is; the person's own where the system does not tell. */
export function peerOf(socket: Socket): Peer {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(textOf);
  if (tables[0] === undefined) return 'own';
  const { remoteAddress: address, remotePort: port, localPort } = socket;
  if (address === undefined || port === undefined || localPort === undefined) {
    return { user: undefined };
  }
  const known = tables.filter((table) => table !== undefined);
  const user = peerUser(known, { address, port }, localPort);
  // Windows brings its own connections into its Linux, where they have no process.
  const isWindows = /microsoft/i.test(textOf('/proc/sys/kernel/osrelease') ?? '');
  if (user === undefined) return isWindows ? 'own' : { user };
  return user === 0 || user === process.getuid?.() ? 'own' : { user };
}

/** Whether a connection comes from the person's own processes, or root's; where only Linux tells. */
export function isFromOwnUser(socket: Socket): boolean {
  return peerOf(socket) === 'own';
}
