import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGitLab } from '../support/gitlab-runner.ts';
import { placesIn } from '../support/places.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { storedDigests } from '../support/stored-digests.ts';
import { waitFor } from '../support/wait-for.ts';

const COPY = 'mkdir -p dist && cp src/* dist/';

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
pipeline: { smoke: false }
modules:
  lib: { image: node, compile: '${COPY}', test: node dist/lib.mjs, artifact: [dist] }
  app:
    image: node
    uses: lib
    compile: '${COPY} && test ! -e ../other && test ! -e ../dev.yaml && test -e ../shared.json'
    test: sh test.sh
    run: node dist/app.mjs
    artifact: [dist]
    dockerfile: production.Dockerfile
  other: { image: node, compile: '${COPY}', run: node dist/other.mjs, artifact: [dist] }
`,
    '.gitignore': '.dev/\ndist/\ndev.settings.yaml\nsecret.env\n',
    'shared.json': '{}',
    dev: `#!/bin/sh\nexec '${process.execPath}' '${REPOSITORY}/dist/main.js' "$@"\n`,
    'secret.env': 'TOKEN=hunter2hunter2',
    'profiles/prod/app.yaml': 'mode: prod\n',
    'lib/src/lib.mjs': 'export const word = "hello";\n',
    'app/production.Dockerfile': 'HEALTHCHECK --interval=7s CMD ["true"]\nRUN umask > /tmp/made\n',
    'app/src/app.mjs': 'import { word } from "../../lib/dist/lib.mjs";\nconsole.log(word);\n',
    'app/test.sh': 'test "$(node dist/app.mjs)" = hello && mkdir dist/left-by-test\n',
    'other/src/other.mjs': 'console.log("other");\n',
    'compose/base.yaml': `
services:
  other:
    secrets: [word]
    healthcheck: { test: ['CMD', 'test', '-s', '/tmp/word'], interval: 1s, start_interval: 1s, start_period: 30s }
secrets:
  word: { file: ./.dev/secrets/word }
`,
    'compose/prod.yaml': 'services: { other: { ports: ["39471:3000"], cap_drop: [ALL] } }\n',
    'compose/ci.yaml': 'services: { other: { ports: ["39471:3000"] } }\n',
  },
});

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args];
  const done = await suite().run(argv);
  expect(done.status, suite().transcript()).toBe(0);
};
const commit = async (message: string) => {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', message);
};

/** References of the project's module images: `ostest-1/app:0f1e…`. */
async function images(): Promise<readonly string[]> {
  const filter = `label=dev.onestack.project=${suite().name}`;
  const format = '{{.Repository}}:{{.Tag}}';
  const argv = ['docker', 'images', '--filter', filter, '--format', format];
  const listed = await runProgram(argv);
  return listed.stdout.split('\n').filter((line) => line !== '' && !line.includes('<none>'));
}
const imageOf = async (module: string): Promise<string> =>
  (await images()).find((reference) => reference.startsWith(`${suite().name}/${module}:`)) ?? '';

async function inImage(module: string, script: string): Promise<string> {
  const argv = [
    'docker',
    'run',
    '--rm',
    '--network=none',
    await imageOf(module),
    'sh',
    '-c',
    script,
  ];
  const ran = await runProgram(argv);
  expect(ran.status, ran.stderr).toBe(0);
  return ran.stdout;
}

async function stages(which = '--all'): Promise<readonly string[]> {
  const filter = `label=dev.onestack.project=${suite().name}`;
  const argv = ['docker', 'ps', which, '--filter', filter, '--format', '{{.Names}}'];
  return (await runProgram(argv)).stdout.split('\n').filter((line) => line !== '');
}

async function ci(...args: readonly string[]) {
  const done = await suite().dev(['--yes', 'ci', ...args]);
  return { ...done, all: done.stdout + done.stderr };
}

beforeAll(async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await git('remote', 'add', 'origin', 'https://ann:hunter2@example.com/shop.git');
  chmodSync(suite().path('dev'), 0o755);
  await commit('one');
  const first = await ci();
  expect(first.status, suite().transcript()).toBe(0);
}, 300_000);

afterAll(async () => {
  const left = await images();
  if (left.length > 0) await runProgram(['docker', 'rmi', '--force', ...left]);
});

