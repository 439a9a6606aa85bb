import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeLeftovers } from '../support/engine-leftovers.ts';
import { rigForTest } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];
const NONCE = 'app/deps/nonce';
const MAIN = 'app/dist/main';

it('a worktree copies what another one has installed and compiled, but nothing that somebody has changed', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': `
name: worktrees
modules:
  app:
    image: os
    install:
      run: cat /proc/sys/kernel/random/uuid > deps/nonce; ln -s ../../.dev deps/leak; ln -s nonce deps/link
      lockfiles: [lock]
      directories: [deps]
    compile: mkdir -p dist && cat /proc/sys/kernel/random/uuid >dist/main
    artifact: [dist]
    run: sleep infinity
`,
      'app/lock': 'one\n',
      '.gitignore': '.dev\ndev.settings.yaml\ndist\n',
    },
  });
  const git = async (...args: readonly string[]): Promise<void> => {
    const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const ran = await rig.run(['git', ...person, ...args]);
    expect(ran.status, ran.stderr).toBe(0);
  };
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'one');

  /** Comes up in a worktree of its own, and tells what is installed there. */
  const inWorktree = async (name: string) => {
    const folder = `${rig.directory}-${name}`;
    onTestFinished(async () => {
      await rig.dev(['down', '--volumes', '--no-snapshot', '--project', folder]);
      await removeLeftovers(`${rig.name}-${name}`);
      rmSync(folder, { recursive: true, force: true });
    });
    await git('worktree', 'add', '--quiet', '--detach', folder);
    const up = await rig.dev([...UP, '--project', folder]);
    expect(up.status, rig.transcript()).toBe(0);
    const [nonce, main] = [NONCE, MAIN].map((path) => readFileSync(join(folder, path), 'utf8'));
    return { up, folder, nonce, main };
  };

  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const [first, compiled] = [rig.read(NONCE), rig.read(MAIN)];
  rig.write('app/deps/.cache/scratch', 'of a tool\n');
  const copied = await inWorktree('copied');
  expect(copied.nonce, rig.transcript()).toBe(first);
  expect(copied.main).toBe(compiled);
  expect((await rig.run(['ls', '-A', join(copied.folder, 'app/deps')])).stdout.split('\n')).toEqual(
    ['.gitignore', '.onestack.json', 'leak', 'link', 'nonce', ''],
  );
  const again = await rig.dev([...UP, '--project', copied.folder]);
  expect(again.stdout).toContain('nothing to do');

  // By hand, and out of place: neither is what was locked.
  for (const path of [NONCE, MAIN]) rig.write(path, 'changed\n');
  writeFileSync(join(copied.folder, MAIN), 'changed\n');
  writeFileSync(join(copied.folder, NONCE), 'changed\n');
  const changed = await inWorktree('changed');
  expect(changed.nonce).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(changed.nonce).not.toBe(first);
  expect(changed.main).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(changed.main).not.toBe(compiled);
  for (const folder of [rig.directory, copied.folder, changed.folder]) {
    rmSync(join(folder, 'app/deps'), { recursive: true });
    symlinkSync('../.dev', join(folder, 'app/deps'));
  }
  const laid = await inWorktree('laid');
  expect(laid.nonce).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(laid.nonce).not.toBe(changed.nonce);
});
