import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS as EVERY } from '../../../src/cli/every-command.ts';
import { COMMANDS as QUICK } from '../../../src/cli/quick-command.ts';
import { REPOSITORY } from '../../support/rig.ts';

function namesOf(commands: typeof EVERY): readonly string[] {
  const program = new Command();
  for (const declare of commands) declare(program, () => Promise.resolve());
  return program.commands.map((command) => command.name());
}

it('starts the small program for exactly the commands that it has', () => {
  const start = readFileSync(join(REPOSITORY, 'src/start.ts'), 'utf8');
  const [, list = ''] = /QUICK = new Set\(\[([^\]]*)\]\)/.exec(start) ?? [];
  const started = [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name);
  expect([...started].sort()).toEqual([...namesOf(QUICK)].sort());
  expect(namesOf(EVERY)).toEqual(expect.arrayContaining([...namesOf(QUICK)]));
});
