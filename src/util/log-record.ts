import { isObject, takeStack, type LogFields } from './log-stack.ts';

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
const TIMES = [
  ...['time', 'timestamp', 'ts', '@timestamp', 'datetime', 'asctime', 'date', 't', '@t'],
  'Timestamp',
];
/** Names before numbers, which mean another thing to each logger. */
const LEVELS = [
  ...['levelname', 'level_name', 'level', 'severity', 'lvl', 'log.level', 'loglevel', '@l'],
  'Level',
];
const MESSAGES = [
  'msg',
  'message',
  'event',
  '@m',
  '@mt',
  'Message',
  'RenderedMessage',
  'MessageTemplate',
];
/** These alone make a record of an object; the others are words for much else. */
const CLEAR_MESSAGES = ['msg', 'message'];

/** Pino's and Bunyan's numbers, from 100 on Monolog's; those between belong to the one below. */
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
const NANOSECONDS_END = 1e20;

/** Longer ones are data, not something to read. */
const LONGEST = 262_144;

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

const LONG_NUMBER = /\d{16}/;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Numbers that have more digits than a number here can have, as text: an identifier must not become another. */
function withLongNumbers(text: string): string {
  return text.replace(TOKENS, (token) =>
    /^-?\d{16,}$/.test(token) && String(Number(token)) !== token ? `"${token}"` : token,
  );
}

function parsed(text: string): LogFields | undefined {
  try {
    const value: unknown = JSON.parse(LONG_NUMBER.test(text) ? withLongNumbers(text) : text);
    return isObject(value) ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** The first of these fields that can be read, which is then gone from the others. */
function take<T>(
  fields: LogFields,
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
  if (typeof value !== 'number' || value < SECONDS || value >= NANOSECONDS_END) return undefined;
  if (value < SECONDS_END) return value * 1_000;
  if (value < MILLISECONDS_END) return value;
  return value < MICROSECONDS_END ? value / 1_000 : value / 1_000_000;
}

function readLevel(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') return NUMBERED.find(([from]) => value >= from)?.[1];
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return readLevel(Number(value));
  // slog has levels between the named ones: `INFO+2`.
  const name = value
    .trim()
    .toLowerCase()
    .replace(/[+-]\d+$/, '');
  // A program may call its level `constructor`.
  return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
}
