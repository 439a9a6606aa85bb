/** Keys that newer versions of Compose know and that are not carried out here, by the mapping that has them. */
const NEWER: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, ['models']],
  [/^services\.[^.]+$/, ['models', 'provider', 'use_api_socket']],
  [/^services\.[^.]+\.build$/, ['provenance', 'sbom']],
  [/^services\.[^.]+\.networks\.[^.]+$/, ['interface_name']],
  [/^services\.[^.]+\.volumes\[\d+\]$/, ['image']],
];

/** @param where the way to the mapping; empty for the whole file */
export function isNewerKey(where: string, name: string): boolean {
  return NEWER.some(([place, names]) => place.test(where) && names.includes(name));
}
