const BYTES = { kB: 1000, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** As Docker prints sizes. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?) ?(kB|MB|GB)$/;

/** Bytes of `80MB` or `1.5GB`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = SIZE_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, amount, unit] = match;
  return Math.round(Number(amount) * BYTES[unit as keyof typeof BYTES]);
}
