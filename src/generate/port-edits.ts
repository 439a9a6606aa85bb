import type { Edit } from '../compose/merge/edits.ts';
import { replicasOf } from '../compose/replicas.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { AssignedPort, Protocol, WantedPort } from './port-wishes.ts';

const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

/** A port that a merged document publishes, and where in the document it stands. */
export interface PublishedEntry extends WantedPort {
  /** Path of the entry: `services`, NAME, `ports`, INDEX. */
  readonly path: readonly string[];
  /** The entry as it is in the document. */
  readonly written: PlainMapping;
  /** Whether the document itself names the address. */
  readonly hasAddress: boolean;
  /** Only the engine can choose: each of several containers needs a port of its own. */
  readonly leftToEngine: boolean;
}

function protocolOf(value: unknown): Protocol {
  return value === 'udp' || value === 'sctp' ? value : 'tcp';
}

/** Host ports as written, the first and the last of a range; 0 for any. */
function hostPortsOf(published: unknown): { readonly first: number; readonly last: number } {
  const text = typeof published === 'number' ? String(published) : published;
  const written = typeof text === 'string' ? /^(\d+)(?:-(\d+))?$/.exec(text) : null;
  const [, from = '', to = from] = written ?? [];
  const [first, last] = [Number(from), Number(to)];
  return { first, last: Math.max(first, last) };
}

/** Every port that services publish, in the order of the document; entries are in the long form. */
export function publishedEntries(
  document: PlainMapping,
  unbound: 'loopback' | 'as-written' = 'loopback',
): readonly PublishedEntry[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([service, definition]) => {
    const ports = isMapping(definition) ? definition['ports'] : undefined;
    if (!isMapping(definition) || !Array.isArray(ports)) return [];
    const replicas = replicasOf(definition);
    return ports.flatMap((port: unknown, index) => {
      if (!isMapping(port)) return [];
      const { host_ip: address, published } = port;
      const { first, last } = hostPortsOf(published);
      return [
        {
          service,
          path: ['services', service, 'ports', String(index)],
          written: port,
          containerPort: Number(port['target']),
          protocol: protocolOf(port['protocol']),
          hostAddress:
            typeof address === 'string' ? address : unbound === 'loopback' ? LOOPBACK : EVERYWHERE,
          hostPort: first,
          lastPort: last,
          count: Math.max(1, replicas),
          hasAddress: typeof address === 'string',
          leftToEngine: replicas > 1 && first === 0,
        },
      ];
    });
  });
}

const rangeLength = ({ hostPort, lastPort }: WantedPort): number => lastPort - hostPort + 1;

/** Of several containers each takes one of the range. */
function publishedText(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}

/**
 * Binds to this machine alone what the project does not bind itself, and publishes on the ports
 * that were decided. Entries for which none was decided keep theirs.
 * @param unbound `as-written`: what names no address is published on all of them, as Compose does.
 */
export function portEdits(
  entries: readonly PublishedEntry[],
  assigned: readonly AssignedPort[],
  unbound: 'loopback' | 'as-written' = 'loopback',
): readonly Edit[] {
  return entries.flatMap((entry, index): readonly Edit[] => {
    const { assigned: port } = assigned[index] ?? {};
    const closes = !entry.hasAddress && unbound === 'loopback';
    // Entries are set as a whole, so that what the file says stays in their history.
    const bound = closes ? { ...entry.written, host_ip: LOOPBACK } : entry.written;
    const { path } = entry;
    const edits: Edit[] = [];
    if (closes) edits.push({ kind: 'set', path, value: bound, label: 'loopback only' });
    const published = port === undefined ? undefined : publishedText(port, entry.count);
    if (
      published !== undefined &&
      published !== publishedText(entry.hostPort, rangeLength(entry))
    ) {
      const value = { ...bound, published };
      edits.push({ kind: 'set', path, value, label: 'host port' });
    }
    return edits;
  });
}

/** Takes all published ports away: what runs is reached from inside alone. */
export function unpublishEdits(document: PlainMapping): readonly Edit[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([service, definition]) =>
    isMapping(definition) && definition['ports'] !== undefined
      ? [
          {
            kind: 'remove' as const,
            path: ['services', service, 'ports'],
            label: 'nothing published',
          },
        ]
      : [],
  );
}
