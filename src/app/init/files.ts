import { join, posix } from 'node:path';
import ignore from 'ignore';
import type { FoundModule } from '../../init/found.ts';
import type { Repository } from '../../init/repository.ts';
import { contextIgnore } from '../../images/context-ignore.ts';
import { createIgnoreRules } from '../../watch/ignore-rules.ts';

/** A file that is made or changed, or to whose end lines are added. */
export interface ProposedFile {
  /** Relative to the project root. */
  readonly path: string;
  readonly action: 'create' | 'append' | 'change';
  /** All of the file as it will be; of one to whose end lines are added, those. */
  readonly text: string;
  /** The lines of it that are new, where they are not all of the text. */
  readonly shown?: string;
  readonly mode?: number;
  /** Of a file that lies beside it: there is nothing new to read in it. */
  readonly isCopy?: boolean;
}

function appended(
  repository: Repository,
  path: string,
  lines: readonly string[],
): readonly ProposedFile[] {
  if (lines.length === 0) return [];
  const before = repository.files.read(join(repository.root, path));
  if (!before.ok || before.value === undefined) {
    return [{ path, action: 'create', text: `${lines.join('\n')}\n` }];
  }
  const gap = before.value === '' ? '' : before.value.endsWith('\n') ? '\n' : '\n\n';
  return [{ path, action: 'append', text: `${gap}# Made by dev\n${lines.join('\n')}\n` }];
}

/** What nobody commits: the tool's own files, and what modules install and build. */
export function gitIgnoreFile(
  repository: Repository,
  modules: readonly FoundModule[],
  made: readonly { readonly path: string }[],
): readonly ProposedFile[] {
  const rules = ignore().add(repository.read('.gitignore') ?? '');
  const built = modules.flatMap(({ path, image, artifact = [] }) => [
    ...(image === 'node' ? ['node_modules/'] : []),
    ...(image === 'python' ? ['.venv/'] : []),
    ...artifact.map((name) => `/${posix.join(path, name)}/`),
  ]);
  const within = createIgnoreRules({ read: (path) => repository.read(path), modules: [] });
  const env = made.flatMap(({ path }) => {
    if (within.ignored(path, 'file')) return [];
    return posix.basename(path) === '.env' ? ['.env'] : [`/${path}`];
  });
  const wanted = ['.dev/', 'dev.settings.yaml', ...env, ...built];
  const missing = wanted.filter((line) => !rules.ignores(line.replace(/^\//, '')));
  return appended(repository, '.gitignore', [...new Set(missing)]);
}

/** The launcher is read by a shell, which takes the line ends of Windows for words. */
export function gitAttributesFile(repository: Repository): readonly ProposedFile[] {
  const has = /^\/?dev\s/m.test(repository.read('.gitattributes') ?? '');
  return has ? [] : appended(repository, '.gitattributes', ['/dev text eol=lf']);
}

/** What no image is built from: of those contexts that have a `.dockerignore`. */
export function dockerIgnoreFiles(
  repository: Repository,
  contexts: readonly string[],
): readonly ProposedFile[] {
  if (!contexts.includes('.')) return [];
  const text = repository.read('.dockerignore');
  if (text === undefined) return [];
  const rules = contextIgnore(text);
  const names = ['.dev', 'dev.settings.yaml'];
  const lines = names.filter((name) => !rules.ignores(name));
  return appended(repository, '.dockerignore', lines);
}
