/** A copy of the object without these keys. */
export function omit<T extends object, K extends keyof T>(
  object: T,
  ...keys: readonly K[]
): Omit<T, K> {
  const copy: Partial<T> = { ...object };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  // What is deleted is exactly what the type leaves out.
  return copy as Omit<T, K>;
}
