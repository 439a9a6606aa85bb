/** What BuildKit's plain progress output has told so far about one build. */
export interface BuildProgress {
  /** `2/4 RUN apt-install nodejs`: the step that spoke last. */
  readonly step: string;
  /** Its last line of output, without colours. */
  readonly line: string;
}

/** The step that failed, with what it said. */
export interface BuildFailure {
  readonly step: string;
  /** The same in BuildKit's own words: `[web build 2/4] RUN apt-install nodejs`. */
  readonly vertex: string;
  /** `exit code: 100`, or BuildKit's own words. */
  readonly error: string;
  /** Its last lines of output. */
  readonly lines: readonly string[];
  /** Line of the Dockerfile, from 1. */
  readonly dockerfileLine: number | undefined;
}

interface Step {
  readonly name: string;
  readonly vertex: string;
  error: string | undefined;
  readonly lines: string[];
}

/** How many lines of a step are kept to show when it fails. */
const KEPT_LINES = 30;
const VERTEX = /^#(\d+) (.*)$/s;
/** A step's own output: seconds since it began, then the text. */
const OUTPUT = /^\d+\.\d+ (.*)$/s;
/** Compose leaves the first word out. */
const LOOSE_ERROR = /^(?:ERROR: (?:failed to solve: )?|failed to solve: )/;
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

function readable(text: string): string {
  // A progress bar writes over its own line: what stands at the end counts.
  return (text.replace(ESCAPES, '').trimEnd().split('\r').at(-1) ?? '').trim();
}

/** The name of a step that is an instruction of the Dockerfile. */
const INSTRUCTION = /^\d+\/\d+ /;

/** A line that only says again which step failed, and with what. */
const isEcho = (line: string, error: string): boolean =>
  /^-+$/.test(line) || /^ > \[/.test(line) || line.includes(error);

/** BuildKit's words of a COPY that finds nothing have numbers of its own in them. */
const NOTHING_TO_COPY = /failed to calculate checksum of ref \S+ ?"([^"]*)": not found$/;

function plainError(error: string, vertex: string): string {
  const missing = NOTHING_TO_COPY.exec(error)?.[1];
  if (missing === undefined) {
    // The command is the step's name already.
    return error.replace(/^process ".*" did not complete successfully: /, '');
  }
  return / --from=/.test(vertex)
    ? `${missing} is not there`
    : `${missing} is not in the build's folder, or left out by a .dockerignore`;
}

/** Longer commands are cut: their output is what people want to see. */
const STEP_WIDTH = 48;

/** `[web stage-1 2/4] RUN --mount=… apt-install nodejs && …` → `2/4 RUN apt-install nodejs …`. */
function stepName(text: string): string {
  const name = text
    .replace(/^\[(?:[\w.-]+ +)*(\d+\/\d+)\]/, '$1')
    .replace(/ --(?:mount|network|security)=\S+/g, '')
    .replace(/\s+/g, ' ');
  return name.length > STEP_WIDTH ? `${name.slice(0, STEP_WIDTH - 2).trimEnd()} …` : name;
}

/**
 * Reads the output of `docker build --progress=plain`, line by line. Steps run side by side and
 * their lines come mixed, so each is kept by its number.
 */
export class BuildOutput {
  readonly #steps = new Map<string, Step>();
  /** Lines that belong to no step: errors before the first one. */
  readonly #loose: string[] = [];
  #dockerfileLine: number | undefined;

  /** @returns the news for the person, or undefined when the line has none. */
  add(line: string): BuildProgress | undefined {
    const vertex = VERTEX.exec(line);
    if (vertex === null) {
      this.#addLoose(line);
      return undefined;
    }
    const [, id = '', text = ''] = vertex;
    const step = this.#steps.get(id);
    if (step === undefined) {
      const vertex = readable(text);
      const name = stepName(vertex);
      this.#steps.set(id, { name, vertex, error: undefined, lines: [] });
      return INSTRUCTION.test(name) ? { step: name, line: '' } : undefined;
    }
    const output = OUTPUT.exec(text)?.[1];
    if (output !== undefined) {
      const shown = readable(output);
      if (shown === '') return undefined;
      step.lines.push(shown);
      if (step.lines.length > KEPT_LINES) step.lines.shift();
      return { step: step.name, line: shown };
    }
    if (text.startsWith('ERROR: ')) step.error = text.slice('ERROR: '.length);
    return undefined;
  }

  /** What failed, once the build has ended with an error. */
  failure(): BuildFailure {
    // A step that was cancelled because another one failed is not the cause.
    const failed = [...this.#steps.values()].filter(({ error }) => error !== undefined);
    const step = failed.find(({ error }) => error !== 'context canceled') ?? failed[0];
    const loose = this.#loose.findLast((line) => LOOSE_ERROR.test(line));
    const error = step?.error ?? loose?.replace(LOOSE_ERROR, '') ?? '';
    const said = step !== undefined && INSTRUCTION.test(step.name) ? step.error : undefined;
    const rest = this.#loose.filter((line) => said === undefined || !isEcho(line, said));
    return {
      step: step?.name ?? '',
      vertex: step?.vertex ?? '',
      error: plainError(error, step?.vertex ?? ''),
      lines: step === undefined || step.lines.length === 0 ? rest : step.lines,
      dockerfileLine: this.#dockerfileLine,
    };
  }

  #addLoose(line: string): void {
    const text = line.replace(ESCAPES, '').trimEnd();
    const place = /^(?:Dockerfile|<stdin>|-):(\d+)$/.exec(text.trim());
    const parse = /parse error (?:on )?line (\d+)/.exec(text);
    const found = place?.[1] ?? parse?.[1];
    if (found !== undefined) this.#dockerfileLine ??= Number(found);
    if (text !== '') this.#loose.push(text);
    if (this.#loose.length > KEPT_LINES) this.#loose.shift();
  }
}
