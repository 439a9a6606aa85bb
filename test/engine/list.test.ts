import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ownName } from '../support/own-run.ts';
import type { ListedProject } from '../../src/app/list.ts';
import { rigForTest, type Rig } from '../support/rig.ts';

const COMPOSE = `services:
  one: { image: debian:trixie-slim, init: true, command: sleep infinity, stop_grace_period: 0s, volumes: ['data:/data'] }
  two: { image: debian:trixie-slim, init: true, command: sleep infinity, stop_grace_period: 0s }
volumes: { data: }
`;

function project(env: Readonly<Record<string, string>>): Rig {
  const rig = rigForTest({ files: { 'compose.yaml': COMPOSE }, env });
  rig.write('.env', `COMPOSE_PROJECT_NAME=${rig.name}\n`);
  return rig;
}

async function listed(rig: Rig): Promise<Readonly<Record<string, ListedProject>>> {
  const list = await rig.dev(['list', '--json']);
  expect(list.status, list.stderr).toBe(0);
  const { projects } = JSON.parse(list.stdout) as { projects: readonly ListedProject[] };
  return Object.fromEntries(projects.map((one) => [one.name, one]));
}

it('lists every project of the machine, and cleans those that do not run', async () => {
  // The registry of a person who has no other projects.
  const home = mkdtempSync(join(tmpdir(), `${ownName()}-state-`));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = { XDG_STATE_HOME: home };
  const [runs, stopped, gone] = [project(env), project(env), project(env)];
  expect((await runs.dev(['list'])).stdout).toBe('no project has been up here\n');
  for (const rig of [runs, stopped, gone]) {
    const up = await rig.dev(['up', '--detach', '--no-watch']);
    expect(up.status, up.stderr).toBe(0);
  }
  await runs.run([
    'docker',
    'exec',
    `${runs.name}-one-1`,
    'sh',
    '-c',
    'head -c 3000000 /dev/zero > /data/x',
  ]);
  expect((await stopped.dev(['down'])).status).toBe(0);
  rmSync(gone.directory, { recursive: true });

  const all = await listed(runs);
  expect(all[runs.name]).toMatchObject({
    state: 'running',
    running: 2,
    containers: 2,
    root: runs.directory,
  });
  expect(all[runs.name]?.diskBytes).toBeGreaterThanOrEqual(3_000_000);
  expect(all[stopped.name]).toMatchObject({ state: 'down', containers: 0 });
  expect(all[gone.name]).toMatchObject({ state: 'gone', running: 2 });
  const shown = await runs.dev(['list']);
  expect(shown.stdout).toMatch(new RegExp(`^${runs.name} +2 of 2 running +\\S+ MB +/`, 'm'));
  expect(shown.stdout).toContain('2 of 2 running, its folder is gone');

  const looked = await runs.dev(['clean', '--all', '--dry-run']);
  expect(looked.stdout).toContain(`${gone.name} (${gone.directory})`);
  expect(looked.stdout).toContain(`left alone, it runs: ${runs.name}`);
  expect(looked.stdout).toContain(`kept: data volume ${gone.name}_data`);
  expect((await runs.dev(['clean', '--all'])).status).toBe(2);
  const cleaned = await runs.dev(['clean', '--all', '--volumes', '--yes']);
  expect(cleaned.status, cleaned.stderr).toBe(0);
  const after = await listed(runs);
  expect(after[runs.name]).toMatchObject({ state: 'running', running: 2 });
  expect(after[gone.name]).toBeUndefined();
  expect(existsSync(stopped.path('.dev'))).toBe(false);
  const volumes = await runs.run(['docker', 'volume', 'ls', '-q', '--filter', `name=${gone.name}`]);
  expect(volumes.stdout).toBe('');
});
