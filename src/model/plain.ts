/** Plain data as it comes out of YAML or JSON, before anything is known of its shape. */
export type PlainMapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is PlainMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping under a key; empty when there is none. */
export function mappingAt(value: unknown, key: string): PlainMapping {
  const found = isMapping(value) ? value[key] : undefined;
  return isMapping(found) ? found : {};
}
