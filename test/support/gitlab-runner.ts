import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { runProgram } from './run-program.ts';

const RUNNER = resolve(import.meta.dirname, '../../node_modules/gitlab-ci-local/dist/index.js');

/**
 * Runs the job `ci` of a repository's `.gitlab-ci.yml`, as a runner with the shell executor does: read, judged by
 * GitLab's own schema, started by its shell.
 * @returns what all of it printed, lines of the job behind `ci > `.
 */
export async function runGitLab(
  repository: string,
): Promise<{ readonly status: number; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'gitlab-runner-'));
  // It copies the repository for jobs that run in containers, with rsync: ours is none.
  writeFileSync(join(folder, 'rsync'), '#!/bin/sh\n');
  chmodSync(join(folder, 'rsync'), 0o755);
  const places = [`--home=${folder}`, '--state-dir=.git/gitlab-runner'];
  const ran = await runProgram([process.execPath, RUNNER, '--no-color', ...places, 'ci'], {
    cwd: repository,
    env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  rmSync(folder, { recursive: true });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}
