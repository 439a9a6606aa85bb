import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandArgv } from '../../../src/app/run/argv.ts';
import { checkCommand } from '../../../src/checks/check-command.ts';
import { sayingEmpty } from '../../../src/engine/empty-install.ts';
import { failingFast } from '../../../src/util/failing-fast.ts';

const status = (text: string): number | null => spawnSync('sh', ['-c', text]).status;

it.each([
  ['a line that fails above a good one', 'false\ntrue\n', 1],
  ['good lines', 'true\n# false\n\ntrue', 0],
  ['one that says that it may', 'false || true\nif false; then exit 3; fi\ntrue', 0],
  ['what does not want it', 'set +e\nfalse\ntrue', 0],
  ['one line, as it is', 'false; true', 0],
  ['one line over two', 'test 1 = \\\n2', 1],
])('a text ends at the first line that fails: %s', (_name, text, expected) => {
  expect(status(failingFast(text))).toBe(expected);
});

it('one command is as it was written, with what is said above it', () => {
  for (const text of ['npm test', 'npm test\n', '# all\nnpm test', 'npm test \\\n  --all\n']) {
    expect(failingFast(text)).toBe(text);
  }
});

it('so do checks, installs that may leave their folder empty, and commands with arguments', () => {
  const run = 'false\necho "$X"';
  expect(status(checkCommand({ run, environment: new Map([['X', 'a b']]) }))).toBe(1);
  expect(status(sayingEmpty(run, ['/tmp']))).toBe(1);
  expect(status(sayingEmpty(run, []))).toBe(1);
  const [shell = '', ...args] = commandArgv({ name: 'seed', run }, ['x']);
  expect(spawnSync(shell, args).status).toBe(1);
});
