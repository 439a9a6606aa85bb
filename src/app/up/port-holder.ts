import { rootOfComposeFile } from '../../model/places.ts';
import type { ContainerSummary, PublishedPort } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { ownLine } from '../../util/terminal-text.ts';
import { COMPOSE_LABELS, ownerOf } from '../../ports/compose-labels.ts';

export interface PortHolderWorld extends Pick<World, 'ports'> {
  readonly engine: Pick<Engine, 'runningContainers'>;
}

/** Compose's own label on every container of a project. */

/**
 * Who has a host port, in words: `web of shop-2 (/home/ann/shop-2)`, `node (process 1234)`. The engine
 * is asked once, and only when somebody wants to know.
 */
export function portHolder(
  instance: string,
  { engine, ports }: PortHolderWorld,
): (port: number, protocol: PublishedPort['protocol']) => Promise<string | undefined> {
  let running: Promise<readonly ContainerSummary[]> | undefined;
  const listed = (): Promise<readonly ContainerSummary[]> =>
    (running ??= engine.runningContainers().then((answer) => (answer.ok ? answer.value : [])));
  return async (port, protocol) => {
    const isIt = (one: PublishedPort): boolean =>
      one.hostPort === port && one.protocol === protocol;
    const container = (await listed()).find((one) => one.ports.some(isIt));
    if (container !== undefined) return ownLine(containerText(container, instance));
    const owner = await ports.owner(port, protocol);
    if (owner !== undefined) return ownLine(`${owner.name} (process ${String(owner.pid)})`);
    return ports.reserver(port, protocol);
  };
}

/** A container by its service and project, with the folder that it was started from. */
function containerText({ name, service, labels }: ContainerSummary, instance: string): string {
  const project = ownerOf(labels);
  if (project === undefined) return `the container ${name}`;
  if (project === instance) return `${service}, which goes on running`;
  const [file = ''] = (labels[COMPOSE_LABELS.configFiles] ?? '').split(',');
  const folder = file === '' ? '' : ` (${rootOfComposeFile(file)})`;
  return `${service} of ${project}${folder}`;
}
