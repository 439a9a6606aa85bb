import type { LogLine } from '../../ports/engine-containers.ts';

/** A stack trace is written in one go: what comes later is something else. */
const PAUSE_MS = 1_000;
/** Lines of one trace that are kept for a match that may come. */
const KEPT = 500;

/** What the lines before have begun, besides what is indented below them. */
type Begun = 'nothing' | 'python' | 'python-end' | 'go' | 'node';

const PYTHON = /Traceback \(most recent call last\):\s*$/;
const PYTHON_CHAIN = /^(?:During handling of the above|The above exception was)/;
const GO = /^(?:panic: |fatal error: )/;
const GO_LINE = /^(?:goroutine \d+ |\[signal |created by |exit status \d|[\w./*()-]+\(.*\)$|$)/;
/** Node shows the line that threw, a mark below, an empty line, and then the error. */
const NODE_MARK = /^\s*[\^~]+\s*$/;
const INDENTED = /^[ \t]+\S/;
/** Of Java, which does not indent them. */
const JAVA_CAUSE = /^(?:Caused by|Suppressed): /;

/** Whether a line goes on with what has been begun, and what is begun after it. */
function follow(text: string, begun: Begun): readonly [goesOn: boolean, begun: Begun] {
  const isEmpty = text.trim() === '';
  if (PYTHON.test(text))
    return [begun === 'python-end' && PYTHON.exec(text)?.index === 0, 'python'];
  if (NODE_MARK.test(text)) return [true, 'node'];
  if (INDENTED.test(text) || JAVA_CAUSE.test(text)) return [true, begun];
  // The error itself stands unindented below its trace.
  if (begun === 'python' && !isEmpty) return [true, 'python-end'];
  if (begun === 'python-end' && (isEmpty || PYTHON_CHAIN.test(text))) return [true, begun];
  if (begun === 'go' && GO_LINE.test(text)) return [true, begun];
  if (begun === 'node') return [true, isEmpty ? 'node' : 'nothing'];
  return [false, GO.test(text) ? 'go' : 'nothing'];
}

/** A line, and when the first one of its stack trace was written: they stay together by it. */
export interface GroupedLine<Line> {
  readonly line: Line;
  /** Epoch milliseconds. */
  readonly headMs: number;
  /** It is that first one. */
  readonly isHead: boolean;
}

/**
 * Joins stack traces to their line, in the order of one container's log: what matches in one of their
 * lines is shown whole. Lines are held back only where none has matched yet.
 */
export class LineGroups<Line extends LogLine> {
  readonly #matches: (text: string) => boolean;
  #begun: Begun = 'nothing';
  #before: LogLine | undefined;
  #headMs = 0;
  #hasMatched = false;
  #held: GroupedLine<Line>[] = [];

  constructor(matches: (text: string) => boolean) {
    this.#matches = matches;
  }

  /** What is to be shown now that this line has come: nothing, itself, or the trace so far with it. */
  take(line: Line): readonly GroupedLine<Line>[] {
    const isHead = !this.#goesOn(line);
    if (isHead) {
      this.#headMs = line.atMs;
      this.#hasMatched = false;
      this.#held = [];
    }
    this.#before = line;
    const grouped = { line, headMs: this.#headMs, isHead };
    this.#hasMatched ||= this.#matches(line.text);
    if (!this.#hasMatched) {
      this.#held.push(grouped);
      if (this.#held.length > KEPT) this.#held.shift();
      return [];
    }
    const shown = [...this.#held, grouped];
    this.#held = [];
    return shown;
  }

  #goesOn(line: Line): boolean {
    const before = this.#before;
    const [goesOn, begun] = follow(line.text, this.#begun);
    const isNear = before?.stream === line.stream && line.atMs - before.atMs < PAUSE_MS;
    this.#begun = begun;
    return goesOn && isNear;
  }
}
