const MS_PER_DAY = 86_400_000;

/**
 * `14:02`, `14:02:33`, `14:02:33.5` → that time of today, or of yesterday when it is still to come, in
 * epoch milliseconds; undefined for what is no time of a day.
 */
export function clockTime(text: string, nowMs: number): number | undefined {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,3}))?)?$/.exec(text);
  if (clock === null) return undefined;
  const [, hours, minutes, seconds = '0', fraction = '0'] = clock;
  const today = new Date(nowMs);
  today.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')));
  const atMs = today.getTime();
  return atMs > nowMs ? atMs - MS_PER_DAY : atMs;
}
