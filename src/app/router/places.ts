import { sha256 } from '../../util/sha256.ts';
import { join } from 'node:path';
import { personFolder } from '../../generate/person-folder.ts';
import { personsMark, type MarkWorld } from '../../generate/persons-mark.ts';
import type { Host } from '../../ports/host.ts';

/** Where the router's things lie, absolute: one router for all projects of a person. */
export interface RouterPlaces {
  readonly folder: string;
  /** One file a project. */
  readonly records: string;
  /** All that its container sees. */
  readonly served: string;
  readonly certificates: string;
  readonly fallback: string;
  /** Ports that it has. */
  readonly ports: string;
  readonly lock: string;
  /** Of its container and, after `0-`, of its network; another person's is called otherwise. */
  readonly name: string;
  /** What it is known by: labels are anybody's, in Compose files and in images. */
  readonly mark: string;
}

type Person = Pick<Host, 'home' | 'environment'>;

export function routerPlaces(world: MarkWorld): RouterPlaces {
  return { ...routerFolders(world.host), mark: personsMark('router', world) };
}

/** What only reads what it has written needs no more. */
export function routerFolders(host: Person): Omit<RouterPlaces, 'mark'> {
  const person = personFolder(host);
  const folder = join(person, 'router');
  const served = join(folder, 'served');
  return {
    folder,
    records: join(folder, 'projects'),
    served,
    certificates: join(served, 'certs'),
    fallback: join(served, 'fallback.pem'),
    ports: join(folder, 'ports.json'),
    lock: join(person, 'locks/router'),
    name: `onestack-router-${sha256(folder).slice(0, 8)}`,
  };
}

/** By these the engine knows a person's router. */
export function routerLabels({ mark }: RouterPlaces): Readonly<Record<string, string>> {
  return { [ROUTER_LABEL]: mark };
}

export const ROUTER_LABEL = 'dev.onestack.router';
/** Value of the label by which the tool's own containers are told apart. */
export const ROUTER_KIND = 'router';
/** What its container was made from. */
export const ROUTER_STAMP_LABEL = 'dev.onestack.router-stamp';

/**
 * The engine takes the first network by name for what its container's ports are published through:
 * no project's comes before.
 */
export const networkOf = ({ name }: Pick<RouterPlaces, 'name'>): string => `0-${name}`;

/** A project's file among the records. */
export function recordPlace(places: Pick<RouterPlaces, 'records'>, id: string): string {
  return join(places.records, `${id}.json`);
}
