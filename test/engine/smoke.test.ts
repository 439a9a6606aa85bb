import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

const SERVER = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const word = readFileSync('/etc/word', 'utf8').trim();
createServer((_, answer) => answer.end(word)).listen(3000);
console.log('serving', word);
process.on('SIGTERM', () => process.exit(0));
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
modules:
  web: { image: node, run: node server.js }
pipeline: { smoke: { timeout: 60s } }
`,
    '.gitignore': '.dev/\ndev.settings.yaml\n',
    'web/server.js': SERVER,
    'proxy/word.txt': 'hello\n',
    'compose/base.yaml': `
services:
  web:
    container_name: the-only-web
    volumes: ['./proxy/word.txt:/etc/word:ro', 'data:/home/app']
    healthcheck:
      test: ['CMD', 'bash', '-c', 'exec 3<>/dev/tcp/localhost/3000']
      interval: 5s
      start_interval: 250ms
      start_period: 120s
volumes: { data: { name: kept-by-others } }
`,
  },
});

const git = async (...args: readonly string[]) => {
  const argv = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args];
  expect((await suite().run(argv)).status, suite().transcript()).toBe(0);
};
const commit = async (message: string) => {
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', message);
};
const lines = async (...argv: readonly string[]) =>
  (await runProgram(['docker', ...argv])).stdout.split('\n').filter((line) => line !== '');
const images = () =>
  lines(
    ...['images', '--format', '{{.Repository}}:{{.Tag}}'],
    ...['--filter', `label=dev.onestack.project=${suite().name}`],
  );
/** What trials have left; their names begin with the run that they are of. */
const left = async (): Promise<readonly string[]> => {
  const runs = readdirSync(suite().places().delivery.runs);
  const all = [
    ...(await lines('ps', '--all', '--format', '{{.Names}}')),
    ...(await lines('network', 'ls', '--format', '{{.Name}}')),
    ...(await lines('volume', 'ls', '--format', '{{.Name}}')),
  ];
  return all.filter((name) => runs.some((run) => name.includes(`smoke-${run}`)));
};
const ci = () => suite().dev(['--yes', 'ci']);
const logsOfLastRun = (): string => {
  const { runs } = suite().places().delivery;
  const newest = readdirSync(runs)
    .sort((a, b) => ((a.split('-')[1] ?? '') < (b.split('-')[1] ?? '') ? -1 : 1))
    .at(-1);
  const folder = join(runs, newest ?? '', 'logs');
  return readdirSync(folder)
    .filter((name) => name.startsWith('smoke-'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
};

beforeAll(async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  // Somebody's own, by the names that the definition has.
  await runProgram([
    'docker',
    'volume',
    'create',
    '--label',
    `owner=${suite().name}`,
    'kept-by-others',
  ]);
  await commit('one');
}, 60_000);

afterAll(async () => {
  const made = await images();
  if (made.length > 0) await runProgram(['docker', 'rmi', '--force', ...made]);
  await runProgram(['docker', 'volume', 'rm', 'kept-by-others']);
});

describe('the smoke test of dev ci', () => {
  it('tries the images alone, kills what it tries, and then gives them their names', async () => {
    const running = suite().startDev(['--yes', 'ci']);
    let network: readonly string[] = [];
    await waitFor('the trial', async () => {
      const names = await lines('network', 'ls', '--format', '{{.Name}}');
      network = names.filter((name) => /^smoke-.*-ci_default$/.test(name));
      return network.length > 0 || running.status() !== undefined;
    });
    const inspected = await lines('network', 'inspect', '--format', '{{.Internal}}', ...network);
    expect(inspected).toEqual(['true']);
    // While it is tried, nothing has the name that it will be run by.
    expect((await images()).every((name) => name.endsWith('-candidate'))).toBe(true);
    const done = await running.finished;
    expect(done.status, suite().transcript()).toBe(0);
    expect(await images()).toEqual([expect.stringMatching(/\/web:[0-9a-f]{12}$/)]);
    expect(await left()).toEqual([]);
    // Twice: it was killed in between.
    expect(logsOfLastRun().match(/serving hello/g)).toHaveLength(2);
    const owner = '{{index .Labels "owner"}}';
    expect(await lines('volume', 'inspect', '--format', owner, 'kept-by-others')).toEqual([
      suite().name,
    ]);
    const again = await ci();
    expect(again.stdout, again.stderr).toContain('nothing to do');
  });

  it('is done again for another definition, and for nothing else', async () => {
    suite().write('README.md', 'words');
    await commit('words');
    expect((await ci()).stdout).toContain('nothing to do');
    suite().write('proxy/word.txt', 'bye\n');
    await commit('another file that is mounted');
    const tried = await ci();
    expect(tried.status, suite().transcript()).toBe(0);
    expect(tried.stderr).toContain('smoke');
    expect(tried.stderr).not.toContain('bake');
    expect(logsOfLastRun()).toContain('serving bye');
  });

  it('fails with the probe that fails, and leaves nothing when somebody interrupts it', async () => {
    const probe = "{ request: { url: 'http://web:3000/', expect: { contains: hello } } }";
    suite().write('dev.yaml', `${suite().read('dev.yaml')}probes:\n  greets: ${probe}\n`);
    await commit('asks for another word');
    const before = await images();
    const failed = await ci();
    expect(failed.status, suite().transcript()).toBe(1);
    expect(failed.stderr).toContain('smoke: the probe greets fails');
    expect(failed.stderr).toContain('All logs: ');
    expect(logsOfLastRun()).toContain('serving bye');
    expect(await images()).toEqual(before);
    expect(await left()).toEqual([]);

    const interrupted = suite().startDev(['--yes', 'ci']);
    await waitFor('the trial', async () => (await left()).some((name) => name.includes('web')));
    interrupted.kill('SIGINT');
    expect((await interrupted.finished).status, suite().transcript()).toBe(130);
    expect(await images()).toEqual(before);
    expect(await left()).toEqual([]);
    suite().write(
      'dev.yaml',
      suite()
        .read('dev.yaml')
        .replace(/probes:[^]*/, ''),
    );
  });

  it('fails with what does not come back, shows its log, and names nothing', async () => {
    suite().write('web/server.js', `require('node:fs').mkdirSync('/home/app/once');\n${SERVER}`);
    await commit('once only');
    const before = await images();
    const failed = await ci();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('smoke: after web had been killed');
    expect(failed.stderr).toContain('EEXIST');
    const log = /All logs: (\S+)smoke-\*\.log/.exec(failed.stderr)?.[1] ?? '';
    expect(readdirSync(log).some((name) => name.startsWith('smoke-'))).toBe(true);
    const added = (await images()).filter((name) => !before.includes(name));
    expect(added).toEqual([expect.stringMatching(/-candidate$/)]);
    expect(await left()).toEqual([]);
  });

  it('ends what hangs, and what a killed run left', async () => {
    suite().write('web/server.js', 'setInterval(() => {}, 1e6);\nconsole.log("deaf");\n');
    suite().write('dev.yaml', suite().read('dev.yaml').replace('60s', '8s'));
    await commit('never healthy');
    const hung = await ci();
    expect(hung.status).toBe(1);
    expect(hung.stderr).toContain('the smoke test did not end within 8 s');
    expect(hung.stderr).toMatch(/not well by then: web\n[^]*web: Up \d+ seconds/);
    expect(await left()).toEqual([]);

    suite().write('dev.yaml', suite().read('dev.yaml').replace('8s', '5m'));
    await commit('waits');
    const killed = suite().startDev(['--yes', 'ci']);
    await waitFor('the trial', async () => (await left()).some((name) => name.includes('web')));
    killed.killGroup();
    await killed.finished;
    expect(await left()).not.toEqual([]);
    suite().write('web/server.js', SERVER);
    await commit('good again');
    const next = await ci();
    expect(next.status, suite().transcript()).toBe(0);
    expect(await left()).toEqual([]);
  });
});
