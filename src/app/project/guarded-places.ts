import { join } from 'node:path';
import type { OpenProject } from '../../model/open-project.ts';
import type { Files } from '../../ports/files.ts';
import { pinOf } from '../../release/launcher-pin.ts';

/**
 * What of a project runs programs on the person's machine without a question: git's own folder, with
 * its hooks and a configuration that names programs (in a worktree the file that says where it is), and
 * the launcher. No container writes them. A link is left alone: what it leads to is not mounted.
 */
export function guardedPlaces(
  { project, settings }: Pick<OpenProject, 'project' | 'settings'>,
  files: Pick<Files, 'stat' | 'read'>,
): readonly string[] {
  const git = join(project.root, '.git');
  const launcher = join(project.root, 'dev');
  const { kind } = files.stat(git) ?? {};
  return [
    ...(settings.git === 'read-only' && (kind === 'directory' || kind === 'file') ? [git] : []),
    ...(isLauncher(launcher, files) ? [launcher] : []),
  ];
}

function isLauncher(path: string, files: Pick<Files, 'stat' | 'read'>): boolean {
  if (files.stat(path)?.kind !== 'file') return false;
  const text = files.read(path);
  return text.ok && text.value !== undefined && pinOf(text.value) !== undefined;
}
