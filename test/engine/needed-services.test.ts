import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpProbe } from '../support/http-probe.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const DB = `
const http = require('node:http');
let asked = 0;
http.createServer((request, answer) => {
  answer.end(request.url === '/health' ? '' : String((asked += 1)));
}).listen(8000);
`;
const CHECK = `
import { readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
const asked = await (await fetch(process.env.DB_URL)).text();
const isAlone = await lookup('example.com').then(() => false, () => true);
const token = readFileSync('/run/secrets/token', 'utf8').trim();
console.log(JSON.stringify({ asked, isAlone, token, own: process.env.OWN }));
if (asked !== '1' || !isAlone || token !== 'for tests' || process.env.OWN !== 'mine') process.exit(1);
`;
const compose = (db: string): string => `
services:
  db:
    image: onestack/node
    init: true
    stop_grace_period: 0s
    command: ${db}
    volumes: ['./db:/srv:ro']
    healthcheck:
      test: ${httpProbe(8000, '/health')}
      interval: 5s
      start_interval: 100ms
      start_period: 60s
  api:
    environment: { DB_URL: 'http://db:8000', OWN: theirs }
    secrets: [token]
secrets: { token: { file: ./token } }
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
pipeline: { smoke: false }
modules:
  api:
    image: node
    run: node main.mjs
    test: { run: node check.mjs, needs: [db], environment: { OWN: mine } }
    lint: { run: node check.mjs, needs: [db], environment: { OWN: mine } }
`,
    'compose/base.yaml': compose('node /srv/db.cjs'),
    'db/db.cjs': DB,
    'api/main.mjs': '',
    'api/check.mjs': CHECK,
    token: 'for tests\n',
    '.gitignore': '.dev/\n',
  },
});

async function git(...args: readonly string[]): Promise<string> {
  const done = await suite().run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  expect(done.status, suite().transcript()).toBe(0);
  return done.stdout.trim();
}
async function commit(): Promise<string> {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'any');
  return git('rev-parse', '--short=7', 'HEAD');
}
const ci = (...args: readonly string[]) => suite().dev(['--yes', 'ci', ...args]);
/** What the engine has that a run of a commit brought up. */
async function leftOf(short: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    [
      ['ps', '--all', '--format', '{{.Names}}'],
      ['volume', 'ls', '--format', '{{.Name}}'],
      ['network', 'ls', '--format', '{{.Name}}'],
    ].map(async (argv) => (await runProgram(['docker', ...argv])).stdout.split('\n')),
  );
  return lists.flat().filter((name) => name.includes(`smoke-${short}`));
}

describe('services that checks need, in the pipeline', () => {
  beforeAll(async () => {
    await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  });

  afterAll(async () => {
    const filter = `label=dev.onestack.project=${suite().name}`;
    const { stdout } = await runProgram(['docker', 'images', '--quiet', '--filter', filter]);
    const images = stdout.split('\n').filter((line) => line !== '');
    if (images.length > 0) await runProgram(['docker', 'rmi', '--force', ...images]);
  });

  it('run alone with each check, new each time, and are gone after it', async () => {
    const short = await commit();
    const done = await ci();
    expect(done.status, suite().transcript()).toBe(0);
    expect(done.stdout).toMatch(/✓ test/);
    expect(done.stdout).toMatch(/✓ lint/);
    expect(await leftOf(short)).toEqual([]);
    expect((await ci()).stdout).toContain('nothing to do');
  });

  it('are said to be what is wrong, with their last words; the check is tried again', async () => {
    suite().write('compose/base.yaml', compose(`sh -c "echo no room; exit 3"`));
    const short = await commit();
    const plan = await ci('--plan');
    expect(plan.stdout).toMatch(/^test api: not passed yet/m);
    const done = await ci();
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/(?:test|lint) api needs db: /);
    expect(done.stderr).toContain('no room');
    expect(await leftOf(short)).toEqual([]);
  });
});
