import { hasSource, settleShape } from './log-shapes.ts';
import { isObject, takeStack, type LogFields } from './log-stack.ts';
import {
  CLEAR_MESSAGES,
  LEVEL_NAMES,
  MESSAGE_NAMES,
  readLevel,
  readTime,
  TIME_NAMES,
  type LogLevel,
} from './log-words.ts';

/** A line of a log that a program wrote as JSON: pino, Bunyan, zerolog, slog, logrus, structlog, zap … */
export interface LogRecord {
  /** Whole epoch milliseconds. */
  readonly time: number | undefined;
  readonly level: LogLevel | undefined;
  /** One line, or several. */
  readonly message: string;
  /** A stack trace, a line each. */
  readonly stack: readonly string[];
  /** All that is left, in its order. */
  readonly rest: readonly (readonly [key: string, value: unknown])[];
}

/** Longer ones are data, not something to read. */
const LONGEST = 262_144;

/** The record that a line is; undefined for any other line, also for JSON that no logger wrote. */
export function readLogRecord(line: string): LogRecord | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}') || text.length > LONGEST) return undefined;
  const fields = parsed(text);
  if (fields === undefined) return undefined;
  if (!settleShape(fields) && !isOfLogger(fields)) return undefined;
  const message = take(fields, MESSAGE_NAMES, (value) =>
    typeof value === 'string' ? value : undefined,
  );
  const time = take(fields, TIME_NAMES, readTime);
  const level = take(fields, LEVEL_NAMES, readLevel);
  const stack = takeStack(fields);
  return { time, level, message: message ?? '', stack, rest: [...fields] };
}

/**
 * Whether a logger wrote it. Answers and events have words of logs as well, each by itself: `message`,
 * `timestamp`, `level`. A level has to go with what happened or when, a message with when and where.
 */
function isOfLogger(fields: LogFields): boolean {
  const name = LEVEL_NAMES.find(
    (one) => fields.has(one) && readLevel(fields.get(one)) !== undefined,
  );
  const isNumber = name !== undefined && /^\d+$/.test(String(fields.get(name)));
  // Winston's message may be an object.
  const hasMessage = CLEAR_MESSAGES.some((one) => fields.has(one));
  // Most lines; what follows costs more.
  if (name !== undefined && !isNumber && hasMessage) return true;
  const isTimed = TIME_NAMES.some(
    (one) => fields.has(one) && readTime(fields.get(one)) !== undefined,
  );
  const hasStack = (): boolean => takeStack(new Map(fields)).length > 0;
  if (name === undefined) return isTimed && hasSource(fields) && (hasMessage || hasStack());
  if (!isNumber) {
    const isEvent = MESSAGE_NAMES.some((one) => typeof fields.get(one) === 'string');
    return isTimed || isEvent || hasStack();
  }
  // Floors and players have levels of numbers, too.
  if (!isTimed) return fields.has('msg') || hasStack();
  return hasMessage || hasSource(fields) || hasStack();
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
