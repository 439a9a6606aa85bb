import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitAll } from '../support/commit-all.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const COMPOSE = `
services:
  web:
    image: nobody/has-this
    command: node made-for-development.js
    working_dir: /code
    user: '4711'
    env_file: .env
    volumes: ['.:/app', '/app/web/node_modules', './web:/code', './web/words:/app/web/words', 'shared:/shared', 'up:/app/web/up']
    depends_on: { migrate: { condition: service_completed_successfully } }
  migrate:
    volumes: ['shared:/shared']
    depends_on: { seed: { condition: service_completed_successfully } }
  seed: { image: onestack/os, user: '0:0', command: [sh, -c, 'echo 1 >/shared/seed'], volumes: ['shared:/shared'] }
  other: { image: onestack/node, command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }
volumes: { shared: , up: }
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
modules:
  web: { image: node, run: node server.js, bundle: mkdir made && cp words/word made/, artifact: [server.js, words, up, made] }
  migrate: { path: web, image: node, run: "echo 2 >/shared/migrated" }
windows: [{ name: all, panes: [{ logs: other }] }]
probes: { greets: { request: { url: 'http://web:3000/', expect: { contains: hello committed } } } }
`,
    'compose.yaml': COMPOSE,
    'web/words/word': 'committed\n',
    'web/up/.gitkeep': '',
    '.gitignore': '.dev/\ndev.settings.yaml\n.env\n',
    '.env.example': 'WORD=hello\n',
    'web/server.js': `
const { createServer } = require('node:http');
const { readFileSync, writeFileSync } = require('node:fs');
for (const folder of ['/shared', 'up']) writeFileSync(folder + '/mine', 'x');
if (readFileSync('/shared/migrated', 'utf8') !== '2\\n') throw new Error('not migrated');
const word = readFileSync('made/word', 'utf8').trim();
createServer((_, answer) => answer.end(process.env.WORD + ' ' + word)).listen(3000);
process.on('SIGTERM', () => process.exit(0));
`,
  },
});

const commit = () => commitAll(suite());

beforeAll(async () => {
  await suite().run(['git', 'init', '--quiet', '--initial-branch=main']);
  await commit();
}, 60_000);

afterAll(async () => {
  const filter = `label=dev.onestack.project=${suite().name}`;
  const made = await runProgram(['docker', 'images', '--quiet', '--filter', filter]);
  const images = made.stdout.split('\n').filter((line) => line !== '');
  if (images.length > 0) await runProgram(['docker', 'rmi', '--force', ...images]);
});

describe('the smoke test of a module that a Compose file has as a service', () => {
  it('runs what its image says, by the variables that the commit has an example of', async () => {
    const done = await suite().dev(['--yes', 'ci']);
    expect(done.status, suite().transcript()).toBe(0);
    expect(done.stderr).toContain('.env is in no commit: services have what .env.example says');
  });

  it('says of production what of the Compose file is left out', async () => {
    suite().write('.env', 'WORD=mine\n');
    const plan = await suite().dev(['--context', 'prod', 'up', '--dry-run']);
    expect(plan.status, suite().transcript()).toBe(0);
    const mount = './web/words:/app/web/words (compose.yaml:9)';
    expect(plan.stderr).toContain(
      `web: the mount ${mount} is left out, as the image has there what the commit holds`,
    );
    expect(plan.stderr).toContain('web: the mount .:/app (compose.yaml:9) is left out');
    expect(plan.stderr).not.toContain('./web:/code');
  });

  it('fails with a service that fails, though no probe asks it', async () => {
    suite().write('compose.yaml', COMPOSE.replace('setInterval(() => {}, 1e6)', 'process.exit(3)'));
    await commit();
    const failed = await suite().dev(['--yes', 'ci']);
    expect(failed.status, suite().transcript()).toBe(1);
    expect(failed.stderr).toMatch(/smoke: other .*\n.*exited with 3/);
  });
});
