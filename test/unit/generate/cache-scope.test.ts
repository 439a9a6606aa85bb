import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';
import { cacheScope } from '../../../src/generate/cache-scope.ts';
import { otherWorktrees } from '../../../src/generate/worktrees.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const scope = (name: string): string => cacheScope(at(name), hostFiles);

function git(...args: readonly string[]): void {
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', ['-C', folder, ...person, ...args], { stdio: 'pipe' });
}

/** A folder whose `.git` says of what it is a worktree. */
function claim(name: string, gitdir: string, more: Readonly<Record<string, string>> = {}): void {
  for (const [path, text] of Object.entries({ '.git': `gitdir: ${gitdir}\n`, ...more })) {
    mkdirSync(join(at(name), path, '..'), { recursive: true });
    writeFileSync(join(at(name), path), text);
  }
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-scope-')));
  git('init', '--quiet', 'shop');
  git('-C', 'shop', 'commit', '--quiet', '--allow-empty', '--message', 'one');
  git('-C', 'shop', 'worktree', 'add', '--quiet', '../shop-2');
  git('clone', '--quiet', '--bare', 'shop', 'bare.git');
  for (const name of ['../bare-1', '../bare-2'])
    git('-C', 'bare.git', 'worktree', 'add', '--quiet', '--detach', name);
  git('clone', '--quiet', 'shop', 'clone');
  for (const name of ['shop', 'shop-2', 'bare-1', 'bare-2', 'clone'])
    mkdirSync(join(at(name), 'apps/web'), { recursive: true });
  symlinkSync('web', join(at('shop-2'), 'apps/link'));
  mkdirSync(join(at('shop'), 'apps/link'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the caches of packages', () => {
  it('are shared by worktrees of one clone', () => {
    expect(scope('shop-2')).toBe(scope('shop'));
    expect(scope('bare-2')).toBe(scope('bare-1'));
    expect(scope('shop')).toMatch(/^[0-9a-f]{12}$/);
  });

  it('are shared by a project in a sub-folder of such worktrees', () => {
    expect(scope('shop-2/apps/web')).toBe(scope('shop/apps/web'));
    expect(scope('bare-2/apps/web')).toBe(scope('bare-1/apps/web'));
    expect(scope('shop/apps/web')).not.toBe(scope('shop'));
    expect(scope('clone/apps/web')).not.toBe(scope('shop/apps/web'));
  });

  it('are not shared with whoever puts a .git into a folder above', () => {
    const foreign: typeof hostFiles = {
      ...hostFiles,
      stat: (path) => {
        const found = hostFiles.stat(path);
        const isTheirs = [at('shop-2'), join(at('shop-2'), '.git')].includes(path);
        return found && isTheirs ? { ...found, uid: found.uid + 1 } : found;
      },
    };
    expect(cacheScope(at('shop-2/apps/web'), foreign)).not.toBe(scope('shop/apps/web'));
    expect(otherWorktrees(at('shop-2/apps/web'), foreign)).toEqual([]);
  });

  it('are not shared by anything else', () => {
    const names = ['shop', 'clone', 'bare-1', 'none'];
    expect(new Set(names.map(scope)).size).toBe(4);
  });

  it('are not got by a folder that says that it is a worktree', () => {
    const noted = join(at('shop'), '.git/worktrees/shop-2');
    // Of the clone's own worktree, or of one that the clone knows nothing of.
    claim('thief', noted);
    claim('maker', 'own/worktrees/x', {
      'own/worktrees/x/gitdir': join(at('maker'), '.git'),
      'own/worktrees/x/commondir': join(at('shop'), '.git'),
    });
    claim('inner', '.x/worktrees/x', {
      '.x/worktrees/x/gitdir': join(at('inner'), '.git'),
      '.x/worktrees/x/commondir': '../..',
    });
    claim('broken', '../nowhere');
    claim('looping', '.git');
    const victims = ['shop', 'clone', 'bare-1'].map(scope);
    for (const name of ['thief', 'maker', 'inner', 'broken', 'looping'])
      expect([name, victims.includes(scope(name))]).toEqual([name, false]);
  });
});

describe('the other worktrees of a clone', () => {
  const others = (name: string): readonly string[] => otherWorktrees(at(name), hostFiles);

  it('have the same project in the same sub-folder', () => {
    expect(others('shop/apps/web')).toEqual([at('shop-2/apps/web')]);
    expect(others('shop-2/apps/web')).toEqual([at('shop/apps/web')]);
    expect(others('shop/apps/link')).toEqual([]);
  });

  it('are those that it and they know of', () => {
    expect(others('shop')).toEqual([at('shop-2')]);
    expect(others('shop-2')).toEqual([at('shop')]);
    expect(others('bare-1')).toEqual([at('bare-2')]);
    expect(others('clone')).toEqual([]);
    expect(others('none')).toEqual([]);
  });

  it('are no folders that know nothing of it', () => {
    // A clone that came as an archive says that a stranger's folder is its worktree.
    claim('liar', 'unused', {});
    rmSync(join(at('liar'), '.git'));
    for (const [name, folder] of [
      ['clone', 'clone'],
      ['theirs', 'shop-2'],
    ] as const) {
      const noted = join(at('liar'), '.git/worktrees', name);
      mkdirSync(noted, { recursive: true });
      writeFileSync(join(noted, 'gitdir'), `${join(at(folder), '.git')}\n`);
      writeFileSync(join(noted, 'commondir'), '../..\n');
    }
    expect(others('liar')).toEqual([]);
  });
});
