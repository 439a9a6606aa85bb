/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  /** Upper case: `FROM`, `RUN`. */
  readonly keyword: string;
  /** What follows the keyword, continuations and comments between them taken out. */
  readonly value: string;
  /** Lines from 0: where the keyword stands, and the last line that belongs to it. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** A reference to an image, where it stands, and what it means. */
export interface ImageReference {
  /** With ARG defaults put in; undefined where an ARG has none. */
  readonly reference: string | undefined;
  /** As written: `onestack/os`, `${BASE}`. */
  readonly written: string;
  /** From 0. */
  readonly line: number;
  /** From 0; where `written` begins in that line. */
  readonly column: number;
}

/** One stage of a Dockerfile. */
export interface DockerfileStage {
  readonly name: string | undefined;
  readonly from: ImageReference;
  /** Line from 0 with which its FROM ends. */
  readonly fromEnd: number;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  readonly lines: readonly string[];
  readonly stages: readonly DockerfileStage[];
  /** Images named by `COPY --from=` and `RUN --mount=from=`. */
  readonly copied: readonly ImageReference[];
}

const INSTRUCTION = /^\s*([A-Za-z]+)(?:\s+(.*))?$/;
const COMMENT = /^\s*#/;
const HEREDOC = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/g;

/** `# escape=` on one of the first comment lines makes another character continue lines. */
function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line);
    if (directive === null) return '\\';
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] === '`' ? '`' : '\\';
  }
  return '\\';
}

/** Ends of the here-documents that an instruction opens, in order. */
function heredocEnds(keyword: string, value: string): readonly string[] {
  if (!['RUN', 'COPY', 'ADD'].includes(keyword)) return [];
  return [...value.matchAll(HEREDOC)].map((match) => match[2] ?? '');
}

/** Splits a Dockerfile into instructions, as BuildKit reads it. */
export function readInstructions(lines: readonly string[]): readonly Instruction[] {
  const escape = escapeCharacter(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const start = INSTRUCTION.exec(lines[at] ?? '');
    if (COMMENT.test(lines[at] ?? '') || start === null) continue;
    const keyword = (start[1] ?? '').toUpperCase();
    const firstLine = at;
    const parts: string[] = [];
    let text = start[2] ?? '';
    while (text.trimEnd().endsWith(escape)) {
      parts.push(text.trimEnd().slice(0, -1));
      // Comments and empty lines may stand between the lines of one instruction.
      do at += 1;
      while (COMMENT.test(lines[at] ?? '') || lines[at]?.trim() === '');
      text = lines[at] ?? '';
    }
    // Nothing comes between the lines: `a\` and `b` are the word `ab`. Indentation is one space.
    const value = [...parts, text]
      .join('\n')
      .replace(/[ \t]+\n[ \t]*|\n[ \t]+/g, ' ')
      .replaceAll('\n', '')
      .trim();
    for (const end of heredocEnds(keyword, value)) {
      while (at + 1 < lines.length && lines[at + 1]?.replace(/^\t+/, '') !== end) at += 1;
      at += 1;
    }
    instructions.push({ keyword, value, firstLine, lastLine: Math.min(at, lines.length - 1) });
  }
  return instructions;
}

const VARIABLE = /\$(?:(\w+)|\{(\w+)(?::?([-+])([^}]*))?\})/g;

/** Puts ARG defaults into a reference; undefined when one has no value. */
function expand(written: string, args: ReadonlyMap<string, string>): string | undefined {
  let unknown = 0;
  const text = written.replace(VARIABLE, (...match: readonly (string | undefined)[]) => {
    const value = args.get(match[1] ?? match[2] ?? '');
    if (match[3] === '+') return value === undefined ? '' : (match[4] ?? '');
    if (value !== undefined && value !== '') return value;
    if (match[3] === '-') return match[4] ?? '';
    unknown += 1;
    return '';
  });
  return unknown === 0 && text !== '' ? text : undefined;
}

