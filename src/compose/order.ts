import { child, stringOf } from './tree.ts';
import type { MapNode, Node } from './tree.ts';

const SHARED = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'];

/** Services that must run before this one: `depends_on`, links, shared namespaces and volumes. */
export function nodeDependencies(service: Node): readonly string[] {
  const names = new Set<string>();
  const depends = child(service, 'depends_on');
  if (depends?.kind === 'map') for (const name of depends.entries.keys()) names.add(name);
  for (const name of texts(depends)) names.add(name);
  for (const link of texts(child(service, 'links'))) {
    const parts = link.split(':');
    names.add(parts.length === 2 ? (parts[0] ?? '') : link);
  }
  for (const key of SHARED) {
    const value = stringOf(child(service, key));
    if (value?.startsWith('service:') === true) names.add(value.slice('service:'.length));
  }
  for (const from of texts(child(service, 'volumes_from'))) {
    if (!from.startsWith('container:')) names.add(from.split(':')[0] ?? '');
  }
  return [...names];
}

function texts(node: Node | undefined): readonly string[] {
  return node?.kind === 'list' ? node.items.flatMap((item) => stringOf(item) ?? []) : [];
}

/** Names of the services, dependencies first, otherwise in the order of the files. */
export function serviceOrder(services: MapNode): readonly string[] {
  const ordered: string[] = [];
  const seen = new Set<string>();
  for (const start of services.entries.keys()) {
    // An explicit stack: chains of dependencies can be thousands long.
    const stack: { name: string; left: string[] }[] = [];
    const enter = (name: string): void => {
      const service = services.entries.get(name);
      if (service === undefined || seen.has(name)) return;
      seen.add(name);
      stack.push({ name, left: [...nodeDependencies(service.value)].reverse() });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.left.pop();
      if (next !== undefined) {
        enter(next);
        continue;
      }
      ordered.push(top.name);
      stack.pop();
    }
  }
  return ordered;
}

/** The first circle among services, closed: `a, b, a`; undefined when there is none. */
export function dependencyCycle(
  services: MapNode,
  isPresent: (name: string) => boolean,
): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of services.entries.keys()) {
    if (done.has(start) || !isPresent(start)) continue;
    const path: string[] = [];
    const onPath = new Set<string>();
    const stack: string[][] = [];
    const enter = (name: string): void => {
      const service = services.entries.get(name)?.value;
      path.push(name);
      onPath.add(name);
      stack.push(
        service === undefined ? [] : nodeDependencies(service).filter(isPresent).reverse(),
      );
    };
    enter(start);
    for (let left = stack.at(-1); left !== undefined; left = stack.at(-1)) {
      const next = left.pop();
      if (next === undefined) {
        stack.pop();
        const name = path.pop() ?? '';
        onPath.delete(name);
        done.add(name);
      } else if (onPath.has(next)) {
        return [...path.slice(path.indexOf(next)), next];
      } else if (!done.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}
