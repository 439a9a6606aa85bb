import pc from 'picocolors';
import type { ContainerState, Health, PublishedPort } from '../ports/engine.ts';
import { tableText } from './table.ts';

/** One row: a service and its container. */
export interface StatusRow {
  readonly service: string;
  readonly state: ContainerState | 'absent';
  readonly health: Health;
  readonly detail: string;
  readonly ports: readonly PublishedPort[];
}

function mark({ state, health }: StatusRow, paint: ReturnType<typeof pc.createColors>): string {
  if (state === 'absent') return paint.dim('○');
  if (state !== 'running' || health === 'unhealthy') return paint.red('✗');
  return health === 'starting' ? paint.yellow('…') : paint.green('✓');
}

/** `8443→443`; an address only where it is not this machine's own. */
function portText({ hostAddress, hostPort, containerPort, protocol }: PublishedPort): string {
  const address = hostAddress === '127.0.0.1' ? '' : `${hostAddress}:`;
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  return `${address}${String(hostPort)}→${String(containerPort)}${suffix}`;
}

/** The services as a table: mark, name, the engine's own words, published ports. */
export function statusText(rows: readonly StatusRow[], color: boolean): string {
  const paint = pc.createColors(color);
  return tableText(
    rows.map((row) => [
      mark(row, paint),
      row.service,
      row.detail.toLowerCase(),
      row.ports.map(portText).join(' '),
    ]),
  );
}
