import { below, items, rules } from '../rules.ts';
import type { Rules } from '../rules.ts';
import { goFormat } from '../format.ts';
import { child, text } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

type Default = (node: MapNode) => void;

const DEFAULTS = rules<Default>({
  'services.*.build': (node) => {
    add(node, 'context', '.');
  },
  'services.*.secrets.*': (node) => {
    const source = child(node, 'source');
    add(node, 'target', `/run/secrets/${source === undefined ? '' : goFormat(source)}`);
  },
  'services.*.ports.*': (node) => {
    add(node, 'protocol', 'tcp');
    add(node, 'mode', 'ingress');
  },
  'services.*.deploy.resources.reservations.devices.*': anyDevice,
  'services.*.gpus.*': anyDevice,
});

function anyDevice(node: MapNode): void {
  if (!node.entries.has('device_ids')) add(node, 'count', 'all');
}

function add(node: MapNode, key: string, value: string): void {
  if (node.entries.has(key)) return;
  const at = { tool: 'Compose default' };
  node.entries.set(key, { key: at, value: text(value, at) });
}

/** Fills in what Compose assumes where a file says nothing, in place. */
export function setDefaults(root: Node): void {
  walk(root, DEFAULTS);
}

function walk(node: Node, at: Rules<Default>): void {
  if (at.rule !== undefined) {
    if (node.kind === 'map') at.rule(node);
    return;
  }
  if (node.kind === 'map') {
    for (const [name, entry] of node.entries) {
      const inner = below(at, name);
      if (inner !== undefined) walk(entry.value, inner);
    }
  } else if (node.kind === 'list') {
    const inner = items(at);
    if (inner !== undefined) for (const item of node.items) walk(item, inner);
  }
}
