import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { createRegistry } from '../support/debian-registry.ts';
import { processesNaming } from '../support/find-process.ts';
import { deliveryFolder } from '../support/places.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

/** Nobody else on this machine sleeps for so long. */
const LEFT = `sleep ${String(700_000 + process.pid)}`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
pipeline: { smoke: false }
modules:
  web:
    image: node
    install: false
    compile: mkdir -p dist && cp server.js dist/ && head -c 400000 /dev/zero > dist/large
    run: node dist/server.js
    artifact: [dist]
`,
    '.gitignore': '.dev/\ndev.settings.yaml\n',
    'web/server.js': 'setInterval(() => {}, 1e6);\n',
  },
});

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args];
  expect((await suite().run(argv)).status, suite().transcript()).toBe(0);
};
/** Edits `dev.yaml`, and commits all there is. */
async function define(...edits: readonly (readonly [string, string])[]) {
  let text = suite().read('dev.yaml');
  for (const [from, to] of edits) text = text.replace(from, to);
  suite().write('dev.yaml', text);
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', 'any');
}
const dev = (...args: readonly string[]) => suite().dev(['--yes', ...args]);

afterAll(async () => {
  await removeBakedImages(suite().name);
});

describe('without a commit', () => {
  const COMMANDS = [['version'], ['ci'], ['release'], ['--context', 'prod', 'up', '--dry-run']];

  it('all that goes by one says what is missing, and what to do', async () => {
    const programs = suite().path('.dev/programs');
    mkdirSync(programs, { recursive: true });
    const { stdout } = await runProgram(['sh', '-c', 'command -v docker']);
    symlinkSync(stdout.trim(), join(programs, 'docker'));
    for (const words of COMMANDS) {
      const without = await suite().dev(['--yes', ...words], { env: { PATH: programs } });
      expect(without.stderr, words.join(' ')).toContain('there is no git on this machine');
      expect(without.stderr).toContain('install git');
      expect(without.status).toBe(3);
      const nowhere = await dev(...words);
      expect(nowhere.stderr, words.join(' ')).toContain('is in no git repository');
      expect(nowhere.stderr).toContain('git init');
      expect(nowhere.status).toBe(2);
    }
    rmSync(programs, { recursive: true });
    await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
    for (const words of COMMANDS) {
      const empty = await dev(...words);
      expect(empty.stderr, words.join(' ')).toContain('has no commit yet');
      expect(empty.status).toBe(2);
    }
  });
});

describe('a run', () => {
  // Only root can give a folder a disk of its own.
  it.skipIf(process.getuid?.() !== 0)(
    'on a full disk says so at each step, keeps nothing in part, and room mends it',
    async () => {
      await define();
      const delivery = deliveryFolder(suite().directory);
      mkdirSync(delivery, { recursive: true, mode: 0o700 });
      const disk = (options: string) => runProgram(['mount', '-t', 'tmpfs', ...options.split(' ')]);
      expect((await disk(`-o size=8k,mode=700 tmpfs ${delivery}`)).status).toBe(0);
      onTestFinished(async () => {
        await runProgram(['umount', '--lazy', delivery]);
      });
      const resize = (size: string) =>
        runProgram(['mount', '-o', `remount,size=${size}`, delivery]);
      // The export, what is compiled, what is packed: each finds no room.
      for (const size of ['8k', '300k', '600k']) {
        await resize(size);
        const full = await dev('ci');
        expect(full.status, suite().transcript()).not.toBe(0);
        expect(full.stderr, size).toMatch(/the disk is full/i);
        expect(full.stderr, size).toContain('Make room');
        const index = join(delivery, 'store/index.json');
        const blobs = join(delivery, 'store/blobs');
        const listed = (await runProgram(['find', blobs, '-name', '*.tmp'])).stdout;
        expect(listed, size).toBe('');
        // What is named in it is there.
        const kept = (await runProgram(['cat', index])).stdout;
        for (const [, digest = ''] of kept.matchAll(/"digest": "sha256:([0-9a-f]{64})"/g))
          expect(readdirSync(join(blobs, 'sha256'))).toContain(digest);
      }
      await resize('32m');
      const done = await dev('ci');
      expect(done.status, suite().transcript()).toBe(0);
    },
  );

  it('whose lockfile does not match says which, and what makes it', async () => {
    suite().write('web/package.json', '{"name":"web","dependencies":{"left-pad":"1.3.0"}}\n');
    suite().write(
      'web/package-lock.json',
      '{"name":"web","lockfileVersion":3,"packages":{"":{"name":"web"}}}\n',
    );
    await define(['    install: false\n', '']);
    const failed = await dev('ci');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('package-lock.json does not match package.json');
    expect(failed.stderr).toContain('Run npm install there, and commit package-lock.json');
    await define(['    image: node\n', '    image: node\n    install: false\n']);
  });

  it('ends what its steps leave behind, and what does not end', async () => {
    const leaves = `setsid ${LEFT} >/dev/null 2>&1 & nohup ${LEFT} & ${LEFT} & echo left`;
    const hangs = `trap '' TERM INT; ${LEFT}; true`;
    await define([
      '    run: node',
      `    test: "${leaves}"\n    lint: { run: "${hangs}", timeout: 1s }\n    run: node`,
    ]);
    const failed = await dev('ci');
    expect(failed.status, suite().transcript()).toBe(1);
    expect(failed.stderr).toMatch(/✓ .*test web/);
    expect(failed.stderr).toContain('did not end within 1 s, and was killed');
    const filter = `label=dev.onestack.project=${suite().name}`;
    const listed = await runProgram(['docker', 'ps', '--all', '--quiet', '--filter', filter]);
    expect(listed.stdout).toBe('');
    expect(processesNaming(LEFT)).toEqual([]);
    await define([`    test: "${leaves}"\n    lint: { run: "${hangs}", timeout: 1s }\n`, '']);
  });
});

describe('a registry', () => {
  it('whose disk is full is said to be, and goes on where it was when it has room', async () => {
    const registry = await createRegistry({ room: '96m' });
    onTestFinished(() => registry.remove());
    const within = (script: string) =>
      runProgram(['docker', 'exec', registry.container, 'sh', '-c', script]);
    const filler = '/var/lib/docker-registry/filler';
    await within(`cat /dev/zero > ${filler}`);
    // Little to send.
    await define(
      ['pipeline:', `store: { registry: ${registry.host}/shop }\npipeline:`],
      ['image: node', 'image: os'],
      ['node dist/server.js', 'sleep infinity'],
    );
    const full = await dev('release');
    expect(full.status, full.stderr).toBe(3);
    expect(full.stderr).toContain('answered 500: its disk is full');
    expect(full.stderr).toContain('Make room in the registry');
    const tags = await fetch(`http://${registry.host}/v2/shop/integration/web/tags/list`);
    expect(await tags.text()).not.toContain('latest');
    await within(`rm ${filler}`);
    const done = await dev('release');
    expect(done.status, suite().transcript()).toBe(0);
  });
});
