import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_PRIVATE_ENGINE, privateEngine } from '../support/private-engine.ts';
import { rigForSuite, rigForTest } from '../support/rig.ts';
import { torture, TORTURE_FILES } from '../support/torture.ts';

// A session would mend it by itself.
const UP = ['up', '--yes', '--detach', '--no-watch'];
/** No process has this number. */
const DEAD = 2 ** 22 + 1;
/** In each of two parts; `npm run torture` does hundreds. */
const ROUNDS = 10;

it('mends what killed ones left, and says so', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: repair\n',
      'compose/base.yaml':
        'services: { web: { image: onestack/os, init: true, command: sleep infinity } }\n',
    },
  });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const web = `${rig.name}-web-1`;
  const labels = (...own: readonly string[]): readonly string[] =>
    [`project=${rig.name}`, 'service=web', 'container-number=1', ...own].flatMap((label) => [
      '--label',
      `com.docker.compose.${label}`,
    ]);
  const image = (
    await rig.run(['docker', 'inspect', '--format', '{{.Config.Image}}', web])
  ).stdout.trim();
  const left = (name: string, ...options: readonly string[]) =>
    rig.run(['docker', 'create', '--name', name, ...options, image, 'sleep', '60']);
  const half = `0123456789ab_${web}`;
  await left(half, ...labels('oneoff=False', 'replace=web-1'));
  const oneOff = `${rig.name}-web-run-0123456789ab`;
  await left(oneOff, ...labels('oneoff=True'), '--label', 'dev.onestack.step=true');
  const byPerson = `${rig.name}-web-run-ba9876543210`;
  await left(byPerson, ...labels('oneoff=True'));
  await rig.run(['docker', 'pause', web]);
  const { state, dev } = rig.places();
  const half1 = join(state, `state/ports.json.${String(DEAD)}-0123abcd.tmp`);
  const half2 = join(dev, `compose.yaml.${String(DEAD)}-0123abcd.tmp`);
  const living = join(state, `state/ports.json.${String(process.pid)}-0123abcd.tmp`);
  for (const path of [half1, half2, living]) rig.write(path, '');

  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(0);
  expect(up.stderr).toContain('remove web: it was being made anew when that was killed');
  expect(up.stderr).toContain(`remove web: ${oneOff} was left by a dev that was killed`);
  expect(up.stderr).toContain('removed 2 files that a dev which was killed had begun to write');
  expect([half1, half2, living].map((path) => existsSync(path))).toEqual([false, false, true]);
  const label = `label=com.docker.compose.project=${rig.name}`;
  const names = ['docker', 'ps', '--all', '--filter', label, '--format', '{{.Names}} {{.State}}'];
  expect((await rig.run(names)).stdout.trim().split('\n').sort()).toEqual([
    `${web} running`,
    `${byPerson} created`,
  ]);
  expect((await rig.dev(UP)).stdout).toContain('nothing to do');

  // Killed after the old one was gone, before the new one had its name.
  await rig.run(['docker', 'rm', '--force', web]);
  const desired = await rig.dev([...UP, '--recreate']);
  expect(desired.status, rig.transcript()).toBe(0);
  await rig.dev([...UP, '--recreate']);
  await rig.run(['docker', 'rename', web, half]);
  const renamed = await rig.dev(UP);
  expect(renamed.status, rig.transcript()).toBe(0);
  expect(renamed.stderr).toContain('recreate web: it was being made anew when that was killed');
  expect((await rig.run(names)).stdout).toContain(`${web} running`);
});

// Told by its title where it cannot run.
const title = NO_PRIVATE_ENGINE ?? 'on an engine that is killed too';

describe.skipIf(NO_PRIVATE_ENGINE !== undefined)(`a campaign, ${title}`, () => {
  const engine = privateEngine();
  // Before the rig's own, so that it is run after it.
  afterAll(() => engine.remove());
  const suite = rigForSuite({ env: engine.environment, files: TORTURE_FILES });

  beforeAll(async () => {
    await engine.start();
    await engine.takeImages(suite(), ['os', 'node', 'postgres']);
  });

  it.each([1, 2])(
    'is right again after one dev up, whatever was killed, and when (part %i)',
    async () => {
      const seed = Date.now() % 1_000_000;
      const again = `npm run torture -- --engine --rounds ${String(ROUNDS)} --seed ${String(seed)}`;
      process.stderr.write(`${again}\n`);
      const options = { rounds: ROUNDS, seed, engine, withinMs: 1500, tell: () => undefined };
      expect(await torture(suite(), options), again).toEqual([]);
    },
  );
});

it('makes all others anew where one of them cannot be made, each time', async () => {
  const text = (round: number): string => `
services:
  one: { image: onestack/os, init: true, command: sleep infinity, environment: { N: '${String(round)}' } }
  two: { image: onestack/os, init: true, command: sleep infinity, environment: { N: '${String(round)}' } }
  three: { image: onestack/os, init: true, command: sleep infinity, scale: 2, environment: { N: '${String(round)}' } }
  never: { image: onestack/os, init: true, command: sleep infinity, stop_signal: NOPE }
`;
  const rig = rigForTest({ files: { 'dev.yaml': 'name: others\n', 'compose/base.yaml': text(0) } });
  for (let round = 0; round < 5; round += 1) {
    rig.write('compose/base.yaml', text(round));
    const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(up.status).toBe(1);
    expect(up.stderr.match(/^error: .*$/gm), up.stderr).toEqual([
      'error: never is to be stopped by NOPE, which is no signal',
    ]);
    const listed = await rig.run([
      ...['docker', 'ps', '--all', '--format', '{{.Names}} {{.State}}'],
      ...['--filter', `label=com.docker.compose.project=${rig.name}`],
    ]);
    const names = ['one-1', 'three-1', 'three-2', 'two-1'];
    expect(listed.stdout.trim().split('\n').sort()).toEqual(
      names.map((name) => `${rig.name}-${name} running`),
    );
    for (const name of names) {
      const env = await rig.run(['docker', 'exec', `${rig.name}-${name}`, 'printenv', 'N']);
      expect(env.stdout).toBe(`${String(round)}\n`);
    }
  }
});