/** Where `written` stands within the instruction's lines. */
function locate(
  lines: readonly string[],
  { firstLine, lastLine }: Instruction,
  written: string,
): { readonly line: number; readonly column: number } {
  for (let line = firstLine; line <= lastLine; line += 1) {
    // After a space or `=`: a stage may be named like a part of another word.
    const found = [...(lines[line] ?? '').matchAll(/[^\s=,]+/g)].find(([word]) => word === written);
    if (found !== undefined) return { line, column: found.index };
  }
  return { line: firstLine, column: 0 };
}

function argDefault(value: string): readonly [name: string, value: string] | undefined {
  const match = /^(\w+)=(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(value);
  if (match === null) return undefined;
  return [match[1] ?? '', match[2] ?? match[3] ?? match[4] ?? ''];
}

function takeArg(
  value: string,
  args: Map<string, string>,
  given: ReadonlyMap<string, string>,
): void {
  const [name, written] = argDefault(value) ?? [value.trim(), undefined];
  const known = given.get(name) ?? (written === undefined ? undefined : expand(written, args));
  const text = known ?? written;
  if (text !== undefined) args.set(name, text);
}

/** Stages and images that an instruction takes files from. */
export function copiedFrom({ keyword, value }: Instruction): readonly string[] {
  if (keyword === 'COPY' || keyword === 'ADD') {
    return [...value.matchAll(/(?:^|\s)--from=(\S+)/g)].map((match) => match[1] ?? '');
  }
  if (keyword !== 'RUN') return [];
  return [...value.matchAll(/(?:^|\s)--mount=(\S+)/g)].flatMap((mount) =>
    [...(mount[1] ?? '').matchAll(/(?:^|,)from=([^,]+)/g)].map((match) => match[1] ?? ''),
  );
}

/**
 * Reads a Dockerfile as far as the hierarchy needs it: its stages, and every image that it names.
 * Never fails: what BuildKit would refuse, it refuses, with its own words.
 * @param given values of ARGs, in place of their defaults.
 */
export function parseDockerfile(
  text: string,
  given: ReadonlyMap<string, string> = new Map(),
): Dockerfile {
  const lines = text.split(/\r?\n/);
  const args = new Map<string, string>();
  const stages: (DockerfileStage & { instructions: Instruction[] })[] = [];
  const copied: ImageReference[] = [];
  for (const instruction of readInstructions(lines)) {
    const { keyword, value } = instruction;
    const refer = (written: string): ImageReference => ({
      reference: expand(written, args),
      written,
      ...locate(lines, instruction, written),
    });
    if (keyword === 'FROM') {
      const words = value.split(/\s+/).filter((word) => !word.startsWith('--'));
      const name = words[1]?.toUpperCase() === 'AS' ? words[2]?.toLowerCase() : undefined;
      const from = refer(words[0] ?? '');
      stages.push({ name, from, fromEnd: instruction.lastLine, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) {
      if (keyword === 'ARG') takeArg(value, args, given);
      continue;
    }
    stage.instructions.push(instruction);
    const earlier = new Set(stages.map(({ name }) => name));
    for (const from of copiedFrom(instruction)) {
      const isStage = earlier.has(from.toLowerCase()) || /^\d+$/.test(from);
      if (!isStage) copied.push(refer(from));
    }
  }
  return { lines, stages, copied };
}

/** `# syntax=docker/dockerfile:1.4`, among the comments that a Dockerfile begins with. */
const SYNTAX = /^((?:\s*#.*\n|\s*\n)*?)#\s*syntax\s*=\s*(\S+)/i;

/** The program that a Dockerfile wants to be read by, with the line, from 1, that says so. */
export function syntaxOf(
  text: string,
): { readonly reader: string; readonly line: number } | undefined {
  const [, before, reader] = SYNTAX.exec(text) ?? [];
  if (before === undefined || reader === undefined) return undefined;
  return { reader, line: before.split('\n').length };
}
