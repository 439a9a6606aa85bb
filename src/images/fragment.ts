import { readInstructions, type Instruction } from './dockerfile.ts';

/** What is wrong with a line of a fragment. */
export interface FragmentProblem {
  /** From 1. */
  readonly line: number;
  readonly what: string;
  readonly cure: string;
}

const PROGRAMS =
  'what it installs belongs into a base image of your own: base-images/NAME/Dockerfile';

/** Instructions that a fragment has no use for, and what does it instead. */
const REFUSED: Readonly<Record<string, string>> = {
  FROM: `modules.NAME.image says what it is built on; ${PROGRAMS}`,
  COPY: 'files of the module belong into its artifact; development has to have them, too',
  ADD: 'files of the module belong into its artifact; development has to have them, too',
  CMD: 'modules.NAME.run says what runs',
  ENTRYPOINT: 'modules.NAME.run says what runs',
  ONBUILD: 'nothing is built on it',
};

const isRoot = (user: string): boolean => /^["']?(?:root|0+)["']?(?::|$)/.test(user);

function problemIn({ keyword, value, firstLine }: Instruction): FragmentProblem | undefined {
  const line = firstLine;
  const cure = REFUSED[keyword];
  if (cure !== undefined) return { line, what: `${keyword} has no place here`, cure };
  if (keyword === 'RUN' && /^(?:--\S+\s+)*--mount=\S*\bfrom=/.test(value)) {
    return { line, what: 'RUN takes files of another image', cure: PROGRAMS };
  }
  return undefined;
}

/**
 * What is wrong with lines of a Dockerfile that a project adds to a production image: they say how it runs,
 * and may change what is there; files come by the artifact alone, which is looked through. Pure.
 */
export function fragmentProblems(text: string): readonly FragmentProblem[] {
  // As BuildKit reads it: behind a first line, where no comment says how lines are continued.
  const [, ...instructions] = readInstructions(['FROM base', ...text.split(/\r?\n/)]);
  const user = instructions.findLast(({ keyword }) => keyword === 'USER');
  const problems = instructions.flatMap((one) => problemIn(one) ?? []);
  if (/\\\s*$/.test(text)) {
    const line = text.trimEnd().split('\n').length;
    problems.push({
      line,
      what: 'the last line goes on, and nothing follows',
      cure: 'Take its \\ out',
    });
  }
  if (user === undefined || !isRoot(user.value)) return problems;
  const what = 'its process would run as root';
  return [...problems, { line: user.firstLine, what, cure: 'End with USER app' }];
}
