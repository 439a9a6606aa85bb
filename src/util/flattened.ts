/**
 * Nested groups with a path each: `modules.api.watch` → `true`. Lists and empty groups are values.
 */
export function flattened(
  group: Readonly<Record<string, unknown>>,
  prefix = '',
): ReadonlyMap<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(group)) {
    const path = `${prefix}${key}`;
    if (isGroup(value))
      for (const [inner, one] of flattened(value, `${path}.`)) flat.set(inner, one);
    else flat.set(path, value);
  }
  return flat;
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.keys(value).length > 0;
}
