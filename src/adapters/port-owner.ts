import { readdirSync, readlinkSync } from 'node:fs';
import { textOf } from './text-of.ts';

type Protocol = 'tcp' | 'udp' | 'sctp';

/** State of a TCP socket that listens, as the kernel writes it. */
const LISTENS = '0A';

/** Inodes of the sockets that have a port, by the kernel's tables: proc(5), `/proc/net/tcp`. */
function socketsAt(port: number, protocol: Protocol): ReadonlySet<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = protocol === 'sctp' ? [] : [protocol, `${protocol}6`];
  const rows = tables.flatMap((table) => (textOf(`/proc/net/${table}`) ?? '').split('\n').slice(1));
  return new Set(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      const counts = local.endsWith(suffix) && (protocol === 'udp' || state === LISTENS);
      return counts && inode !== undefined ? [inode] : [];
    }),
  );
}

function has(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(linkAt(`/proc/${pid}/fd/${fd}`)) ?? [];
      return sockets.has(inode);
    });
  } catch {
    // Another person's process, or one that has ended.
    return false;
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** The process that has a port of this machine, on Linux; undefined elsewhere, and for others' processes. */
export function portOwner(
  port: number,
  protocol: Protocol,
): { readonly name: string; readonly pid: number } | undefined {
  const sockets = socketsAt(port, protocol);
  if (sockets.size === 0) return undefined;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && has(name, sockets));
  if (pid === undefined) return undefined;
  return { name: (textOf(`/proc/${pid}/comm`) ?? '').trim(), pid: Number(pid) };
}
