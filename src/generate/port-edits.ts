import type { Edit } from '../compose/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';
import type { AssignedPort, Protocol, WantedPort } from './ports.ts';

const LOOPBACK = '127.0.0.1';

/** A port that a merged document publishes, and where in the document it stands. */
export interface PublishedEntry extends WantedPort {
  /** Path of the entry: `services`, NAME, `ports`, INDEX. */
  readonly path: readonly string[];
  /** Whether the document itself names the address. */
  readonly hasAddress: boolean;
}

function protocolOf(value: unknown): Protocol {
  return value === 'udp' || value === 'sctp' ? value : 'tcp';
}

/** Every port that services publish, in the order of the document; entries are in the long form. */
export function publishedEntries(document: PlainMapping): readonly PublishedEntry[] {
  return Object.entries(mappingAt(document, 'services')).flatMap(([service, definition]) => {
    const ports = isMapping(definition) ? definition['ports'] : undefined;
    if (!Array.isArray(ports)) return [];
    return ports.flatMap((port: unknown, index) => {
      if (!isMapping(port)) return [];
      const address = port['host_ip'];
      return [
        {
          service,
          path: ['services', service, 'ports', String(index)],
          containerPort: Number(port['target']),
          protocol: protocolOf(port['protocol']),
          hostAddress: typeof address === 'string' ? address : LOOPBACK,
          hostPort: Number(port['published'] ?? 0),
          hasAddress: typeof address === 'string',
        },
      ];
    });
  });
}

/**
 * Binds to this machine alone what the project does not bind itself, and publishes on the ports
 * that were decided.
 */
export function portEdits(
  entries: readonly PublishedEntry[],
  assigned: readonly AssignedPort[],
): readonly Edit[] {
  return entries.flatMap((entry, index): readonly Edit[] => {
    const port = assigned[index]?.assigned ?? entry.hostPort;
    const address: Edit[] = entry.hasAddress
      ? []
      : [
          {
            kind: 'set',
            path: [...entry.path, 'host_ip'],
            value: LOOPBACK,
            label: 'loopback only',
          },
        ];
    if (port === entry.hostPort) return address;
    const path = [...entry.path, 'published'];
    return [...address, { kind: 'set', path, value: String(port), label: 'host port' }];
  });
}
