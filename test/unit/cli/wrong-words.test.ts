import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../../../src/cli/program.ts';

/** What is said of a command line that makes no sense. */
function saidOf(...argv: readonly string[]): string {
  let said = '';
  const write = { out: () => undefined, err: (text: string) => (said += text) };
  const program = buildProgram('1', () => Promise.resolve(), write);
  try {
    program.parse(['node', 'dev', ...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return said;
}

it.each([
  [['logs', '--tail', 'x'], '(dev logs --help says what it takes)'],
  [['debug', 'api', '--port', 'abc'], '(dev debug --help says what it takes)'],
  [['data', 'prune', '--keep', 'x'], '(dev data prune --help says what it takes)'],
  [['completion'], '(dev completion --help says what it takes)'],
  [['nix'], '(dev --help lists the commands)'],
])('the hint of %j is of that very command', (argv, hint) => {
  expect(saidOf(...argv)).toContain(hint);
});

it.each([
  [['ps'], "error: unknown command 'ps'\n  fix: dev status\n"],
  [['exec', 'web', 'sh'], 'fix: dev shell SERVICE -- COMMAND\n'],
  [['start'], "error: unknown command 'start'\n  fix: dev up\n"],
  [['up', '--build'], 'fix: dev up builds what has changed by itself\n'],
  [['up', '-d', '--scale', 'web=2'], 'fix: deploy: { replicas: 2 } in the Compose file\n'],
  [['up', '--scale=web=2'], 'fix: deploy: { replicas: 2 } in the Compose file\n'],
])('of %j, a word of another tool’s, it is said what does the same here', (argv, fix) => {
  const said = saidOf(...argv);
  expect(said).toContain(fix);
  expect(said).not.toContain('Did you mean');
});

it('words that nobody has are told as they are', () => {
  expect(saidOf('statsu')).toContain('(Did you mean status?)');
  expect(saidOf('constructor')).not.toContain('fix:');
});
