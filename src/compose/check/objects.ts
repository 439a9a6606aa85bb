import type { Problems } from '../problems.ts';
import { child, isNull, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** Checks that concern one object, after defaults are set and before paths are resolved. */
export function checkObjects(root: MapNode, problems: Problems): void {
  for (const [name, value] of section(root, 'volumes')) checkVolume(name, value, problems);
  for (const [name, value] of section(root, 'configs')) {
    checkContent(`configs.${name}`, value, ['file', 'environment', 'content'], problems);
  }
  for (const [name, value] of section(root, 'secrets')) {
    checkContent(`secrets.${name}`, value, ['file', 'environment'], problems);
  }
  for (const [name, service] of section(root, 'services')) {
    const watch = child(child(service, 'develop'), 'watch');
    for (const item of watch?.kind === 'list' ? watch.items : []) {
      const path = child(item, 'path');
      if (path !== undefined && stringOf(path) === '') {
        problems.add(`services.${name}.develop.watch: a path cannot be empty`, path.at);
      }
    }
    const reservations = child(child(child(service, 'deploy'), 'resources'), 'reservations');
    for (const list of [child(reservations, 'devices'), child(service, 'gpus')]) {
      for (const item of list?.kind === 'list' ? list.items : [])
        checkDevices(name, item, problems);
    }
  }
}

function section(root: MapNode, name: string): [string, Node][] {
  const node = child(root, name);
  if (node?.kind !== 'map') return [];
  return [...node.entries].map(([key, entry]) => [key, entry.value]);
}

function checkVolume(name: string, node: Node, problems: Problems): void {
  if (node.kind !== 'map') return;
  const external = child(node, 'external');
  if (external?.kind !== 'scalar' || external.value === false) return;
  if (external.type !== 'bool') {
    problems.add(`volumes.${name}.external must be true or false`, external.at);
    return;
  }
  for (const [key, entry] of node.entries) {
    if (key === 'name' || key === 'external' || key.startsWith('x-')) continue;
    problems.add(`volumes.${name} is external and has the key "${key}"`, entry.key, {
      why: 'An external volume is only named; it is made elsewhere.',
      cure: `Remove "${key}", or external.`,
    });
  }
}

function checkContent(name: string, node: Node, keys: readonly string[], problems: Problems): void {
  if (node.kind !== 'map') return;
  const present = keys.filter((key) => node.entries.has(key));
  if (present.length > 1) {
    problems.add(`${name}: only one of ${keys.join(', ')} can be set`, node.at);
  } else if (present.length === 0 && !node.entries.has('driver') && !node.entries.has('external')) {
    problems.add(`${name}: one of ${keys.join(', ')} must be set`, node.at);
  }
}

function checkDevices(service: string, node: Node, problems: Problems): void {
  if (node.kind !== 'map' || !node.entries.has('count') || !node.entries.has('device_ids')) return;
  if (isNull(node)) return;
  problems.add(`services.${service}: a device request has count or device_ids, not both`, node.at);
}
