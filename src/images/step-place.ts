import type { Dockerfile, Instruction } from './dockerfile.ts';

/** Instructions that BuildKit counts as steps. */
const COUNTED = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * The instruction that a step of BuildKit's plain output is: `[build 2/4] RUN make`, which Compose
 * writes as `[web build 2/4] RUN make`. Undefined for steps that are of no instruction.
 */
export function instructionOf(vertex: string, dockerfile: Dockerfile): Instruction | undefined {
  const [, names = '', number = ''] = /^\[((?:[^\s\]]+ +)*)(\d+)\/\d+\]/.exec(vertex) ?? [];
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
  return stage.instructions.filter(({ keyword }) => COUNTED.has(keyword))[
    Number(number) - 1 - begins
  ];
}
