import { CHECK_KINDS, CHECKS } from '../model/checks.ts';
import type { CheckDefinition } from '../model/module.ts';
import { parseDuration } from '../util/duration.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { environmentOf } from './commands.ts';
import type { DefinitionProblems } from './problems.ts';
import type { RawModule } from './project-schema.ts';
import { severalOf } from './schema-parts.ts';
import type { YamlPath } from './yaml-source.ts';

const DEFAULT_TIMEOUT_MS = 600_000;
const PATTERN_GROUPS = ['file', 'line', 'column', 'severity', 'code', 'message'];

/** A module's checks, in the order in which they run; `test: npm test` is `test: { run: npm test }`. */
export function checksOf(
  raw: RawModule,
  at: YamlPath,
  problems: DefinitionProblems,
): readonly CheckDefinition[] {
  return CHECK_KINDS.flatMap((kind): CheckDefinition[] => {
    const written = raw[kind];
    if (written === undefined) return [];
    const check: Exclude<typeof written, string> =
      typeof written === 'string' ? { run: written } : written;
    const formats = severalOf(check.format);
    const needs = severalOf(check.needs);
    if (needs.length > 0 && CHECKS[kind].makes) {
      problems.atKey([...at, kind, 'needs'], {
        what: `${kind} cannot need a service`,
        why: 'it runs before services start',
        cure: 'Let test need it',
      });
    }
    if (check.pattern !== undefined) {
      reportPattern(check.pattern, [...at, kind, 'pattern'], problems);
    }
    return [
      {
        kind,
        run: check.run,
        timeoutMs: parseDuration(check.timeout ?? '') ?? DEFAULT_TIMEOUT_MS,
        daemon: check.daemon ?? false,
        formats,
        ...(check.pattern === undefined ? {} : { pattern: check.pattern }),
        ...((check.incremental ?? raw.incremental) === false && { incremental: false }),
        ...(check.environment && { environment: environmentOf(check.environment) }),
        ...(needs.length > 0 && { needs }),
      },
    ];
  });
}

function reportPattern(pattern: string, at: YamlPath, problems: DefinitionProblems): void {
  const wrong = regexProblem(pattern);
  if (wrong !== undefined) {
    problems.at(at, { what: 'the pattern is not a regular expression', why: wrong });
    return;
  }
  const groups = [...pattern.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map((match) => match[1] ?? '');
  for (const group of groups.filter((one) => !PATTERN_GROUPS.includes(one))) {
    problems.at(at, {
      what: `the pattern names a group "${group}" that means nothing`,
      cure: didYouMean(group, PATTERN_GROUPS, 'Groups are'),
    });
  }
  if (!groups.includes('file')) {
    problems.at(at, {
      what: 'the pattern has no group "file"',
      cure: 'Name the part that tells the file: (?<file>[^:]+)',
    });
  }
}

/** What is wrong with a regular expression, in the engine's words; undefined when it is right. */
export function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
