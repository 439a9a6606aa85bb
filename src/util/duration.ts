const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What a duration looks like: `500ms`, `90s`, `2m`, `1h30m`. */
export const DURATION_PATTERN = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** Milliseconds of `500ms`, `90s`, `2m`, `1h30m`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    totalMs += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return totalMs;
}

/** `90s`, `2m`, `50ms`: the shortest way to write so many whole milliseconds. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (durationMs > 0 && durationMs % UNIT_MS[unit] === 0) {
      return `${durationMs / UNIT_MS[unit]}${unit}`;
    }
  }
  return `${durationMs}ms`;
}
