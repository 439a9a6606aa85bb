import type { Dockerfile, Instruction } from './dockerfile.ts';

/** Instructions that BuildKit counts as steps. */
const COUNTED = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/** Without options that only say how it runs: the tool puts some there. */
const plainText = (text: string): string =>
  text
    .replaceAll(/\s--(?:mount|network|security)=\S+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** How much of what a step is called an instruction is: nothing, its keyword, or all of it. */
function likeness({ keyword, value }: Instruction, called: string): number {
  if (plainText(`${keyword} ${value}`) === plainText(called)) return 2;
  return called.trimStart().startsWith(`${keyword} `) ? 1 : 0;
}

/**
 * The instruction that a step of BuildKit's plain output is: `[build 2/4] RUN make`, which Compose
 * writes as `[web build 2/4] RUN make`. Undefined for steps that are of no instruction.
 */
export function instructionOf(vertex: string, dockerfile: Dockerfile): Instruction | undefined {
  const [, names = '', number = '', called = ''] =
    /^\[((?:[^\s\]]+ +)*)(\d+)\/\d+\](.*)/s.exec(vertex) ?? [];
  if (number === '') return undefined;
  const { stages } = dockerfile;
  const words = names.trim().split(/ +/);
  const named = stages.findIndex(
    ({ name }, index) => words.at(-1) === (name ?? `stage-${String(index)}`),
  );
  // The only stage that there is goes without a name.
  const index = named === -1 && stages.length === 1 ? 0 : named;
  const stage = stages[index];
  if (stage === undefined) return undefined;
  const earlier = stages.slice(0, index).map(({ name }) => name);
  const base = stage.from.reference?.toLowerCase();
  // Beginning with an image is a step, with an earlier stage or with nothing is none.
  const begins = base !== undefined && base !== 'scratch' && !earlier.includes(base) ? 1 : 0;
  const steps = stage.instructions.filter(({ keyword }) => COUNTED.has(keyword));
  const usual = steps[Number(number) - 1 - begins];
  // An image that a context stands for has no number, though it is counted: all are one earlier.
  const early = begins === 1 ? steps[Number(number) - 1] : undefined;
  if (early === undefined) return usual;
  return likeness(early, called) > (usual === undefined ? 0 : likeness(usual, called))
    ? early
    : usual;
}
