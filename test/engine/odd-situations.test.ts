import { createServer } from 'node:http';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { alive } from '../support/alive.ts';
import { findProcesses } from '../support/find-process.ts';
import { REPOSITORY, rigForTest, type Rig, type RigOptions } from '../support/rig.ts';
import { runProgram, type Running } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

/** How each command is called. One that is not here fails the first test. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  up: ['--yes', '--detach'],
  status: [],
  urls: [],
  logs: [],
  dash: [],
  shell: ['a', '--', 'true'],
  config: [],
  data: [],
  settings: [],
  doctor: [],
  images: [],
  tools: ['--', 'true'],
  run: [],
  probe: [],
  check: [],
  watch: [],
  ci: ['--plan'],
  version: [],
  trust: ['--list'],
  certs: [],
  upgrade: ['--dry-run', '0.0.0'],
  completion: ['bash'],
  help: [],
  init: ['--dry-run'],
  list: [],
  parity: ['--json'],
  release: ['list'],
  promote: ['--dry-run'],
  report: [],
  catalogue: [],
  debug: ['a'],
  lsp: ['a'],
  editor: ['vscode', '--dry-run'],
  down: [],
  clean: ['--yes'],
};

/** Every command has ended by then, or is one that runs on and ends when it is told to. */
const DEADLINE_MS = 60_000;
const RUNS_ON = ['watch', 'logs'];
const STACK = 'services: { a: { image: onestack/os, init: true, command: sleep infinity } }\n';
const PROJECT = { 'dev.yaml': 'name: odd\n', 'compose/base.yaml': STACK };

interface Situation {
  readonly options: RigOptions;
  /** What makes it odd. */
  readonly prepare?: (rig: Rig) => Promise<void> | void;
  /** Before each command. */
  readonly before?: (rig: Rig) => Promise<void> | void;
  readonly cwd?: (rig: Rig) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** Commands that have to end well, or with this status. */
  readonly statuses: Readonly<Record<string, number>>;
}

const UP_FIRST = async (rig: Rig): Promise<void> => {
  expect((await rig.dev(['up', '--yes', '--detach'])).status, rig.transcript()).toBe(0);
};

const person = { uid: 4322, gid: 4322, groups: [statSync('/var/run/docker.sock').gid] };

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'no project': { options: {}, statuses: { up: 2, status: 2, down: 2, help: 0, completion: 0 } },
  'an empty stack': {
    options: { files: { 'dev.yaml': 'name: odd\nservices: {}\n' } },
    statuses: { down: 0, check: 0, settings: 0, config: 0 },
  },
  'no engine': {
    options: { files: PROJECT },
    env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
    statuses: { up: 3, status: 3, down: 3, urls: 3, settings: 0, config: 0 },
  },
  'something else in the place of the engine': {
    options: { files: PROJECT },
    statuses: { up: 3, status: 3, down: 3, urls: 3, settings: 0, config: 0 },
  },
  'a session that was killed': {
    options: { files: PROJECT },
    prepare: UP_FIRST,
    before: async (rig) => {
      for (const pid of findProcesses('__session', rig.directory)) {
        process.kill(pid, 'SIGKILL');
        await waitFor('its end', () => !alive(pid));
      }
    },
    statuses: { up: 0, status: 0, urls: 0, shell: 0, down: 0, check: 0 },
  },
  'a folder that is deleted': {
    options: { files: { 'gone/dev.yaml': 'name: odd\n', 'gone/compose/base.yaml': STACK } },
    prepare: (rig) => rmSync(rig.path('gone'), { recursive: true }),
    // What is deleted while a shell is in it: a folder that there is, and a way to it that there is not.
    cwd: (rig) => rig.directory,
    statuses: { up: 2, status: 2, down: 2, help: 0 },
  },
  'a folder that cannot be written': {
    options: { files: PROJECT, person },
    prepare: (rig) => chmodSync(rig.directory, 0o555),
    statuses: { status: 0, config: 0, help: 0 },
  },
  'a broken dev.yaml': {
    options: { files: { ...PROJECT, 'dev.yaml': 'name: odd\nmodules: [}\n' } },
    statuses: { up: 2, config: 2, check: 2, down: 0, help: 0 },
  },
  'a device in the place of dev.yaml': {
    options: { files: { 'compose/base.yaml': STACK } },
    prepare: (rig) => symlinkSync('/dev/zero', rig.path('dev.yaml')),
    statuses: { up: 1, config: 1, help: 0 },
  },
  'a folder in the place of dev.yaml': {
    options: { files: { 'compose/base.yaml': STACK } },
    prepare: (rig) => {
      mkdirSync(rig.path('dev.yaml'));
    },
    statuses: { help: 0 },
  },
};

