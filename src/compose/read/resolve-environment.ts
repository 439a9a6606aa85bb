import type { PlacedLookup } from './interpolate.ts';
import { child, isNull, setKey, stringOf, text } from '../tree.ts';
import type { MapNode } from '../tree.ts';

/**
 * Gives `environment: [NAME]` its value from outside, and configs that name a variable their
 * content, as Compose does when a model is complete.
 */
export function resolveFromEnvironment(root: MapNode, lookup: PlacedLookup): void {
  const services = child(root, 'services');
  for (const { value: service } of services?.kind === 'map' ? services.entries.values() : []) {
    const list = child(service, 'environment');
    if (list?.kind !== 'list') continue;
    list.items = list.items.map((item) => {
      const name = stringOf(item);
      const found = name === undefined ? undefined : lookup(name, item.at);
      if (name === undefined || found === undefined) return item;
      return { ...item, ...text(`${name}=${found}`, item.at) };
    });
  }
  setContent(root, 'secrets', SECRET_VALUE, lookup);
  setContent(root, 'configs', 'content', lookup);
}

/** The hidden key under which Compose keeps a secret's value. Never written out. */
const SECRET_VALUE = 'x-#value';

function setContent(root: MapNode, section: string, key: string, lookup: PlacedLookup): void {
  const objects = child(root, section);
  for (const { value: object } of objects?.kind === 'map' ? objects.entries.values() : []) {
    const name = child(object, 'environment');
    const variable = stringOf(name);
    const found =
      variable === undefined || name === undefined ? undefined : lookup(variable, name.at);
    if (object.kind === 'map' && name !== undefined && found !== undefined) {
      setKey(object, key, text(found, name.at));
    }
  }
}

/** Takes out again what only stood for Compose's own checks, and must never be written. */
export function hideContents(root: MapNode): void {
  for (const [section, key] of [
    ['secrets', SECRET_VALUE],
    ['configs', 'content'],
  ] as const) {
    const objects = child(root, section);
    for (const { value: object } of objects?.kind === 'map' ? objects.entries.values() : []) {
      const name = child(object, 'environment');
      if (object.kind === 'map' && name !== undefined && !isNull(name)) object.entries.delete(key);
    }
  }
}
