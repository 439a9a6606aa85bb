/** When an image is got from its registry, as `pull_policy` says it. */
export type PullPolicy =
  | { readonly kind: 'default' | 'missing' | 'always' | 'never' | 'build' }
  /** Again when it was last got longer ago. */
  | { readonly kind: 'refresh'; readonly afterMs: number };

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  w: 7 * 24 * HOUR_MS,
  d: 24 * HOUR_MS,
  h: HOUR_MS,
  m: 60_000,
  s: 1000,
};

/** `1w2d`, `12h` → milliseconds; undefined where it is no such text. */
function durationMs(text: string): number | undefined {
  if (!/^(?:\d+[wdhms])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([wdhms])/g)];
  return parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS_MS[unit] ?? 0), 0);
}

/** Reads `pull_policy`; what it does not know, the definition's check has refused. */
export function pullPolicy(value: unknown): PullPolicy {
  switch (value) {
    case 'always':
    case 'never':
    case 'build':
    case 'missing':
      return { kind: value };
    case 'if_not_present':
      return { kind: 'missing' };
    case 'daily':
      return { kind: 'refresh', afterMs: 24 * HOUR_MS };
    case 'weekly':
      return { kind: 'refresh', afterMs: 7 * 24 * HOUR_MS };
    default: {
      const every = typeof value === 'string' ? /^every_(.+)$/.exec(value)?.[1] : undefined;
      const afterMs = every === undefined ? undefined : durationMs(every);
      return afterMs === undefined ? { kind: 'default' } : { kind: 'refresh', afterMs };
    }
  }
}
