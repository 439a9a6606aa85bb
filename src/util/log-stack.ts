/** Fields of a record, by name. */
export type LogFields = Map<string, unknown>;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where a stack trace may stand by itself. */
export const STACKS = [
  'stack',
  'stacktrace',
  'stack_trace',
  'exception',
  'exc_info',
  'Exception',
  '@x',
  'error.stack_trace',
  'errorVerbose',
  'full_message',
];
/** Within an error. */
const OWN_STACKS = ['stack', 'stack_trace', 'stacktrace', 'extendedStackTrace'];
const ERRORS = ['err', 'error', 'exception', 'exc', 'thrown'];
/** What a stack begins with. */
const TITLES = ['type', 'message', 'name', 'localizedMessage'];
/** Causes of causes that are looked at. */
const DEEPEST = 8;

/** A stack trace, wherever it stands, a line each; its fields are gone from the others. */
export function takeStack(fields: LogFields): readonly string[] {
  for (const name of ERRORS) {
    const error = fields.get(name);
    const stack = isObject(error) ? errorStack(error) : textStack(error);
    if (stack === undefined) continue;
    const left = isObject(error) ? leftOf(error, stack) : [];
    if (left.length > 0) fields.set(name, Object.fromEntries(left));
    else fields.delete(name);
    return stack;
  }
  for (const name of STACKS) {
    const value = fields.get(name);
    const stack = textStack(value) ?? frameStack(value) ?? tracebackStack(value);
    if (stack === undefined) continue;
    fields.delete(name);
    return stack;
  }
  return [];
}

const linesOf = (text: string): readonly string[] => text.trimEnd().split(/\r?\n/);

/** Of one line it is a word like any other. */
function textStack(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' && value.includes('\n') ? linesOf(value) : undefined;
}

/** An error's stack, and those of what caused it that it does not have itself. */
function errorStack(error: Record<string, unknown>, depth = 0): readonly string[] | undefined {
  const text =
    OWN_STACKS.map((name) => error[name]).find((one) => typeof one === 'string') ??
    classStack(error);
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  const cause = error['cause'];
  const below = isObject(cause) && depth < DEEPEST ? errorStack(cause, depth + 1) : undefined;
  const isKnown = below === undefined || text.includes(below[0] ?? '');
  return isKnown
    ? linesOf(text)
    : [...linesOf(text), `Caused by: ${below.join('\n')}`].flatMap(linesOf);
}

/** All of an error that its stack does not say. */
function leftOf(
  error: Record<string, unknown>,
  stack: readonly string[],
): readonly (readonly [string, unknown])[] {
  const text = stack.join('\n');
  return Object.entries(error).filter(([key, value]) => {
    if (OWN_STACKS.includes(key)) return false;
    if (key === 'cause' && isObject(value)) return errorStack(value) === undefined;
    if (!TITLES.includes(key)) return true;
    // Errors of Node have no type of their own: `Error`.
    return !(typeof value === 'string' && (text.includes(value) || value === 'Error'));
  });
}

/** Log4j's: `{"name":"E","message":"x","extendedStackTrace":[{"class":"A","method":"f","file":"A.java","line":3}]}`. */
function classStack(error: Record<string, unknown>): string | undefined {
  const frames = error['extendedStackTrace'];
  if (!Array.isArray(frames)) return undefined;
  const lines = frames.filter(isObject).map((frame) => {
    const { class: name, method, file, line } = frame;
    return `    at ${String(name)}.${String(method)}(${String(file)}:${String(line)})`;
  });
  return [`${String(error['name'])}: ${String(error['message'])}`, ...lines].join('\n');
}

/** Zerolog's: `[{"func":"main.f","line":"12","source":"main.go"}]`. */
function frameStack(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const frames = value.map((frame: unknown) => {
    if (!isObject(frame)) return undefined;
    const { func, source, line } = frame;
    const isFrame = typeof func === 'string' && typeof source === 'string';
    return isFrame ? `    at ${func} (${source}:${String(line)})` : undefined;
  });
  return frames.every((frame) => frame !== undefined) ? frames : undefined;
}

/** Structlog's: `[{"exc_type":"E","exc_value":"x","frames":[{"filename":"a.py","lineno":3,"name":"f"}]}]`. */
function tracebackStack(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parts = value.map((one: unknown) => {
    if (!isObject(one) || typeof one['exc_type'] !== 'string') return undefined;
    const frames: readonly unknown[] = Array.isArray(one['frames']) ? one['frames'] : [];
    const lines = frames.filter(isObject).map(({ filename, lineno, name }) => {
      return `  File "${String(filename)}", line ${String(lineno)}, in ${String(name)}`;
    });
    return [...lines, `${one['exc_type']}: ${String(one['exc_value'])}`];
  });
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}
