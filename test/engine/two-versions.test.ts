import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { connectSession } from '../../src/app/session/client.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach'];
const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  version: string;
};
const OTHER = '0.0.9-other';

const rig = rigForSuite({ files: { ...smallProject(0), 'compose/dev.yaml': 'services: {}\n' } });
const tool = mkdtempSync(join(tmpdir(), 'onestack-tool-'));

/** The same program as another version would be: it differs in what it says that it is. */
function makeOther(): void {
  for (const name of [
    'base-images',
    'tools-container',
    'compose',
    'profiles',
    'package.json',
    'dist',
  ])
    cpSync(join(REPOSITORY, name), join(tool, name), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(tool, 'node_modules'));
  for (const name of readdirSync(join(tool, 'dist')).filter((one) => one.endsWith('.js'))) {
    const text = readFileSync(join(tool, 'dist', name), 'latin1');
    const told = text.replaceAll(version, OTHER);
    writeFileSync(join(tool, 'dist', name), told, 'latin1');
  }
}

const RUN_MODULE = 'profiles/dev/run-module';
/** The module's container, which has something of the tool in it. */
const module = async (): Promise<string> =>
  (await rig().run(['docker', 'inspect', '--format', '{{.Id}}', `${rig().name}-web-1`])).stdout;

const ours = (...args: readonly string[]) => rig().dev(args);
const other = (...args: readonly string[]) =>
  rig().run([process.execPath, join(tool, 'dist/main.js'), ...args]);

async function session(): Promise<{ readonly version: string; readonly pid: number }> {
  const client = await connectSession(rig().places(), createWorld(REPOSITORY, 'test'));
  if (client === undefined) throw new Error('no session answers');
  client.close();
  return client;
}
/** The service that has nothing of the tool in it. */
const store = async (): Promise<string> =>
  (await rig().run(['docker', 'inspect', '--format', '{{.Id}}', `${rig().name}-store-1`])).stdout;
/** Sessions of this project that live. */
const sessions = async (): Promise<number> => {
  const look = `grep -alz '__sessio[n]' /proc/[0-9]*/cmdline 2>/dev/null | xargs -r -n1 grep -alF "$0" | wc -l`;
  return Number((await rig().run(['sh', '-c', look, rig().directory])).stdout);
};

beforeAll(makeOther);
afterAll(() => rmSync(tool, { recursive: true, force: true }));

it('each takes the session over from the other, and leaves what is not its own as it is', async () => {
  expect((await other('--version')).stdout).toBe(`${OTHER}\n`);
  expect((await other(...UP)).status, rig().transcript()).toBe(0);
  expect((await session()).version).toBe(OTHER);
  await rig().run([
    'docker',
    'exec',
    '--user',
    '0',
    `${rig().name}-store-1`,
    'sh',
    '-c',
    'echo kept >/data/x',
  ]);
  const before = await store();

  expect((await ours(...UP)).status, rig().transcript()).toBe(0);
  const mine = await session();
  expect(mine.version).toBe(version);
  expect(await store()).toBe(before);

  // Who only asks leaves it alone.
  const asked = await other('status');
  expect([asked.status, asked.stdout]).toEqual([0, expect.stringContaining('store')]);
  expect((await session()).pid).toBe(mine.pid);

  expect((await other(...UP)).status, rig().transcript()).toBe(0);
  expect((await session()).version).toBe(OTHER);
  expect(await store()).toBe(before);
  await waitFor('one session', async () => (await sessions()) === 1);
});

it('makes modules anew for what starts them alone, and says so', async () => {
  expect((await ours(...UP)).status, rig().transcript()).toBe(0);
  const before = await module();
  // Another version with the same starter is no reason; nor is one that is cleaned away.
  expect((await other(...UP)).status, rig().transcript()).toBe(0);
  expect(await module()).toBe(before);
  const mounts = await rig().run(['docker', 'inspect', `${rig().name}-web-1`]);
  expect(mounts.stdout).not.toContain(tool);
  expect(mounts.stdout).not.toContain(join(REPOSITORY, RUN_MODULE));

  const starter = readFileSync(join(tool, RUN_MODULE), 'utf8');
  writeFileSync(join(tool, RUN_MODULE), `${starter}# of another version\n`);
  const told = 'recreate web: another version of dev\n';
  expect((await other('up', '--dry-run')).stdout).toBe(told);
  const up = await other(...UP);
  expect(up.status, rig().transcript()).toBe(0);
  expect(up.stderr).toContain(told.trim());
  expect(await module()).not.toBe(before);
  writeFileSync(join(tool, RUN_MODULE), starter);
});

it('both at once end well, with one session', async () => {
  const outcomes = await Promise.all([ours(...UP), other(...UP), ours(...UP)]);
  expect(
    outcomes.map(({ status }) => status),
    rig().transcript(),
  ).toEqual([0, 0, 0]);
  expect([version, OTHER]).toContain((await session()).version);
  await waitFor('one session', async () => (await sessions()) === 1);
  const data = await rig().run(['docker', 'exec', `${rig().name}-store-1`, 'cat', '/data/x']);
  expect(data.stdout, rig().transcript()).toBe('kept\n');
  // Whoever comes takes it down.
  expect((await other('down')).status).toBe(0);
  await waitFor('no session', async () => (await sessions()) === 0);
});
