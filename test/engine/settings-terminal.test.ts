import { describe, expect, it } from 'vitest';
import { openScreen } from '../support/pty-screen.ts';
import { rigForTest } from '../support/rig.ts';

const FILES = {
  'dev.yaml': 'name: shop\nmodules: { api: { image: node, run: node . } }\n',
  'api/package.json': '{}',
  '.gitignore': 'dev.settings.yaml\n',
};

describe('dev settings on a terminal', () => {
  it('shows each setting with what it means, and changes the chosen ones', async () => {
    const rig = rigForTest({ files: FILES });
    const { argv, env } = rig.command(['settings']);
    const screen = await openScreen(argv, { cwd: rig.directory, env, columns: 200 });
    try {
      await screen.until('the question, and how to find one', /Which setting\? \(type to search\)/);
      screen.send('apply');
      await screen.until(
        'its meaning',
        /apply = auto[^]*What an edit of a definition file does[^]*as the default is/,
      );
      screen.send('\r');
      await screen.until('its values', /auto \(default\) \(now\)[^]*ask/);
      screen.send('\x1b[B\r');
      await screen.until('the next question', /Which setting\?(?![^]*ask\n)/);
      expect(rig.read('dev.settings.yaml')).toMatch(/^apply: ask\b/m);

      screen.send('parallel');
      await screen.until('the other setting', /❯ checks\.parallel/);
      screen.send('\r');
      await screen.until('a question for text', /checks\.parallel \(/);
      screen.send('0\r');
      await screen.until('what is wrong', /> .*checks\.parallel/);
      screen.send('\x7f3\r');
      await screen.until(
        'what was set',
        (seen) =>
          /parallel = 3|Which setting\? \(type to search\)\s/.test(seen.text()) &&
          /^ *parallel: 3\b/m.test(rig.read('dev.settings.yaml')),
      );
      await screen.until('the next question', /^\? Which setting\? \(type to search\)\s*\n❯ done/m);
      screen.send('\r');
      expect(await screen.exited).toBe(0);
    } finally {
      screen.close();
    }
    // Whoever is no terminal reads all of them.
    const plain = await rig.dev(['settings']);
    expect(plain.stdout).toMatch(/^apply = ask$/m);
    expect(plain.stdout).toMatch(/^checks\.parallel = 3$/m);
  });
});
