import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { REPOSITORY, rigForTest, type Rig } from '../support/rig.ts';
import { typeCommand, type Typed } from '../support/typed-command.ts';

/** The lines of commands in the fences of a part of a page, in its order. */
const FENCED = /^((?:\.\/)?dev .+)$/gm;
/** The same between backticks. */
const INLINE = /`((?:\.\/)?dev [^`\n]+)`/g;

function partOf(page: string, heading?: string): string {
  const text = readFileSync(join(REPOSITORY, 'docs', page), 'utf8');
  const part = heading === undefined ? text : (text.split(`## ${heading}\n`)[1] ?? '');
  return part.split(/^## /m)[0] ?? '';
}

const found = (part: string, pattern: RegExp): readonly string[] =>
  [...part.matchAll(pattern)].map(([, line = '']) => line);

/** A repository as somebody made it for Compose, who never heard of this tool. */
const repository = (port: number): Readonly<Record<string, string>> => ({
  'compose.yaml': `
services:
  web:
    build: ./web
    ports: ['${String(port)}:3000']
    environment: { API: 'http://api:3000' }
    depends_on: [api]
    init: true
  api:
    image: onestack/node
    command: [node, -e, "require('node:http').createServer((_, answer) => answer.end('api')).listen(3000, () => console.log('listening'))"]
    volumes: ['data:/data']
    init: true
volumes: { data: }
`,
  'web/Dockerfile':
    'FROM onestack/node\nWORKDIR /srv\nCOPY . .\nENV WHO=world\nCMD ["node", "server.js"]\n',
  'web/package.json': '{"name":"web","scripts":{"start":"node server.js"}}\n',
  'web/server.js': `
const word = 'hello';
require('node:http')
  .createServer(async (_, answer) => {
    const api = await (await fetch(process.env.API)).text();
    answer.end([word, process.env.WHO, api].join(' '));
  })
  .listen(3000);
`,
});

interface Step {
  readonly line: string;
  /** What has to be so when it has ended. */
  readonly then?: (typed: Typed) => unknown;
}

async function answer(port: number): Promise<string | undefined> {
  try {
    const got = await fetch(`http://127.0.0.1:${String(port)}/`, {
      signal: AbortSignal.timeout(5_000),
    });
    return await got.text();
  } catch {
    return undefined;
  }
}

const says = (port: number, text: string | undefined): Promise<void> =>
  expect.poll(() => answer(port), { timeout: 30_000 }).toBe(text);

/** Neither is called by its rig's name: as Compose calls a folder, and as its origin is called. */
function cleanedAtLast(rig: Rig): void {
  onTestFinished(async () => {
    await rig.dev(['clean', '--volumes', '--yes']);
  });
}

async function walk(
  rig: Rig,
  shown: readonly string[],
  steps: readonly Step[],
  leave: string,
): Promise<void> {
  expect(shown, 'each command of the page has a step here').toEqual(steps.map(({ line }) => line));
  for (const { line, then } of steps) {
    const typed = await typeCommand(rig, line, { leave });
    expect(typed.status, `${line}\n${typed.output}`).toBe(0);
    await then?.(typed);
  }
}

/** Ids of what the engine has of the project. */
async function left(rig: Rig, project: string): Promise<string> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`, '--quiet'];
  const listed = [
    await rig.run(['docker', 'ps', '--all', ...filter]),
    await rig.run(['docker', 'volume', 'ls', ...filter]),
    await rig.run(['docker', 'network', 'ls', ...filter]),
    await rig.run(['docker', 'image', 'ls', ...filter]),
  ];
  return listed.map(({ stdout }) => stdout).join('');
}

it('the first pages, as they are read: a repository with a Compose file, then a newcomer’s clone of it', async () => {
  const port = await freePort();
  const rig = rigForTest({ files: repository(port) });
  cleanedAtLast(rig);
  const project = (rig.directory.split('/').at(-1) ?? '').toLowerCase();
  const edit = (word: string): void =>
    rig.write(
      'web/server.js',
      rig.read('web/server.js').replace(/word = '.*'/, `word = '${word}'`),
    );

  const begin = found(partOf('start.md', 'A repository that has a Compose file'), FENCED);
  const back = found(partOf('start.md', 'And back'), INLINE);
  const steps: readonly Step[] = [
    {
      line: 'dev up',
      then: async ({ hadDashboard }) => {
        expect(hadDashboard).toBe(true);
        await says(port, 'hello world api');
      },
    },
    {
      line: 'dev init --dry-run',
      then: () => expect(existsSync(rig.path('dev.yaml'))).toBe(false),
    },
    {
      line: 'dev init',
      then: ({ asked }) => {
        expect(asked).toContain('Write these files?');
        expect(existsSync(rig.path('dev.yaml'))).toBe(true);
      },
    },
    { line: 'dev up', then: () => says(port, 'hello world api') },
    {
      line: 'dev init move web',
      then: async () => {
        expect(rig.read('dev.yaml')).toMatch(/^ {2}web:/m);
        edit('moved');
        await says(port, 'moved world api');
      },
    },
    { line: 'dev down', then: () => says(port, undefined) },
    {
      line: 'dev clean --volumes',
      then: async () => expect(await left(rig, project)).toBe(''),
    },
  ];
  await walk(rig, [...begin, ...back], steps, 'q');

  for (const argv of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', 'commit', '--quiet', '-m', 'all'],
  ]) {
    expect((await rig.run(['git', ...argv])).status).toBe(0);
  }
  const clone = rigForTest();
  cleanedAtLast(clone);
  expect((await clone.run(['git', 'clone', '--quiet', rig.directory, '.'])).status).toBe(0);
  const newcomer = partOf('newcomer.md');
  await walk(
    clone,
    [...found(newcomer, FENCED), ...found(newcomer, INLINE)],
    [
      { line: './dev up', then: () => says(port, 'moved world api') },
      {
        line: './dev urls',
        then: ({ output }) => expect(output).toContain(`http://localhost:${String(port)}`),
      },
      { line: './dev status', then: ({ output }) => expect(output).toMatch(/web +up/) },
      { line: './dev logs api', then: ({ output }) => expect(output).toContain('listening') },
      { line: './dev down', then: () => says(port, undefined) },
      { line: './dev up --reset-data', then: () => says(port, 'moved world api') },
      { line: './dev --help', then: ({ output }) => expect(output).toContain('Usage: dev') },
      { line: './dev up --help', then: ({ output }) => expect(output).toContain('--reset-data') },
    ],
    '\x02d',
  );
}, 120_000);
