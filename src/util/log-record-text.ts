import pc from 'picocolors';
import { readLogRecord, type LogRecord } from './log-record.ts';
import type { LogLevel } from './log-words.ts';
import { oneLine, outputLine, terminalText } from './terminal-text.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** Made once: a pane lays out thousands of lines a second. */
const COLORFUL = pc.createColors(true);
const COLORLESS = pc.createColors(false);

const LABELS: Readonly<Record<LogLevel, string>> = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
  fatal: 'FATAL',
};

const PAINTS: Readonly<Record<LogLevel, (colors: Colors) => (text: string) => string>> = {
  trace: ({ dim }) => dim,
  debug: ({ blue }) => blue,
  info: ({ green }) => green,
  warn: ({ yellow }) => yellow,
  error: ({ red }) => red,
  fatal:
    ({ inverse, red }) =>
    (text) =>
      inverse(red(text)),
};

/** Written as it is where nobody could take a part of it for something else. */
const BARE = /^[^\s"'={}[\],]+$/;

/** A record that is shorter is never shown longer than a line may be. */
const CUT_FROM = 1_000;

/** `14:02:33.123`, on this machine's clock: as the rest of a log has it. */
function timeText(time: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** Programs put colours into texts: written as escapes of JSON, those are not seen as colours. */
function withoutStyles(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\x1b') ? terminalText(value, false) : value;
}

function valueText(value: unknown): string {
  const plain = withoutStyles(value);
  if (typeof plain === 'string' && BARE.test(plain)) return oneLine(plain);
  return oneLine(JSON.stringify(plain, (_key, inner: unknown) => withoutStyles(inner)));
}

/** Time, level, message and the other keys as one line; behind it a stack trace, line for line. */
export function logRecordLines(record: LogRecord, color: boolean): readonly string[] {
  const colors = color ? COLORFUL : COLORLESS;
  const { time, level, message, stack, rest } = record;
  const label = level === undefined ? undefined : PAINTS[level](colors)(LABELS[level]);
  const [first = '', ...more] = message.split(/\r?\n/).map(oneLine);
  const isGrave = level === 'error' || level === 'fatal';
  const line = [
    ...(time === undefined ? [] : [colors.dim(timeText(time))]),
    ...(label === undefined ? [] : [label]),
    ...(first === '' ? [] : [isGrave ? colors.bold(first) : first]),
    ...rest.map(([key, value]) => `${colors.dim(`${oneLine(key)}=`)}${valueText(value)}`),
  ];
  return [line.join(' '), ...[...more, ...stack.map(oneLine)].map((one) => `    ${one}`)];
}

/**
 * A line of a program's log for people: a record of JSON is laid out, anything else is as it was.
 * Only text and its colours, in one line or, with a stack trace, several.
 *
 * @param color whether colours are wanted
 * @param longest in characters; longer lines are cut
 */
export function logLines(text: string, color: boolean, longest?: number): readonly string[] {
  const record = readLogRecord(text);
  if (record === undefined) return [outputLine(text, color, longest)];
  const lines = logRecordLines(record, color);
  // Their parts are clean, each by itself; only their length is left to look at.
  return text.length > CUT_FROM ? lines.map((line) => outputLine(line, color, longest)) : lines;
}

/** Whether a pattern is in a line as it came, or as it is shown. */
export function logMatches(text: string, pattern: RegExp): boolean {
  if (pattern.test(text)) return true;
  const record = readLogRecord(text);
  return record !== undefined && logRecordLines(record, false).some((line) => pattern.test(line));
}
