import { rules } from '../rules.ts';
import { goFormat } from '../format.ts';
import { child, text } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';
import { visit } from '../walk.ts';

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
  visit(root, DEFAULTS, (node, fill) => {
    if (node.kind === 'map') fill(node);
  });
}
