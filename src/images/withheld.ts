import { join, relative } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import { ok, type Result } from '../util/result.ts';
import { isInside } from './context.ts';

/** What of a project no build is sent, whatever its `.dockerignore` says. */
export interface WithheldPlaces {
  /** Absolute: `.dev`, `dev.settings.yaml`, empty folders that are mounted over. */
  readonly own: readonly string[];
}

/** A login in the address of a remote, or a header that is one. */
const GIT_CREDENTIALS = /^\s*(?:(?:push)?url\s*=\s*\w+:\/\/[^\s/@]+@|extraheader\s*=)/im;
/** `ssh://git@host` names an account, and no secret. */
const ONLY_ACCOUNT = /^\s*(?:push)?url\s*=\s*ssh:\/\//i;

/** Whether a repository's configuration of git holds a login. */
export function hasGitCredentials(config: string): boolean {
  return config.split('\n').some((line) => GIT_CREDENTIALS.test(line) && !ONLY_ACCOUNT.test(line));
}

/** A path as a pattern that matches nothing else. */
function patternOf(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&').replace(/^(?=[!#])/, './');
}

/**
 * Patterns to add to the `.dockerignore` of a context: they stand last, so nothing takes them back.
 * @param folder absolute.
 */
export function withheldPatterns(
  folder: string,
  { own }: WithheldPlaces,
  files: Pick<Files, 'read' | 'exists'>,
): Result<readonly string[], Failure> {
  const below = own.filter((path) => path !== folder && isInside(folder, path));
  const patterns = below.filter((path) => files.exists(path)).map((path) => relative(folder, path));
  const config = files.read(join(folder, '.git/config'));
  // Where `.git` is a file, as in a worktree, or is not for us to read, a build gets nothing of it.
  const text = config.ok ? (config.value ?? '') : '';
  if (hasGitCredentials(text)) patterns.push('.git/config');
  return ok(patterns.map(patternOf));
}
