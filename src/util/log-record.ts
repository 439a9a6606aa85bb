/** How grave a record is, in the words of most loggers. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** A line of a log that a program wrote as JSON: pino, Bunyan, zerolog, slog, logrus, structlog, zap … */
export interface LogRecord {
  /** Epoch milliseconds. */
  readonly time: number | undefined;
  readonly level: LogLevel | undefined;
  /** One line, or several. */
  readonly message: string;
  /** A stack trace, a line each. */
  readonly stack: readonly string[];
  /** All that is left, in its order. */
  readonly rest: readonly (readonly [key: string, value: unknown])[];
}

/** What the fields are called, the commonest first. */
const TIMES = ['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'asctime', 'date', 't', '@t'];
const LEVELS = ['level', 'severity', 'lvl', 'levelname', 'log.level', 'loglevel', '@l'];
const MESSAGES = ['msg', 'message', 'event', '@m', '@mt'];
/** These alone make a record of an object; the others are words for much else. */
const CLEAR_MESSAGES = ['msg', 'message'];
const STACKS = [
  'stack',
  'stacktrace',
  'stack_trace',
  'exception',
  'exc_info',
  '@x',
  'error.stack_trace',
];
const ERRORS = ['err', 'error'];

/** Pino's and Bunyan's numbers; those between belong to the one below. */
const NUMBERED: readonly (readonly [from: number, level: LogLevel])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [10, 'trace'],
];

const NAMED: Readonly<Record<string, LogLevel>> = {
  ...{ trace: 'trace', verbose: 'trace', silly: 'trace', finest: 'trace', finer: 'trace' },
  ...{ debug: 'debug', fine: 'debug', config: 'debug', dbg: 'debug' },
  ...{ info: 'info', information: 'info', informational: 'info', notice: 'info', http: 'info' },
  ...{ default: 'info', log: 'info', inf: 'info' },
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

/** Longer ones are data, not something to read. */
const LONGEST = 262_144;

type Fields = Map<string, unknown>;

/** The record that a line is; undefined for any other line. */
export function readLogRecord(line: string): LogRecord | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}') || text.length > LONGEST) return undefined;
  const fields = parsed(text);
  if (fields === undefined) return undefined;
  // tracing of Rust has its message one level below.
  const inner = fields.get('fields');
  const isNested = isObject(inner) && MESSAGES.some((name) => typeof inner[name] === 'string');
  if (isNested) {
    fields.delete('fields');
    for (const [key, value] of Object.entries(inner)) fields.set(key, value);
  }
  const isRecord = [...LEVELS, ...TIMES, ...CLEAR_MESSAGES].some((name) => fields.has(name));
  if (!isRecord) return undefined;
  const message = take(fields, MESSAGES, (value) =>
    typeof value === 'string' ? value : undefined,
  );
  const time = take(fields, TIMES, readTime);
  const level = take(fields, LEVELS, readLevel);
  if (message === undefined && level === undefined) return undefined;
  const stack = takeStack(fields);
  return { time, level, message: message ?? '', stack, rest: [...fields] };
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of these fields that can be read, which is then gone from the others. */
function take<T>(
  fields: Fields,
  names: readonly string[],
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const name of names) {
    const value = fields.has(name) ? read(fields.get(name)) : undefined;
    if (value === undefined) continue;
    fields.delete(name);
    return value;
  }
  return undefined;
}

function readTime(value: unknown): number | undefined {
  if (typeof value === 'string') {
    if (/^\d+(?:\.\d+)?$/.test(value)) return readTime(Number(value));
    // `Date.parse` finds dates in nearly anything.
    if (!/^\d{4}[-/]\d\d[-/]\d\d/.test(value)) return undefined;
    const ms = Date.parse(value.replace(/(\.\d{3})\d+/, '$1').replace(/,(\d{3})/, '.$1'));
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (typeof value !== 'number' || value < SECONDS) return undefined;
  if (value < SECONDS_END) return value * 1_000;
  if (value < MILLISECONDS_END) return value;
  return value < MICROSECONDS_END ? value / 1_000 : value / 1_000_000;
}

function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') return NUMBERED.find(([from]) => value >= from)?.[1];
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return readLevel(Number(value));
  // slog has levels between the named ones: `INFO+2`.
  return NAMED[
    value
      .trim()
      .toLowerCase()
      .replace(/[+-]\d+$/, '')
  ];
}

/** A stack trace, wherever it stands; an error with one leaves the rest of itself. */
function takeStack(fields: Fields): readonly string[] {
  const readStack = (value: unknown): readonly string[] | undefined =>
    typeof value === 'string' && value.includes('\n') ? value.trimEnd().split(/\r?\n/) : undefined;
  for (const name of ERRORS) {
    const error = fields.get(name);
    const stack = isObject(error) ? readStack(error['stack']) : readStack(error);
    if (stack === undefined) continue;
    const own = isObject(error) ? Object.entries(error) : [];
    // A stack begins with the error's type and message.
    const left = own.filter(([key]) => !['stack', 'type', 'message', 'name'].includes(key));
    if (left.length > 0) fields.set(name, Object.fromEntries(left));
    else fields.delete(name);
    return stack;
  }
  return take(fields, STACKS, readStack) ?? [];
}
