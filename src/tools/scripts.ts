/** Facts of the engine that a script reads on its stdin, because it cannot ask the engine. */
export const FACT_KINDS = ['logs', 'sockets', 'usage'] as const;
export type FactKind = (typeof FACT_KINDS)[number];

/** A script of the tools container, as its first comment lines describe it. */
export interface ToolScript {
  readonly name: string;
  readonly about: string;
  readonly example: string | undefined;
  readonly facts: FactKind | undefined;
  readonly origin: 'project' | 'tool';
}

/** How many lines at its top a script describes itself in. */
const HEAD_LINES = 15;

function isFactKind(text: string | undefined): text is FactKind {
  return FACT_KINDS.some((kind) => kind === text);
}

/** Reads `# about: …`, `# example: …` and `# facts: …` at the top of a script. */
export function describeScript(
  name: string,
  text: string,
  origin: ToolScript['origin'],
): ToolScript {
  const field = (key: string): string | undefined =>
    text
      .split('\n', HEAD_LINES)
      .map((line) => /^(?:#|\/\/)\s*(\w+):\s*(.+)$/.exec(line.trim()))
      .find((match) => match?.[1] === key)?.[2]
      ?.trim();
  const facts = field('facts');
  return {
    name,
    about: field('about') ?? '',
    example: field('example'),
    facts: isFactKind(facts) ? facts : undefined,
    origin,
  };
}

/** All scripts by name; a project's own wins over one of the same name that comes along. */
export function mergeScripts(
  tool: readonly ToolScript[],
  project: readonly ToolScript[],
): readonly ToolScript[] {
  const byName = new Map([...tool, ...project].map((script) => [script.name, script]));
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}
