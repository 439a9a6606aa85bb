import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryFolder } from '../support/places.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const TOKEN = 'hunter2-hunter2';
const PUBLISH = 'cat site/a.md app/report.txt && echo "token=$DEPLOY_TOKEN" && test -z "$OTHER"';

const definition = (publish = PUBLISH, keeps = '') => `
name: any
pipeline:
  smoke: false
  stages:
    contract:
      module: app
      run: test -e dist/app.mjs && test ! -e ../docs && echo held > report.txt
      artifact: report.txt
    docs:
      image: node
      reads: docs
      run: test ! -e app && test ! -e .git && mkdir site && cp docs/* site/ && ! getent hosts example.com
      artifact: site
    publish:
      image: node
      after: [docs, contract]
      secrets: DEPLOY_TOKEN
      ${keeps}
      run: ${publish}
modules:
  app: { image: node, compile: mkdir -p dist && cp src/* dist/, run: node dist/app.mjs, artifact: dist }
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': definition(),
    '.gitignore': '.dev/\ndist/\n',
    'app/src/app.mjs': 'console.log("hello");\n',
    'docs/a.md': 'read me\n',
  },
  env: { DEPLOY_TOKEN: TOKEN, OTHER: 'not for stages' },
});

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args];
  const done = await suite().run(argv);
  expect(done.status, suite().transcript()).toBe(0);
};
async function commit() {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'any');
}
async function define(...parts: Parameters<typeof definition>) {
  const text = definition(...parts).replace('name: any', `name: ${suite().name}`);
  writeFileSync(suite().path('dev.yaml'), text);
  await commit();
  expect((await suite().dev(['trust'])).status).toBe(0);
}
async function ci(...args: readonly string[]) {
  const done = await suite().dev(['--yes', 'ci', ...args]);
  return { ...done, all: done.stdout + done.stderr };
}
const images = async (): Promise<readonly string[]> => {
  const filter = `label=dev.onestack.project=${suite().name}`;
  const argv = ['docker', 'images', '--filter', filter, '--format', '{{.Repository}}:{{.Tag}}'];
  return (await runProgram(argv)).stdout.split('\n').filter((line) => line !== '');
};

beforeAll(async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit();
});

afterAll(async () => {
  const left = await images();
  if (left.length > 0) await runProgram(['docker', 'rmi', '--force', ...left]);
});

describe('stages of one’s own', () => {
  it('get a secret of the person when she has agreed to it, and show it nowhere', async () => {
    const refused = await ci();
    expect(refused.status, suite().transcript()).toBe(2);
    expect(refused.all).toContain('gives the variable DEPLOY_TOKEN of your shell');
    expect(await images()).toEqual([]);
    expect((await suite().dev(['trust'])).status).toBe(0);
    const done = await ci();
    expect(done.status, suite().transcript()).toBe(0);
    expect(done.stdout).toMatch(
      /─ app\n(?:.*\n)*?.*✓ contract .*\n(?:.*\n)*.*✓ docs .*\n.*✓ publish /,
    );
    const delivery = deliveryFolder(suite().directory);
    const log = execFileSync('find', [delivery, '-name', 'publish.log', '-exec', 'cat', '{}', '+']);
    expect(log.toString()).toContain('read me\nheld\ntoken=[redacted]\n');
    expect(done.all).not.toContain(TOKEN);
  });

  it('are passed once for what they look at, and again where that changes', async () => {
    expect((await ci()).stdout).toContain('nothing to do');
    writeFileSync(suite().path('docs/a.md'), 'read me again\n');
    await commit();
    const plan = (await ci('--plan')).stdout.split('\n');
    expect(plan).toContain('docs: not passed yet');
    expect(plan).toContain('publish: not passed yet');
    expect(plan).toContainEqual(expect.stringMatching(/^contract app: kept from /));
    const mistyped = await ci('dosc');
    expect(mistyped).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"docs"') as unknown,
    });
    const part = await ci('docs');
    expect(part.status, suite().transcript()).toBe(0);
    expect(part.stdout).toMatch(/ has passed docs: 1 steps, 0 kept\n.* \(only docs\) good/);
    expect(part.all).not.toContain('publish');
    // What was kept of one lies before the other, though it has not run now.
    const done = await ci();
    expect(done.status, suite().transcript()).toBe(0);
    const lacking = await suite().dev(['ci', 'show']);
    expect(lacking.stdout).toMatch(/= contract +kept from/);
  });

  it('leave their secrets in no layer, label, ledger, key, log or report', async () => {
    await git('config', 'user.name', 'Ann');
    await git('config', 'user.email', 'ann@example.com');
    const released = await suite().dev(['--yes', 'release']);
    expect(released.status, suite().transcript()).toBe(0);
    const page = suite().path('report.html');
    const reported = await suite().dev(['report', '--out', page]);
    expect(reported.status, suite().transcript()).toBe(0);
    const objects = await suite().run(['git', 'cat-file', '--batch', '--batch-all-objects']);
    expect(objects.stdout).toContain('"released"');
    const texts = [objects.stdout, readFileSync(page, 'utf8'), suite().transcript()];
    rmSync(page);
    const [image = ''] = await images();
    expect(image).not.toBe('');
    for (const command of ['inspect', 'history']) {
      const told = await runProgram(['docker', 'image', command, image]);
      texts.push(told.stdout);
    }
    const grep = ['grep', '--recursive', '--devices=skip', '--files-with-matches', '--no-messages'];
    const folders = ['app', 'etc', 'home', 'opt', 'root', 'srv', 'tmp', 'var'].map(
      (one) => `/${one}`,
    );
    const run = ['docker', 'run', '--rm', '--network=none', '--user=0', '--entrypoint=grep', image];
    const inLayers = await runProgram([...run, ...grep.slice(1), TOKEN, ...folders]);
    // 1: it looked, and found none.
    expect(inLayers, inLayers.stderr).toMatchObject({ status: 1, stdout: '' });
    const kept = await runProgram([...grep, TOKEN, deliveryFolder(suite().directory)]);
    expect(kept).toMatchObject({ status: 1, stdout: '' });
    expect(texts.map((text) => text.includes(TOKEN))).toEqual(texts.map(() => false));
  });

  it('fail with their output, keep no secret, and no image has its name', async () => {
    await define('echo "the token is $DEPLOY_TOKEN" && cp docs/a.md missing/');
    writeFileSync(suite().path('app/src/app.mjs'), 'console.log("other");\n');
    await commit();
    const before = await images();
    const failed = await ci();
    expect(failed.status).toBe(1);
    expect(failed.all).toContain('the token is [redacted]');
    expect(failed.all).toMatch(/✗ publish/);
    expect(await images()).toEqual(before);
    await define('echo "$DEPLOY_TOKEN" > kept', 'artifact: kept');
    const told = await ci();
    expect(told.status).toBe(1);
    expect(told.all).toContain('has written a secret into what it keeps');
    const delivery = deliveryFolder(suite().directory);
    const found = await runProgram(['grep', '--recursive', '--binary-files=text', TOKEN, delivery]);
    expect(found.stdout + failed.all + told.all).not.toContain(TOKEN);
    const unset = { ...process.env, DEPLOY_TOKEN: '' };
    const missing = await suite().dev(['ci'], { env: unset });
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('DEPLOY_TOKEN, which is not set');
  });
});
