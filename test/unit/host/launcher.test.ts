import { readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launcher, LAUNCHER, PIN, pinned, REPOSITORY } from '../../support/launcher-machine.ts';

describe('the launcher of the example', () => {
  it('is the same but for its pin', () => {
    const example = readFileSync(join(REPOSITORY, 'examples/shop/dev'), 'utf8');
    expect(example).toBe(LAUNCHER.replace("pin='file:.'", "pin='file:../..'"));
  });
});

describe('without what it needs', () => {
  it('says that Node is missing', async () => {
    const { status, stderr } = await pinned().run();
    expect(status).toBe(3);
    expect(stderr).toBe(
      'dev: Node 20.19 or newer is needed, and no node is installed\n' +
        '     Get it from https://nodejs.org/en/download, or from your package manager.\n',
    );
  });

  it('says that Node is too old', async () => {
    const machine = pinned();
    machine.write('bin/node', '#!/bin/sh\necho v18.19.0\n', 0o755);
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain(`Node 20.19 or newer is needed; ${machine.root}/bin/node is v18.19.0`);
  });

  it('says that npm is missing', async () => {
    const machine = pinned();
    machine.useNode();
    const { status, stderr } = await machine.run();
    expect(status).toBe(3);
    expect(stderr).toContain('npm is needed to fetch the tool, and is not installed');
  });
});

describe('a machine with musl instead of glibc', () => {
  it('is as good as any other', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm();
    // What Node says of itself there.
    const hook = machine.write(
      'musl.cjs',
      `const own = process.report.getReport();
process.report.getReport = () => ({ ...own, header: { ...own.header, glibcVersionRuntime: undefined } });`,
    );
    const environment = { NODE_OPTIONS: `--require=${hook}` };
    const ran = await machine.run(['up'], undefined, environment);
    expect(ran).toMatchObject({ status: 0, stdout: 'tool up\n' });
  });
});

describe('a machine without cksum, as some of BusyBox', () => {
  it('is as good as any other, and nothing is said of it', async () => {
    const machine = pinned();
    machine.useNode();
    machine.useNpm();
    rmSync(join(machine.root, 'bin/cksum'));
    const { status, stdout, stderr } = await machine.run(['up']);
    expect([status, stdout]).toEqual([0, 'tool up\n']);
    expect(stderr).toBe(`dev: fetching ${PIN}\n`);
  });
});

describe('a pin that cannot be right', () => {
  it.each([
    ['another package', 'onestack@3.4.0', 'which is not onestack-dev@VERSION'],
    ['a bare version, as of old', '1.2.3', 'which is not onestack-dev@VERSION'],
    ['a name that begins alike', 'onestack-devx@1.2.3', 'which is not onestack-dev@VERSION'],
    ['a tag', 'onestack-dev@latest', 'which is not onestack-dev@VERSION'],
    ['a range', 'onestack-dev@1.x || 9', 'is not one exact version'],
    ['a path in place of a version', 'onestack-dev@1/../../../x', 'is not one exact version'],
    ['an alias', 'onestack-dev@npm:onestack@3', 'which is not onestack-dev@VERSION'],
    ['an address', 'https://example.invalid/onestack-dev.tgz', 'which is not onestack-dev@VERSION'],
  ])('is refused before npm is asked: %s', async (_what, pin, says) => {
    const machine = launcher(pin);
    machine.useNode();
    machine.useNpm();
    machine.publish();
    const { status, stderr } = await machine.run();
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(machine.npmCalls()).toEqual([]);
  });

  it.each([
    '',
    'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
    'sha512-abc==',
    `sha512-${'.'.repeat(86)}==`,
    `sha512-${'A'.repeat(85)} ==`,
  ])('is refused without a whole hash: %j', async (integrity) => {
    const machine = launcher(PIN);
    machine.useNode();
    machine.useNpm();
    machine.publish('tool', integrity);
    const { status, stderr } = await machine.run();
    expect(status).toBe(2);
    expect(stderr).toContain('has no hash of onestack-dev@1.2.3');
    expect(machine.npmCalls()).toEqual([]);
  });
});

describe('a checkout', () => {
  /** A checkout that is installed and built; its build counts its runs. */
  function checkout() {
    const machine = launcher('file:../tool');
    machine.useNode();
    machine.useNpm();
    machine.write('tool/package.json', '{"type":"module"}');
    machine.write('tool/package-lock.json', '{}');
    machine.write('tool/node_modules/.package-lock.json', '{}');
    machine.write('tool/src/main.ts', '');
    machine.write(
      'tool/scripts/build.mjs',
      `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const dist = new URL('../dist/', import.meta.url);
mkdirSync(dist, { recursive: true });
appendFileSync(new URL('builds', dist), 'x');
writeFileSync(new URL('main.js', dist), 'console.log("built", ...process.argv.slice(2))');
writeFileSync(new URL('.built', dist), '');`,
    );
    const builds = () => readFileSync(join(machine.root, 'tool/dist/builds'), 'utf8').length;
    return { ...machine, builds };
  }

  it('is built when it has no build, and then only when a source is newer', async () => {
    const machine = checkout();
    expect((await machine.run(['up'])).stdout).toBe('built up\n');
    await machine.run();
    expect(machine.builds()).toBe(1);
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(machine.root, 'tool/src/main.ts'), later, later);
    await machine.run();
    expect(machine.builds()).toBe(2);
    expect(machine.npmCalls()).toEqual([]);
  });

  it('gets its dependencies when the lockfile is not that of what is installed', async () => {
    const machine = checkout();
    await machine.run();
    const later = new Date(Date.now() + 5_000);
    utimesSync(join(machine.root, 'tool/package-lock.json'), later, later);
    await machine.run();
    await machine.run();
    expect(machine.npmCalls()).toHaveLength(1);
    expect(machine.npmCalls()[0]).toMatch(/^ci --include=dev .*--ignore-scripts/);
  });

  it('is found through a symlink to the launcher', async () => {
    const machine = checkout();
    symlinkSync(join(machine.root, 'project/dev'), join(machine.root, 'link'));
    symlinkSync('/usr/bin/readlink', join(machine.root, 'bin/readlink'));
    expect((await machine.run(['x'], join(machine.root, 'link'))).stdout).toBe('built x\n');
  });
});

describe('ONESTACK_HOME', () => {
  it('runs the tool in that folder as it is', async () => {
    const machine = pinned();
    machine.useNode();
    machine.write('own/dist/main.js', 'console.log("own")');
    const env = { ONESTACK_HOME: join(machine.root, 'own') };
    expect((await machine.run([], undefined, env)).stdout).toBe('own\n');
  });

  it('says when there is none', async () => {
    const machine = pinned();
    machine.useNode();
    const { status, stderr } = await machine.run([], undefined, { ONESTACK_HOME: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toContain('there is no /nowhere/dist/main.js');
  });
});
