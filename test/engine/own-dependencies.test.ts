import { existsSync, readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openScreen } from '../support/pty-screen.ts';
import { rigForTest } from '../support/rig.ts';

it('what the person installed herself is put aside on a yes, and what containers install takes its place at once', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': `
name: own
modules:
  app:
    image: os
    install: { run: 'echo theirs > deps/x', lockfiles: [lock], directories: [deps] }
    run: sleep infinity
`,
      'app/lock': 'one\n',
      'app/deps/mine': 'precious\n',
    },
  });
  const { argv, env } = rig.command(['up', '--detach', '--no-watch']);
  const screen = await openScreen(argv, { cwd: rig.directory, env });
  onTestFinished(() => screen.close());
  await screen.until('the question', /Put it aside\?/, 120_000);
  screen.send('y\r');
  expect(await screen.exited, screen.text()).toBe(0);
  expect(existsSync(rig.path('app/deps/mine'))).toBe(false);
  expect(rig.read('app/deps/x')).toBe('theirs\n');
  const [kept = ''] = readdirSync(rig.path('.dev/kept'));
  expect(rig.read(`.dev/kept/${kept}/mine`)).toBe('precious\n');
  const again = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
  expect(again.stdout).toContain('nothing to do');
});
