import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launcher, looksIntoPath, PIN, pinned, SHELLS } from '../../support/launcher-machine.ts';
import { runProgram } from '../../support/run-program.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Its launcher writes down its process id first of all, for an npm that kills it. */
function tellsPid({ root, write }: ReturnType<typeof launcher>): void {
  const text = readFileSync(join(root, 'project/dev'), 'utf8');
  write(
    'project/dev',
    text.replace('\n', () => `\necho $$ >'${root}/pid'\n`),
    0o755,
  );
}

describe.each(SHELLS.map((shell) => ({ shell })))('a pinned version, by $shell', ({ shell }) => {
  it('is fetched once, into the cache, and passed its arguments and status', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    const integrity = machine.publish();
    const first = await machine.run(['up', 'two words']);
    expect(first.stderr).toBe('dev: fetching onestack-dev@1.2.3\n');
    expect(first.stdout).toBe('tool up two words\n');
    const second = await machine.run(['status']);
    expect([second.stdout, second.stderr]).toEqual(['tool status\n', '']);
    expect(machine.npmCalls()).toEqual([
      expect.stringMatching(/^pack onestack-dev@1\.2\.3 .*--ignore-scripts/),
      expect.stringMatching(/^ci --omit=dev .*--ignore-scripts/),
    ]);
    const cache = join(machine.root, '.cache/onestack');
    expect(existsSync(join(cache, PIN, integrity, 'package/dist/main.js'))).toBe(true);
    expect(readdirSync(cache).filter((name) => name.endsWith('.fetch'))).toEqual([]);
  });

  it('is nobody else’s to change, whatever the umask, which stays as it was', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm('mkdir -p node_modules; echo 1 >node_modules/a.js');
    machine.publish("tool', (process.umask() & 0o777).toString(8) + '");
    const loose = machine.write('loose', 'umask 000\nexec dash "$(dirname "$0")/project/dev"\n');
    symlinkSync('/usr/bin/dirname', join(machine.root, 'bin/dirname'));
    const ran = await machine.run([], loose);
    expect(ran).toMatchObject({ status: 0, stdout: 'tool 0\n' });
    const cache = join(machine.root, '.cache/onestack');
    const open = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((path) => {
      const { mode } = lstatSync(join(cache, path));
      // What only locks: nothing of it runs.
      return (mode & 0o022) !== 0 && !path.endsWith('.lock');
    });
    expect(open).toEqual([]);
    expect(lstatSync(cache).mode & 0o777).toBe(0o700);
  });

  it('comes from no folder that anybody can fill: without a home there is none', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm();
    for (const XDG_CACHE_HOME of [undefined, '', 'cache']) {
      const { status, stderr } = await machine.run([], undefined, {
        HOME: undefined,
        XDG_CACHE_HOME,
      });
      expect(status).toBe(1);
      expect(stderr).toContain('HOME is not set, so there is no folder for the tool');
    }
    expect(machine.npmCalls()).toEqual([]);
  });

  it('is fetched once by two at once', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    const both = await Promise.all([machine.run(['a']), machine.run(['b'])]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['tool a\n', 'tool b\n']);
    expect(machine.npmCalls()).toHaveLength(2);
  });

  describe('where there is no flock, as on macOS', () => {
    const withoutFlock = () => {
      const machine = launcher(PIN, shell);
      machine.useNode();
      machine.publish();
      rmSync(join(machine.root, 'bin/flock'));
      for (const name of ['sleep', 'ln', 'readlink']) {
        const found = [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync) ?? '';
        symlinkSync(found, join(machine.root, 'bin', name));
      }
      return machine;
    };
    const locks = ({ root }: { readonly root: string }): readonly string[] =>
      readdirSync(join(root, '.cache/onestack')).filter((name) => name.includes('.lock'));

    it('is fetched once by two at the same time, and leaves no lock', async () => {
      const machine = withoutFlock();
      machine.useNpm();
      const both = await Promise.all([machine.run(['a']), machine.run(['b'])]);
      expect(both.map(({ stdout }) => stdout)).toEqual(['tool a\n', 'tool b\n']);
      expect(machine.npmCalls()).toHaveLength(2);
      expect(locks(machine)).toEqual([]);
    });

    it('takes the lock over from one that was killed', async () => {
      const machine = withoutFlock();
      machine.useNpm(
        `kill -KILL $(readlink '${machine.root}/.cache/onestack/'*.lock.pid) $PPID; exit 1`,
      );
      expect((await machine.run()).status).toBe(137);
      expect(locks(machine)).toHaveLength(1);
      machine.useNpm();
      const after = await Promise.all([machine.run(['up']), machine.run(['up'])]);
      expect(after.map(({ stdout }) => stdout)).toEqual(['tool up\n', 'tool up\n']);
      expect(locks(machine)).toEqual([]);
    });

    it.runIf(looksIntoPath(shell))(
      'names the holder from the first moment of the lock',
      async () => {
        const machine = withoutFlock();
        machine.useNpm();
        // The shell is killed in the very moment in which the lock is there.
        const ln = realpathSync(join(machine.root, 'bin/ln'));
        const killed = `"${ln}" "$@" && kill -KILL $PPID`;
        rmSync(join(machine.root, 'bin/ln'));
        machine.write(
          'bin/ln',
          `#!${join(machine.root, 'bin', shell.join(' '))}\n${killed}\n`,
          0o755,
        );
        expect((await machine.run()).status).toBe(137);
        expect(locks(machine)).toHaveLength(1);
        machine.write(
          'bin/ln',
          `#!${join(machine.root, 'bin', shell.join(' '))}\n"${ln}" "$@"\n`,
          0o755,
        );
        expect((await machine.run(['up'])).stdout).toBe('tool up\n');
        expect(locks(machine)).toEqual([]);
      },
    );

    it('ends with words where it cannot write its lock', async () => {
      const machine = withoutFlock();
      machine.useNpm();
      mkdirSync(join(machine.root, '.cache'));
      machine.write('.cache/onestack', '');
      const { status, stderr } = await machine.run();
      expect(status).toBe(1);
      expect(stderr).toContain('Set XDG_CACHE_HOME to one you can write.');
    });
  });

  it.each(['pack', 'ci'])('is fetched anew after a kill in the middle of npm %s', async (at) => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.publish();
    // The launcher, and the subshell in which npm runs.
    machine.useNpm(
      `[ "$1" != ${at} ] || { kill -KILL $(cat '${machine.root}/pid') $PPID; exit 1; }`,
    );
    tellsPid(machine);
    expect((await machine.run()).status).toBe(137);
    machine.useNpm();
    expect((await machine.run(['up'])).stdout).toBe('tool up\n');
  });

  it('is not fetched while the npm of one that was killed is still at it', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.publish();
    const there = join(machine.root, 'there');
    // The subshell in which it runs, and the launcher: that one has the shell's own number.
    machine.useNpm(
      `kill -KILL $(cat '${machine.root}/pid') $PPID; : >'${there}'; until [ -e '${machine.root}/go' ]; do :; done; exit 1`,
    );
    tellsPid(machine);
    const killed = machine.run();
    await waitFor('npm', () => existsSync(there));
    const cache = join(machine.root, '.cache/onestack');
    const lock = readdirSync(cache).find((name) => name.endsWith('.lock')) ?? '';
    const isFree = async () =>
      (await runProgram(['flock', '--nonblock', join(cache, lock), 'true'])).status === 0;
    expect(await isFree()).toBe(false);
    machine.write('go', '');
    await waitFor('the lock', isFree);
    expect((await killed).status).toBe(137);
    machine.useNpm();
    expect((await machine.run(['up'])).stdout).toBe('tool up\n');
  });

  it.each(['pack', 'ci'])('leaves nothing that runs when npm %s fails, and says so', async (at) => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm(`[ "$1" != ${at} ] || { echo "npm error E404" >&2; exit 1; }`);
    const integrity = machine.publish();
    const { status, stderr } = await machine.run();
    expect(status).toBe(1);
    expect(stderr).toContain('npm error E404\n');
    expect(stderr).toMatch(
      /could not (fetch|install what) onestack-dev@1\.2\.3 .*\(npm ended with status 1\)/,
    );
    expect(existsSync(join(machine.root, '.cache/onestack', PIN, integrity, 'package'))).toBe(
      false,
    );
  });

  it('is not unpacked when it has another hash than the pin, not even after a right one', async () => {
    const machine = launcher(PIN, shell);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    expect((await machine.run()).status).toBe(0);
    const other = `sha512-${'A'.repeat(86)}==`;
    const real = machine.publish('evil');
    machine.publish('evil', other);
    const { status, stdout, stderr } = await machine.run(['up']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      `onestack-dev@1.2.3 is not what this project pinned, and was not unpacked: its hash is ${real}, not ${other}`,
    );
    expect(machine.npmCalls().filter((call) => call.startsWith('ci'))).toHaveLength(1);
  });
});
