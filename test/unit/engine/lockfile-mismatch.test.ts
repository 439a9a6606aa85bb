import { describe, expect, it } from 'vitest';
import { lockfileMismatch } from '../../../src/engine/lockfile-mismatch.ts';

describe('a lockfile that does not match', () => {
  // As the package managers print it.
  it.each([
    [
      'npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.',
      'package-lock.json',
    ],
    [
      ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with <ROOT>/package.json',
      'pnpm-lock.yaml',
    ],
    [
      'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
      'yarn.lock',
    ],
    [
      '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
      'yarn.lock',
    ],
    ['error: lockfile had changes, but lockfile is frozen', 'bun.lock'],
    ['main.go:3:8: missing go.sum entry for module providing package example.com/x', 'go.sum'],
    ['go: updates to go.mod needed; to update it:\n\tgo mod tidy', 'go.sum'],
    [
      'pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.',
      'poetry.lock',
    ],
    [
      'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.',
      'uv.lock',
    ],
  ])('%j: %s', (output, lockfile) => {
    const found = lockfileMismatch(output);
    expect(found?.why).toContain(`${lockfile} does not match`);
    expect(found?.cure).toContain(`commit ${lockfile}`);
  });

  it.each(['npm error code E404', 'npm error code ERESOLVE', ''])('is not %j', (output) => {
    expect(lockfileMismatch(output)).toBeUndefined();
  });
});
