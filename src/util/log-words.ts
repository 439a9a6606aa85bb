/** What loggers call their fields, and how they write levels and times. */

/** How grave a record is, in the words of most loggers. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The commonest first. */
export const TIME_NAMES = [
  ...['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'asctime', 'date', 't', '@t'],
  ...['Timestamp', 'instant', 'timeMillis'],
];

/** Names before numbers, which mean another thing to each logger. */
export const LEVEL_NAMES = [
  ...['levelname', 'level_name', '_level_name', 'level', 'severity', 'lvl', 'log.level'],
  ...['loglevel', '@l', '@level', 'Level', 'LogLevel', 'error_severity'],
];

/** These alone are words of logs; the others are words for much else. */
export const CLEAR_MESSAGES = ['msg', 'message', '@message'];

export const MESSAGE_NAMES = [
  ...CLEAR_MESSAGES,
  ...['event', '@m', '@mt', 'Message', 'RenderedMessage', 'MessageTemplate', 'short_message'],
];

/** Pino's and Bunyan's numbers, from 100 on Monolog's; those of their own between belong to the one below. */
const NUMBERED: readonly (readonly [from: number, level: LogLevel])[] = [
  [500, 'fatal'],
  [400, 'error'],
  [300, 'warn'],
  [200, 'info'],
  [100, 'debug'],
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [10, 'trace'],
];

/** Monolog's emergency. */
const GREATEST = 600;

const NAMED: Readonly<Record<string, LogLevel>> = {
  ...{ trace: 'trace', verbose: 'trace', silly: 'trace', finest: 'trace', finer: 'trace' },
  ...{ debug: 'debug', fine: 'debug', config: 'debug', dbg: 'debug' },
  ...{ debug1: 'debug', debug2: 'debug', debug3: 'debug', debug4: 'debug', debug5: 'debug' },
  ...{ info: 'info', information: 'info', informational: 'info', notice: 'info', http: 'info' },
  ...{ default: 'info', log: 'info', inf: 'info', success: 'info' },
  ...{ warn: 'warn', warning: 'warn', wrn: 'warn' },
  ...{ error: 'error', err: 'error', severe: 'error' },
  ...{ fatal: 'fatal', critical: 'fatal', crit: 'fatal', alert: 'fatal', emergency: 'fatal' },
  ...{ emerg: 'fatal', panic: 'fatal', dpanic: 'fatal' },
};

/** From here on a number counts seconds, milliseconds and so on: nobody logs of 1973 or 5138. */
const SECONDS = 1e8;
const SECONDS_END = 1e11;
const MILLISECONDS_END = 1e14;
const MICROSECONDS_END = 1e17;
const NANOSECONDS_END = 1e20;

/** Whole epoch milliseconds; undefined where it is no time. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string') {
    if (/^\d+(?:\.\d+)?$/.test(value)) return readTime(Number(value));
    // `Date.parse` finds dates in nearly anything.
    if (!/^\d{4}[-/]\d\d[-/]\d\d/.test(value)) return undefined;
    const ms = Date.parse(value.replace(/(\.\d{3})\d+/, '$1').replace(/,(\d{3})/, '.$1'));
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (typeof value === 'object' && value !== null) return readInstant({ ...value });
  if (typeof value !== 'number' || value < SECONDS || value >= NANOSECONDS_END) return undefined;
  // Of a fraction of seconds each millisecond is meant as it is written: 0.123 is a little less.
  if (value < SECONDS_END) return Math.floor(Math.round(value * 1e6) / 1e3);
  if (value < MILLISECONDS_END) return Math.floor(value);
  if (value < MICROSECONDS_END) return Math.floor(value / 1e3);
  // So many digits a number does not have: 42 ms are a little less.
  return Math.floor(Math.round(value / 1e3) / 1e3);
}

/** In parts: Log4j's, Google Cloud's, MongoDB's, Loguru's. */
function readInstant(parts: Readonly<Record<string, unknown>>): number | undefined {
  const { $date: date, timestamp } = parts;
  if (date !== undefined || timestamp !== undefined) {
    return typeof date === 'object' || typeof timestamp === 'object'
      ? undefined
      : readTime(date ?? timestamp);
  }
  const seconds = Number(parts['epochSecond'] ?? parts['seconds']);
  const nanos = Number(parts['nanoOfSecond'] ?? parts['nanos'] ?? 0);
  const isTime = seconds >= SECONDS && seconds < SECONDS_END && nanos >= 0 && nanos < 1e9;
  return isTime ? seconds * 1_000 + Math.floor(nanos / 1e6) : undefined;
}

/** Undefined where it is no level. */
export function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') {
    const isOne = value % 5 === 0 && value <= GREATEST;
    return isOne ? NUMBERED.find(([from]) => value >= from)?.[1] : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return readLevel(Number(value));
  // Winston may write it in colour; slog has levels between the named ones: `INFO+2`.
  const name = value
    .replaceAll(/\x1b\[[\d;]*m/g, '')
    .trim()
    .toLowerCase()
    .replace(/[+-]\d+$/, '');
  // A program may call its level `constructor`.
  return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}
