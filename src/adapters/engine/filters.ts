/** Of a list of the engine's, what carries all these labels; an empty value stands for any. */
export function listFilters(
  labels: Readonly<Record<string, string>>,
  more: Readonly<Record<string, readonly string[]>> = {},
): string {
  const label = Object.entries(labels).map(([name, value]) =>
    value === '' ? name : `${name}=${value}`,
  );
  // Podman 4 refuses a filter without values.
  return JSON.stringify({ ...(label.length > 0 && { label }), ...more });
}
