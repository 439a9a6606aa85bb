import { describe, expect, it } from 'vitest';
import { commandPaths, EXAMPLES } from '../../../src/cli/examples.ts';
import { buildProgram } from '../../../src/cli/program.ts';

const program = buildProgram('0', () => Promise.resolve(), {
  out: () => undefined,
  err: () => undefined,
});
const commands = commandPaths(program);

describe('the examples of the help', () => {
  it('are there for every command, and for no other', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(commands.map(([path]) => path).sort());
  });

  it.each(commands)('of %s are of that command, with options that there are', (path, command) => {
    const known = [...command.options, ...program.options].flatMap(({ long, short }) => [
      long,
      short,
    ]);
    for (const example of EXAMPLES[path] ?? []) {
      const own = (/dev [^|")]*/.exec(example)?.[0] ?? '').split(' -- ')[0] ?? '';
      expect(own.trim(), example).toMatch(new RegExp(`^dev ${path}( |$)`));
      for (const [option] of own.matchAll(/(?<= )--?[a-z][a-z-]*/g))
        expect(known, example).toContain(option);
    }
  });
});
