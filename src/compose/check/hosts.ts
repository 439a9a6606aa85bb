import type { Problems } from '../problems.ts';
import { child, stringOf } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** Checks `extra_hosts` of services and builds: a name, and an address for it. */
export function checkHosts(root: MapNode, problems: Problems): void {
  const services = child(root, 'services');
  for (const { value: service } of services?.kind === 'map' ? services.entries.values() : []) {
    checkList(child(service, 'extra_hosts'), problems);
    checkList(child(child(service, 'build'), 'extra_hosts'), problems);
  }
}

function checkList(node: Node | undefined, problems: Problems): void {
  if (node?.kind === 'map') {
    for (const [name, entry] of node.entries) {
      if (name === '' || /[:=]/.test(name)) problems.add(`"${name}" is no host name`, entry.key);
    }
  }
  for (const item of node?.kind === 'list' ? node.items : []) {
    const line = stringOf(item) ?? '';
    const separator = line.includes('=') ? '=' : ':';
    const cut = line.indexOf(separator);
    if (cut === -1) {
      problems.add(`"${line}" has no address`, item.at, { cure: 'Write name=address.' });
      continue;
    }
    const name = line.slice(0, cut);
    if (name === '' || /[:=]/.test(name)) problems.add(`"${name}" is no host name`, item.at);
  }
}