describe('dev ci', () => {
  it('makes images that run what was built, as nobody’s root, with nothing else in them', async () => {
    expect(await inImage('app', 'node dist/app.mjs')).toBe('hello\n');
    expect(await inImage('app', 'id -un; pwd')).toBe('app\n/app/app\n');
    const files = await inImage('app', 'find /app -type f | sort');
    expect(files).toBe('/app/app/dist/app.mjs\n/app/lib/dist/lib.mjs\n');
    expect(await inImage('app', 'cat /etc/onestack/profiles/prod/app.yaml')).toBe('mode: prod\n');
    expect(await inImage('app', 'touch /app/app/dist/x 2>&1 || true')).toContain('denied');
    expect(await inImage('app', 'grep -r hunter2 /app /etc/onestack || true')).toBe('');
    const inspected = await runProgram(['docker', 'inspect', await imageOf('app')]);
    const [image] = JSON.parse(inspected.stdout) as [
      { Config: { Labels: Record<string, string>; Healthcheck?: { Test: string[] } } },
    ];
    expect(image.Config.Labels['org.opencontainers.image.source']).toBe('https://example.com/shop');
    expect(inspected.stdout).not.toContain('hunter2');
    expect(image.Config.Healthcheck?.Test).toEqual(['CMD', 'true']);
    expect(await inImage('app', 'test -s /tmp/made && /etc/onestack/drain echo started')).toBe(
      'started\n',
    );
    expect(image.Config.Labels['org.opencontainers.image.revision']).toMatch(/^[0-9a-f]{40}$/);
    expect(image.Config.Labels['org.opencontainers.image.version']).toMatch(/^0\.1\.0-SNAPSHOT\+/);
  });

  it('writes nothing into the project', async () => {
    expect(existsSync(suite().path('.dev'))).toBe(false);
    const changed = await suite().run(['git', 'status', '--porcelain', '--ignored']);
    expect(changed.stdout).toBe('!! secret.env\n');
  });

  it('does nothing twice, and says so', async () => {
    const again = await ci();
    expect(again).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('nothing to do') as unknown,
    });
    const plan = await ci('--plan');
    expect(plan.stdout).toContain('pack app: kept from');
    expect(plan.stdout).toContain('bake app: there already');
    const shown = (await suite().dev(['images'])).stdout;
    expect(shown).toMatch(/node .*\n(?:.*\n)*?.*─ \S+\/app:[0-9a-f]{12} .* production/);
  });

  it('is the same run when a CI service begins it', async () => {
    expect((await suite().dev(['ci', 'generate', 'gitlab'])).status).toBe(0);
    const { status, output } = await runGitLab(suite().directory);
    expect(status, output).toBe(0);
    expect(output).toMatch(/^ci > .*: nothing to do/m);
    rmSync(suite().path('.gitlab-ci.yml'));
  });

  it('makes the same bytes of the same commit in another folder', async () => {
    const clone = mkdtempSync(join(tmpdir(), `${suite().name}-clone-`));
    try {
      cpSync(suite().directory, clone, {
        recursive: true,
        filter: (path) => !path.includes('/.dev'),
      });
      const built = await suite().dev(['--yes', '--project', clone, 'ci']);
      expect(built.status, built.stderr).toBe(0);
      expect(storedDigests(clone)).toEqual(storedDigests(suite().directory));
      expect(storedDigests(clone).length).toBe(4);
    } finally {
      rmSync(placesIn(clone).delivery.folder, { recursive: true });
      rmSync(clone, { recursive: true });
    }
  });

  it('does after an edit what the edit concerns, of the commit alone', async () => {
    const before = await imageOf('other');
    suite().write(
      'app/src/app.mjs',
      'import { word } from "../../lib/dist/lib.mjs";\nconsole.log(word); //\n',
    );
    await commit('two');
    suite().write('app/src/app.mjs', 'never committed');
    // Twice at once: one of them does it, the other one follows it.
    const both = await Promise.all([ci(), ci()]);
    await git('checkout', '--', 'app');
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    const follower = both.find(({ stdout }) => stdout.includes('nothing to do'));
    const done = both.find((one) => one !== follower);
    expect(done?.all).toContain('app/src/app.mjs not committed: not in this run');
    expect(done?.stderr).not.toContain('compile other');
    expect(done?.stderr).not.toContain('compile lib');
    expect(follower?.stderr).toMatch(/waits for dev ci \(\d+\)/);
    expect(follower?.stdout).toContain('nothing to do');
    expect(await imageOf('other')).toBe(before);
  });

  it('runs the working tree where that is asked for, and takes nothing of it for the commit', async () => {
    const before = await images();
    suite().write('app/src/more.mjs', 'export const more = "not added";\n');
    suite().write('app/src/app.mjs', 'import { more } from "./more.mjs";\nconsole.log(more);\n');
    suite().write('app/test.sh', 'test "$(node dist/app.mjs)" = "not added"\n');
    const dirty = await ci('--dirty');
    expect(dirty.status, dirty.all).toBe(0);
    expect(dirty.stdout).toMatch(/\.dirty is good: \d+ steps/);
    expect(dirty.all).not.toContain('not committed');
    expect((await ci('--dirty')).stdout).toContain('nothing to do');
    const made = (await images()).filter((one) => !before.includes(one));
    expect(made.length).toBeGreaterThan(0);
    expect((await ci()).stdout).toContain('nothing to do');
    // The same files committed are made of the commit.
    await commit('was tried');
    expect((await ci()).stderr).toContain('compile app');
    const committed = (await images()).filter((one) => ![...before, ...made].includes(one));
    expect(committed.length).toBeGreaterThan(0);
    const status = await suite().run(['git', 'status', '--porcelain']);
    expect(status.stdout).toBe('');
    await git('reset', '--hard', '--quiet', 'HEAD~1');
  });

  it('fails with the check that fails, tells the rest, and bakes nothing of it', async () => {
    suite().write('app/test.sh', 'echo this is wrong >&2; exit 3\n');
    suite().write('other/src/other.mjs', 'console.log("better");\n');
    await commit('three');
    const count = (await images()).length;
    const failed = await ci();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('test app failed');
    expect(failed.stderr).toContain('this is wrong');
    const log = /All of its output: (\S+)/.exec(failed.stderr)?.[1] ?? '';
    expect(existsSync(log)).toBe(true);
    // The other module is as good as it was: only it got a new image.
    expect((await images()).length).toBe(count + 1);
    suite().write('app/test.sh', 'true\n');
    await commit('four');
  });

  it('says how large images are, and bakes none that carries what must not be there', async () => {
    suite().write('app/src/tls.js', `-----BEGIN PRIVATE KEY-----\n${'A1b2'.repeat(16)}\n`);
    await commit('carries');
    const count = (await images()).length;
    const failed = await ci();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('the image of app would carry what must not be there');
    expect(failed.stderr).toContain('/app/app/dist/tls.js: a private key');
    expect(await images()).toHaveLength(count);
    suite().write(
      'dev.yaml',
      suite().read('dev.yaml').replace('run: node dist/app.mjs', '$&\n    carries: [dist/tls.js]'),
    );
    await commit('means it');
    const meant = await ci();
    expect(meant.status, suite().transcript()).toBe(0);
    const size = /^ {2}app: \S+\/app:[0-9a-f]{12}, [\d.]+ MB, \d+ k?B of it its own$/m;
    expect(meant.stdout).toMatch(size);
    rmSync(suite().path('app/src/tls.js'));
    await commit('without it');
  });

  it('labels images by the commit alone', async () => {
    suite().write('shared.json', '{"never": "committed"}');
    await commit('is committed');
    suite().write('app/src/app.mjs', '// not committed');
    expect((await ci()).status, suite().transcript()).toBe(0);
    await git('checkout', '--', 'app');
    const format = '{{index .Config.Labels "org.opencontainers.image.version"}}';
    const label = await runProgram(['docker', 'inspect', '--format', format, await imageOf('app')]);
    expect(label.stdout).toMatch(/^0\.1\.0-SNAPSHOT\+[0-9a-f]{7}\n$/);
  });

  it('refuses an artifact that was altered on disk', async () => {
    expect((await ci()).status).toBe(0);
    const blobs = join(suite().places().delivery.store, 'blobs/sha256');
    for (const name of readdirSync(blobs)) appendFileSync(join(blobs, name), 'x');
    await runProgram(['docker', 'rmi', '--force', ...(await images())]);
    const refused = await ci();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('is not what was stored');
    rmSync(suite().places().delivery.store, { recursive: true });
    expect((await ci()).status, suite().transcript()).toBe(0);
  });

  it('killed in the middle, goes on where it was and leaves nothing running', async () => {
    // Once only: whoever goes on finds what it needs.
    const once =
      'test -e /var/cache/onestack/tried || { touch /var/cache/onestack/tried; sleep 300; }';
    suite().write('app/test.sh', `test -e ../shared.json && ${once}\n`);
    await commit('five');
    const nothing = await ci('--resume');
    expect(nothing.status).toBe(2);
    expect(nothing.stderr).toMatch(/nothing to resume[^]*no run of [0-9a-f]{7} was begun/);
    // The engine takes its time to remove what has ended.
    await waitFor('the end of the last stages', async () => (await stages()).length === 0);
    const killed = suite().startDev(['ci']);
    // The engine may still be removing what came before it, and takes back a container which it is
    // only making when the client that asked for it goes.
    await waitFor('the stage alone, at work', async () => {
      const [only = '', ...others] = await stages();
      const [working = ''] = await stages('--filter=status=running');
      return working === only && only.endsWith('test-app') && others.length === 0;
    });
    expect((await ci('--resume')).stderr).toMatch(/the run of [0-9a-f]{7} goes on/);
    killed.killGroup();
    await killed.finished;
    expect((await ci('--resume', 'lint')).status).toBe(2);
    const planned = await ci('--plan', '--resume');
    expect(planned.stdout).toContain('test app: not passed yet');
    const next = await ci('--resume');
    expect(next.stderr).toMatch(/goes on with the run of \S+ that was killed: \d+ of \d+ steps/);
    expect(next.status, suite().transcript()).toBe(0);
    expect(next.stderr).toContain('which was killed and 1 of its containers');
    expect(next.stderr).not.toContain('compile lib');
    await waitFor('the end of its stages', async () => (await stages()).length === 0);
    const runs = suite().places().delivery.runs;
    const exports = readdirSync(runs).filter((id) => existsSync(join(runs, id, 'src')));
    expect(exports).toEqual([]);
    expect((await ci('--resume')).stderr).toMatch(/what was begun of [0-9a-f]{7} is done/);
    suite().write('app/test.sh', 'true\n');
    await commit('six');
  });

  it('are what production runs here, made where they are not yet, beside development', async () => {
    const keeps =
      'require("fs").copyFileSync("/run/secrets/word", "/tmp/word"); setInterval(() => {}, 1e6);';
    suite().write('other/src/other.cjs', keeps);
    suite().write('other/src/other.mjs', 'await import("./other.cjs");\n');
    await commit('runs on');
    const up = (...args: readonly string[]) => suite().dev(['--yes', ...args, 'up', 'other']);
    const planned = await up('--context', 'prod', '--dry-run');
    expect(planned.stdout).toMatch(/^make images of [0-9a-f]{7} \(other\): not made yet: dev ci$/m);
    const made = await up('--context', 'prod');
    expect(made.status, suite().transcript()).toBe(0);
    expect(made.stderr).toContain('bake other');
    expect((await up('--context', 'ci')).status, suite().transcript()).toBe(0);

    const format = '{{.Label "com.docker.compose.project"}} {{.Image}} {{.Ports}}';
    const filter = `label=com.docker.compose.service=other`;
    const listed = await runProgram(['docker', 'ps', '--filter', filter, '--format', format]);
    const mine = listed.stdout.split('\n').filter((line) => line.startsWith(suite().name));
    const image = await imageOf('other');
    expect(mine.sort().map((line) => line.trim())).toEqual([
      `${suite().name}-ci ${image}`,
      expect.stringMatching(
        new RegExp(`^${suite().name}-prod ${image} 127\\.0\\.0\\.1:\\d+->3000/tcp$`),
      ),
    ]);
    const again = await up('--context', 'prod', '--dry-run');
    expect(again.stdout).toBe('nothing to do\n');
    const watched = await suite().dev(['--context', 'prod', 'watch']);
    expect(watched).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nothing to watch') as unknown,
    });
    // A release gives another name; that is not for this command to take back.
    const released = `${suite().name}/other:1.4.0`;
    expect((await suite().run(['docker', 'tag', image, released])).status).toBe(0);
    const kept = await suite().dev(['--yes', 'clean', '--volumes']);
    expect(kept.status, kept.stderr).toBe(0);
    expect(kept.stdout).toContain(`container ${suite().name}-prod-other-1`);
    expect(kept.stdout).toContain(`image ${image}\n`);
    expect(kept.stdout).toContain(`kept: released image ${released} (docker image rm ${released})`);
    expect((await suite().run(['docker', 'image', 'rm', released])).status).toBe(0);
    expect(await images()).toEqual([]);
    expect(
      (await suite().run(['docker', 'ps', '-aq', '--filter', `name=${suite().name}-`])).stdout,
    ).toBe('');
  });

  it('interrupted, takes its containers with it', async () => {
    suite().write('app/test.sh', 'sleep 300\n');
    await commit('seven');
    const running = suite().startDev(['ci']);
    await waitFor('the stage', async () =>
      (await stages()).some((name) => name.endsWith('test-app')),
    );
    running.kill('SIGINT');
    expect((await running.finished).status).toBe(130);
    expect(await stages()).toEqual([]);
  });
});
