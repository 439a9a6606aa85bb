import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { rigForTest, type Rig } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];

async function plan(rig: Rig, env: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await rig.dev(['up', '--dry-run'], { env })).stdout;
}

/** One field of a service's container, as the engine tells it. */
async function told(rig: Rig, service: string, format: string): Promise<string> {
  const container = `${rig.name}-${service}-1`;
  return (await rig.run(['docker', 'inspect', '--format', format, container])).stdout.trim();
}

async function inside(rig: Rig, service: string, argv: readonly string[]): Promise<string> {
  return (await rig.run(['docker', 'exec', `${rig.name}-${service}-1`, ...argv])).stdout.trim();
}

it('sees every file and variable that a container is made of, also in extended files', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: stale\n',
      'compose/base.yaml': `
services:
  web:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    extends: { file: shared/common.yaml, service: common }
    env_file: [a.env, { path: maybe.env, required: false }]
    label_file: web.labels
    configs: [{ source: c, target: /c }]
    secrets: [s]
  still: { image: onestack/os, command: [sleep, infinity], init: true }
configs: { c: { environment: CFG } }
secrets: { s: { environment: SEC } }
`,
      'shared/common.yaml': 'services: { common: { env_file: [common.env] } }\n',
      'shared/common.env': 'COMMON=1\n',
      'a.env': 'A=1\n',
      'web.labels': 'says=1\n',
    },
  });
  const env = { CFG: 'c1', SEC: 's1' };
  const up = await rig.dev(UP, { env });
  expect(up.status, rig.transcript()).toBe(0);
  expect((await rig.dev(UP, { env })).stdout).toContain('nothing to do');

  const edits: readonly (readonly [() => void, string])[] = [
    [() => rig.write('a.env', 'A=2\n'), 'a.env changed'],
    [() => rig.write('shared/common.env', 'COMMON=2\n'), 'shared/common.env changed'],
    [() => rig.write('maybe.env', 'MAYBE=2\n'), 'maybe.env changed'],
    [() => rig.write('web.labels', 'says=2\n'), 'web.labels changed'],
    [() => Object.assign(env, { CFG: 'c2' }), 'variable CFG changed'],
    [() => Object.assign(env, { SEC: 's2' }), 'variable SEC changed'],
  ];
  for (const [edit, cause] of edits) {
    const before = await plan(rig, env);
    edit();
    expect(await plan(rig, env)).toContain(cause);
    expect(before).not.toContain(cause);
  }
  const again = await rig.dev(UP, { env });
  expect(again.stdout + again.stderr).not.toContain('still: ');
  expect(await inside(rig, 'web', ['sh', '-c', 'echo $A $COMMON $MAYBE'])).toBe('2 2 2');
  expect(await told(rig, 'web', '{{index .Config.Labels "says"}}')).toBe('2');
  expect(await inside(rig, 'web', ['cat', '/c', '/run/secrets/s'])).toBe('c2s2');
  // Nothing of a secret is in what everybody may ask the engine for.
  expect(await told(rig, 'web', '{{json .Config.Labels}}')).not.toMatch(/s2"|=s2/);
  expect(await plan(rig, env)).toBe('nothing to do\n');
});

it('sees that a name stands for another image, and goes on with what it has when it is gone', async () => {
  const tag = `ostest-tag:${randomBytes(4).toString('hex')}`;
  const onto = async (label: string): Promise<string> => {
    const built = await runProgram(['docker', 'build', '--quiet', '--tag', tag, '-'], {
      input: `FROM debian:trixie-slim\nLABEL says=${label}\nHEALTHCHECK NONE\nCMD ["sleep", "infinity"]\n`,
    });
    expect(built.status, built.stderr).toBe(0);
    return built.stdout.trim();
  };
  const ids = [await onto('one')];
  onTestFinished(async () => {
    for (const id of [tag, ...ids]) await runProgram(['docker', 'rmi', '--force', id]);
  });
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: stale\n',
      'compose/base.yaml': `services: { web: { image: '${tag}', init: true } }\n`,
    },
  });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(await plan(rig)).toBe('nothing to do\n');
  ids.push(await onto('two'));
  expect(await plan(rig)).toBe('recreate web: its image was rebuilt\n');
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(await told(rig, 'web', '{{.Image}}')).toBe(ids[1]);
  expect(await plan(rig)).toBe('nothing to do\n');
  await rig.run(['docker', 'rmi', '--force', tag]);
  expect(await plan(rig)).toBe('nothing to do\n');
});
