import { readInstructions, type DockerfileStage, type Instruction } from '../images/dockerfile.ts';

type Values = ReadonlyMap<string, string>;

const TOKEN = /\\(.)|\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})/gs;

/** Takes escapes out and puts variables in; one that nobody knows, as the base image's, stays as it is. */
function expanded(text: string, values: Values): string {
  return text.replace(TOKEN, (...match: readonly (string | undefined)[]) => {
    const [whole = '', escaped, plain, braced, operator, word = ''] = match;
    if (escaped !== undefined) return escaped;
    const value = values.get(plain ?? braced ?? '');
    if (operator === '+') return value === undefined || value === '' ? '' : expanded(word, values);
    if (value !== undefined && (value !== '' || operator === undefined)) return value;
    return operator === '-' ? expanded(word, values) : whole;
  });
}

/** `"a $B"` → `a b`; what stands between single quotes stays. */
function unquoted(text: string, values: Values): string {
  const [, quote, inner] = /^(["'])(.*)\1$/s.exec(text) ?? [];
  if (quote === "'") return inner ?? '';
  return expanded(inner ?? text, values);
}

/** `A=1 B="two words"` and the old `A one value`, with the values of variables. */
export function environmentPairs(
  value: string,
  values: Values = new Map(),
): readonly (readonly [string, string])[] {
  const old = /^(\w+)\s+([^=]*)$/.exec(value);
  if (old !== null) return [[old[1] ?? '', unquoted(old[2] ?? '', values)]];
  return [...value.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g)].map(
    ([, name = '', text = '']) => [name, unquoted(text, values)],
  );
}

/** The value that a build gives an argument: what is said outside, or its default. */
function argumentOf(
  value: string,
  given: Values,
  values: Values,
): readonly (readonly [string, string])[] {
  const names = value.split(/\s+/).filter((word) => /^\w+$/.test(word));
  const known = names.flatMap((name) => {
    const text = given.get(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  const defaults = environmentPairs(value.includes('=') ? value : '', values);
  return [...known, ...defaults.map(([name, text]) => [name, given.get(name) ?? text] as const)];
}

export interface StageValues {
  /** What its ENV lines come to. */
  readonly environment: Values;
  /** The instructions of all stages, with variables put in where the builder does so. */
  readonly instructions: readonly Instruction[];
}

const EXPANDED = new Set(['ADD', 'COPY', 'EXPOSE', 'RUN', 'USER', 'VOLUME', 'WORKDIR']);

/**
 * What the variables of an image come to.
 * @param text of the whole Dockerfile.
 * @param chain the stages that it is made of, the outermost first.
 * @param given arguments of the build.
 */
export function stageValues(
  text: string,
  chain: readonly DockerfileStage[],
  given: Values,
): StageValues {
  const globals = new Map<string, string>();
  for (const { keyword, value } of readInstructions(text.split(/\r?\n/))) {
    if (keyword === 'FROM') break;
    if (keyword !== 'ARG') continue;
    for (const [name, one] of argumentOf(value, given, globals)) globals.set(name, one);
  }
  const outside = new Map([...globals, ...given]);
  const environment = new Map<string, string>();
  const instructions = chain.flatMap((stage) => {
    const args = new Map<string, string>();
    return stage.instructions.map((instruction) => {
      const { keyword, value } = instruction;
      const values = new Map([...args, ...environment]);
      if (keyword === 'ARG') {
        // A default of its own stands before one from above the stages.
        const own = value.includes('=') ? given : outside;
        for (const [name, one] of argumentOf(value, own, values)) args.set(name, one);
      }
      if (keyword === 'ENV') {
        for (const [name, one] of environmentPairs(value, values)) environment.set(name, one);
      }
      return EXPANDED.has(keyword)
        ? { ...instruction, value: expanded(value, values) }
        : instruction;
    });
  });
  return { environment, instructions };
}
