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
      return /^\d+\/\d+ /.test(name) ? { step: name, line: '' } : undefined;
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
    return {
      step: step?.name ?? '',
      vertex: step?.vertex ?? '',
      // The command is the step's name already.
      error: error.replace(/^process ".*" did not complete successfully: /, ''),
      lines: step === undefined || step.lines.length === 0 ? this.#loose : step.lines,
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