/** What no person should ever be shown. */
const NEVER = [
  /dev has crashed/,
  /^\s+at .*\(?(?:file|node):/m,
  /\b[0-9a-f]{64}\b/,
  /\{"(?:message|error|Id)"/,
  /<html|<!doctype/i,
  /\[object Object\]|\bundefined\b/,
];

beforeAll(() => {
  expect(statSync(`${REPOSITORY}/dist/main.js`).isFile()).toBe(true);
});

it('knows every command that there is', async () => {
  const help = await runProgram(['node', `${REPOSITORY}/dist/main.js`, '--help']);
  const commands = help.stdout.slice(help.stdout.indexOf('Commands:'));
  const names = [...commands.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(Object.keys(CALLS).sort()).toEqual(names.sort());
});

describe.concurrent('every command ends, and says something that helps, in', () => {
  for (const [title, situation] of Object.entries(SITUATIONS)) {
    it(title, async () => {
      const rig = rigForTest(situation.options);
      const env = { ...situation.env, ...(await otherServer(title)) };
      await situation.prepare?.(rig);
      const wrong: string[] = [];
      for (const [command, args] of Object.entries(CALLS)) {
        await situation.before?.(rig);
        const cwd = situation.cwd?.(rig) ?? rig.directory;
        const gone = situation.cwd === undefined ? [] : ['--project', rig.path('gone')];
        const running = rig.startDev([...gone, command, ...args], {
          ...{ cwd, env, timeoutMs: DEADLINE_MS },
        });
        const ended = await Promise.race([running.finished, firstWords(command, running)]);
        if (ended === undefined) running.kill('SIGINT');
        const { status, stdout, stderr } = await running.finished;
        const said = `${stdout}${stderr}`;
        const bad = NEVER.filter((pattern) => pattern.test(said)).map(String);
        if (status > 3 && status !== 130) bad.push(`exit ${String(status)}`);
        if (status !== 0 && stderr.trim() === '' && stdout.trim() === '') bad.push('mute');
        const wanted = situation.statuses[command];
        if (wanted !== undefined && status !== wanted) {
          bad.push(`exit ${String(status)}, not ${String(wanted)}`);
        }
        if (bad.length > 0) wrong.push(`dev ${command}: ${bad.join(', ')}\n${said}`);
      }
      if (situation.options.person !== undefined) chmodSync(rig.directory, 0o755);
      expect(wrong.join('\n')).toBe('');
    });
  }
});

/** Of a command that runs on; of all others, never. */
async function firstWords(command: string, running: Running): Promise<undefined> {
  if (!RUNS_ON.includes(command)) return new Promise(() => undefined);
  await waitFor(
    'its first words, or its end',
    () => `${running.stdout()}${running.stderr()}` !== '' || running.status() !== undefined,
  );
  return undefined;
}

/** A web server that is no engine, for the one situation that is about it. */
async function otherServer(title: string): Promise<Readonly<Record<string, string>>> {
  if (!title.startsWith('something else')) return {};
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>hello</body></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return { DOCKER_HOST: `tcp://127.0.0.1:${String(address.port)}` };
}
