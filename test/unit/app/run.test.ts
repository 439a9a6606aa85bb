import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandArgv, commandArgvWithEnvironment } from '../../../src/app/run/argv.ts';

/** What a program in the command's text gets as its arguments. */
function given(run: string, args: readonly string[]): readonly string[] {
  const [program = '', ...rest] = commandArgv({ name: 'seed', run }, args);
  const { stdout } = spawnSync(program, rest, { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

const SHOW = `printf '%s\\0'`;
const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));

describe('the arguments of a command', () => {
  it('come at the end as they are, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (args) => {
        expect(given(SHOW, args)).toEqual(args);
        expect(given(`${SHOW} a "$@" b`, args)).toEqual(['a', ...args, 'b']);
      }),
      { numRuns: 30 },
    );
  });

  it('go where the text has them', () => {
    expect(given(`${SHOW} "\${2:-x}" "$1"`, ['1', '2'])).toEqual(['2', '1']);
    expect(given(`true &&\n ${SHOW} first\n`, ['a'])).toEqual(['first', 'a']);
    expect(given(`${SHOW} "$0"`, [])).toEqual(['seed']);
  });
});

describe('the environment of a command', () => {
  it('is given to the program, and only if there is one', () => {
    const command = {
      name: 'seed',
      run: 'printf "$A-$B"',
      environment: new Map([
        ['A', "it's"],
        ['B', '$HOME'],
      ]),
    };
    const [program = '', ...rest] = commandArgvWithEnvironment(command, []);
    expect(spawnSync(program, rest, { encoding: 'utf8' }).stdout).toBe("it's-$HOME");
    expect(commandArgvWithEnvironment({ ...command, environment: new Map() }, [])[0]).toBe('sh');
  });
});
