import { isEnabled } from '../profiles.ts';
import type { Problems } from '../problems.ts';
import { child, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** What the parts of a merged document are checked against. */
export interface Scope {
  readonly root: MapNode;
  readonly services: MapNode;
  readonly profiles: readonly string[];
  readonly problems: Problems;
  /** Whether there is a service of that name which the profiles do not leave out. */
  readonly isThere: (service: string) => boolean;
}

export function scopeOf(
  root: MapNode,
  services: MapNode,
  profiles: readonly string[],
  problems: Problems,
): Scope {
  const isThere = (name: string): boolean => {
    const service = services.entries.get(name)?.value;
    return service !== undefined && isEnabled(service, profiles);
  };
  return { root, services, profiles, problems, isThere };
}

export function hasText(node: Node, key: string): boolean {
  return (stringOf(child(node, key)) ?? '') !== '';
}
