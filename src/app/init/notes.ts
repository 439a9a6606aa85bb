import { posix } from 'node:path';
import { isComposeName } from '../project/compose-files.ts';
import type { Repository } from '../../init/repository.ts';

/** Runners of tasks, and where a task begins in their file. */
const TASKS: readonly (readonly [string, RegExp, string])[] = [
  ['Makefile', /^([A-Za-z][\w-]*):(?!=)/gm, 'make'],
  ['justfile', /^([a-z][\w-]*)(?: [^:=\n]*)?:(?!=)/gm, 'just'],
  ['Taskfile.yml', /^ {2}([a-z][\w:-]*):\s*$/gm, 'task'],
];
const MOST_NAMES = 8;
/** Languages that no base image of the tool has. */
const FOREIGN: Readonly<Record<string, string>> = {
  Gemfile: 'Ruby',
  'composer.json': 'PHP',
  'mix.exs': 'Elixir',
  'deno.json': 'Deno',
};

/**
 * A Compose file that nobody looks for where it is, or by its name: `.devcontainer/docker-compose.yml`,
 * `docker-compose.dev.yml`.
 */
export function composeElsewhere({ paths }: Pick<Repository, 'paths'>): string | undefined {
  const files = paths.filter((path) => isComposeName(posix.basename(path)));
  const isBelow = (path: string): boolean =>
    path.split('/').length === 2 && !path.startsWith('compose/');
  return files.find((path) => !path.includes('/')) ?? files.find(isBelow);
}

/** Whatever else was seen, and what can be made of it. */
export function repositoryNotes(repository: Repository, hasCompose: boolean): readonly string[] {
  const { paths } = repository;
  const notes: string[] = [];
  const other = composeElsewhere(repository);
  if (!hasCompose && other !== undefined) {
    notes.push(
      `${other} is not part of it; COMPOSE_FILE=${other} in .env makes it the lowest layer`,
    );
  }
  for (const [file, pattern, program] of TASKS) {
    const names = [...(repository.read(file) ?? '').matchAll(pattern)].flatMap(
      ([, name]) => name ?? [],
    );
    if (names.length === 0) continue;
    const shown = [...new Set(names)].slice(0, MOST_NAMES).join(', ');
    notes.push(
      `${file} has ${shown}: \`${program} NAME\` can be one of \`commands:\` in dev.yaml, in: host`,
    );
  }
  const container = paths.find((path) =>
    /^\.devcontainer(?:\/[^/]+)?\/devcontainer\.json$/.test(path),
  );
  if (container !== undefined) {
    const created = /"postCreateCommand"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(
      repository.read(container) ?? '',
    );
    const what = created === null ? '' : `; it runs \`${created[1] ?? ''}\` when it is made`;
    notes.push(`${container} stays for those who use it${what}`);
  }
  for (const [file, language] of Object.entries(FOREIGN)) {
    if (!repository.paths.includes(file)) continue;
    notes.push(
      `${file}: no base image has ${language}; base-images/NAME/Dockerfile can begin with onestack/os`,
    );
  }
  if (repository.isCut) notes.push('the repository is larger than what was looked at');
  return notes;
}
