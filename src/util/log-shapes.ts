import { isObject, STACKS, type LogFields } from './log-stack.ts';
import { MESSAGE_NAMES, readTime, TIME_NAMES } from './log-words.ts';

/** RFC 5424 counts down: 0 is an emergency. */
const SYSLOG = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];

/** MongoDB's letters; `D` comes with a number as well. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ F: 'fatal', E: 'error', W: 'warn', I: 'info', D: 'debug' },
};

/** Fields that say where in a program a line is from. */
const SOURCES = [['caller'], ['logger'], ['loggerName'], ['logger_name'], ['pid', 'hostname']];

/**
 * Brings what some loggers have in a place of their own to where others have it.
 * @returns whether the fields are such that only a logger writes them, with a level or without one.
 */
export function settleShape(fields: LogFields): boolean {
  liftNested(fields);
  const time = ['@timestamp', 'asctime', '@t', 't'].some(
    (name) => fields.has(name) && readTime(fields.get(name)) !== undefined,
  );
  return (
    isClef(fields, time) ||
    isMongo(fields, time) ||
    isGelf(fields) ||
    isHashicorp(fields) ||
    isStructlog(fields) ||
    (time && isText(fields, 'message') && (fields.has('@timestamp') || fields.has('asctime')))
  );
}

/** A time, a message, and the place in the program that they come from: nobody but a logger says this. */
export function hasSource(fields: LogFields): boolean {
  return SOURCES.some((names) => names.every((name) => fields.has(name)));
}

const isText = (fields: LogFields, name: string): boolean => typeof fields.get(name) === 'string';

function replace(fields: LogFields, name: string, inner: Record<string, unknown>): void {
  fields.delete(name);
  for (const [key, value] of Object.entries(inner)) fields.set(key, value);
}

function liftNested(fields: LogFields): void {
  // tracing of Rust has its message one level below.
  const told = fields.get('fields');
  if (isObject(told) && MESSAGE_NAMES.some((name) => typeof told[name] === 'string')) {
    replace(fields, 'fields', told);
  }
  // ECS, written as objects.
  const log = fields.get('log');
  if (isObject(log) && typeof log['level'] === 'string' && !fields.has('log.level')) {
    const { level, ...others } = log;
    fields.set('log.level', level);
    if (Object.keys(others).length > 0) fields.set('log', others);
    else fields.delete('log');
  }
  liftLoguru(fields);
}

/** Loguru: the line as text, and all that it was made of below `record`. */
function liftLoguru(fields: LogFields): void {
  const record = fields.get('record');
  const text = fields.get('text');
  if (!isObject(record) || typeof text !== 'string' || typeof record['message'] !== 'string')
    return;
  const { level, exception, ...others } = record;
  if (!isObject(level)) return;
  fields.delete('text');
  const trace = text.slice(text.indexOf('\n') + 1).trimEnd();
  const hasTrace = exception !== null && trace.includes('\n');
  replace(fields, 'record', { ...others, level: level['name'] });
  if (exception !== null) fields.set('exception', hasTrace ? trace : exception);
}

/** Serilog's compact form leaves a level away that is `Information`. */
function isClef(fields: LogFields, time: boolean): boolean {
  if (!time || !fields.has('@t') || !(isText(fields, '@m') || isText(fields, '@mt'))) return false;
  if (!fields.has('@l')) fields.set('@l', 'Information');
  return true;
}

function isMongo(fields: LogFields, time: boolean): boolean {
  const at = fields.get('t');
  const letter = fields.get('s');
  if (!time || !isObject(at) || typeof letter !== 'string' || !isText(fields, 'msg')) return false;
  if (!/^(?:[FEWI]|D[1-5]?)$/.test(letter)) return false;
  fields.delete('s');
  fields.set('level', LETTERS[letter.slice(0, 1)]);
  return true;
}

/** Graylog's form counts as syslog does. */
function isGelf(fields: LogFields): boolean {
  if (!isText(fields, 'short_message') || !fields.has('version') || !fields.has('host'))
    return false;
  const level = fields.get('level');
  const word = typeof level === 'number' ? SYSLOG[level] : undefined;
  if (word !== undefined) fields.set('level', word);
  return true;
}

function isHashicorp(fields: LogFields): boolean {
  return isText(fields, '@message') && isText(fields, '@level');
}

/** What structlog's processors add behind the event, besides the time, in the order in which a program names them. */
const ADDED = [
  ...[...STACKS, 'logger', 'filename', 'func_name', 'lineno', 'module', 'pathname'],
  ...['process', 'process_name', 'thread', 'thread_name'],
];

/**
 * Structlog without a level: first what was bound and passed, then `event`, then what processors add. An
 * event that is told to others begins with its name, or with when it was.
 */
function isStructlog(fields: LogFields): boolean {
  if (!isText(fields, 'event')) return false;
  const names = [...fields.keys()];
  const added = names.slice(names.indexOf('event') + 1);
  const [time, ...others] = added.filter((name) => !ADDED.includes(name));
  if (time === undefined || others.length > 0 || !TIME_NAMES.includes(time)) return false;
  return readTime(fields.get(time)) !== undefined;
}
