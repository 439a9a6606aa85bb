import type { Install } from '../model/module.ts';
import type { Files } from '../ports/files.ts';
import { withManifestFiles } from './manifest-files.ts';
import { withRequirements } from './requirement-files.ts';

/**
 * An install with all files of the repository that its own files name: requirements, packages and patches. An
 * edit of one installs again, and who installs by those files alone has them.
 * @param folder absolute; `lockfiles` are relative to it.
 */
export function withNamedFiles(
  install: Install,
  folder: string,
  files: Pick<Files, 'read' | 'list' | 'exists' | 'isDirectory'>,
): Install {
  return withManifestFiles(withRequirements(install, folder, files), folder, files);
}
