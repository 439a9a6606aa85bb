import { expect, it, onTestFinished } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { runProgram } from '../support/run-program.ts';
import { rigForTest, type Rig } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];

async function plan(rig: Rig, env: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await rig.dev(['up', '--dry-run', '--verbose'], { env })).stdout;
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
  // Variables of the person's shell take her yes.
  expect((await rig.dev(['trust'], { env })).status).toBe(0);
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
  const tag = `${ownName()}:1`;
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

const NETWORKED = `
services:
  api: { image: onestack/os, command: [sleep, infinity], init: true, networks: [back] }
  db: { image: onestack/os, command: [sleep, infinity], init: true, networks: [back, front] }
  apart: { image: onestack/os, command: [sleep, infinity], init: true, networks: [front] }
networks:
  front: {}
`;

it('makes a network anew that is not as it is wanted, with what is in it', async () => {
  const rig = rigForTest({
    files: { 'dev.yaml': 'name: stale\n', 'compose/base.yaml': `${NETWORKED}  back: {}\n` },
  });
  const network = `${rig.name}_back`;
  const is = async (format: string): Promise<string> =>
    (await rig.run(['docker', 'network', 'inspect', '--format', format, network])).stdout.trim();
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const apart = await told(rig, 'apart', '{{.Id}}');
  const anew = 'recreate api: its network back is made anew\n';
  const subnet = '10.213.77.0/24';
  const edits: readonly (readonly [string, string, string, string])[] = [
    ['{ internal: true }', 'internal', '{{.Internal}}', 'true'],
    [
      `{ ipam: { config: [{ subnet: ${subnet} }] } }`,
      'internal, ipam',
      '{{.Internal}} {{range .IPAM.Config}}{{.Subnet}}{{end}}',
      `false ${subnet}`,
    ],
    ['{ labels: { says: x } }', 'labels.says', '{{.Labels.says}}', 'x'],
  ];
  for (const [definition, differences, format, expected] of edits) {
    rig.write('compose/base.yaml', `${NETWORKED}  back: ${definition}\n`);
    expect(await plan(rig)).toContain(
      `recreate network back (${differences}) → stops api, db\n${anew}`,
    );
    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    expect(await is(format)).toBe(expected);
    expect(await plan(rig)).toBe('nothing to do\n');
  }
  expect(await told(rig, 'apart', '{{.Id}}')).toBe(apart);

  // Taken away by hand, under containers that do not run.
  await rig.run(['docker', 'stop', '--time', '0', `${rig.name}-api-1`, `${rig.name}-db-1`]);
  await rig.run(['docker', 'network', 'rm', network]);
  expect(await plan(rig)).toContain('recreate api: its network back is gone\n');
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  await rig.run(['docker', 'network', 'disconnect', network, `${rig.name}-api-1`]);
  expect(await plan(rig)).toBe('recreate api: it is not in its network back\n');
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(await plan(rig)).toBe('nothing to do\n');

  // Somebody else is in it: nothing is stopped.
  const guest = `${rig.name}-guest`;
  onTestFinished(async () => {
    await runProgram(['docker', 'rm', '--force', guest]);
  });
  const image = await told(rig, 'api', '{{.Config.Image}}');
  const argv = ['docker', 'run', '--detach', '--name', guest, '--network', network, image];
  await rig.run([...argv, 'sleep', 'infinity']);
  rig.write('compose/base.yaml', `${NETWORKED}  back: { internal: true }\n`);
  const refused = await rig.dev(UP);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`docker network disconnect ${network} ${guest}`);
  expect(await told(rig, 'api', '{{.State.Running}}')).toBe('true');
});

it('refuses to change a volume that holds data, with the command that keeps it', async () => {
  const stack = (volume: string): string => `
services:
  a: { image: onestack/os, user: root, command: [sleep, infinity], init: true, volumes: ['data:/d'] }
  b: { image: onestack/os, user: root, command: [sleep, infinity], init: true, volumes: ['data:/d'] }
volumes: { data: ${volume} }
`;
  const rig = rigForTest({
    files: { 'dev.yaml': 'name: stale\n', 'compose/base.yaml': stack('{}'), 'two/kept': '' },
  });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  await inside(rig, 'a', ['sh', '-c', 'echo precious > /d/file']);
  const bind = '{ driver_opts: { type: none, o: bind, device: "${PWD}/two" } }';
  rig.write('compose/base.yaml', stack(bind));
  const env = { PWD: rig.directory };
  for (const argv of [UP, ['up', '--dry-run']]) {
    const refused = await rig.dev(argv, { env });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('the volume data cannot be changed in place: driver_opts.');
    expect(refused.stderr).toContain('compose/base.yaml:5');
    const [keep = ''] = /docker run --rm .*/.exec(refused.stderr) ?? [];
    expect((await rig.run(['sh', '-c', keep])).status, keep).toBe(0);
  }
  onTestFinished(async () => {
    await runProgram(['docker', 'volume', 'rm', '--force', `${rig.name}_data-kept`]);
  });
  const image = await told(rig, 'a', '{{.Config.Image}}');
  const kept = `${rig.name}_data-kept:/k`;
  const read = await rig.run(['docker', 'run', '--rm', '-v', kept, image, 'cat', '/k/file']);
  expect(read.stdout).toBe('precious\n');
  // Both hold it, and both have to let go.
  const reset = await rig.dev([...UP, '--reset-data=a'], { env });
  expect(reset.status, rig.transcript()).toBe(0);
  expect(await inside(rig, 'b', ['ls', '/d'])).toBe('kept');
  expect(await plan(rig, env)).toBe('nothing to do\n');
});

it('tells causes against what runs, also after an up that failed', async () => {
  const text = (mode: string, command: string, config: string): string => `
services:
  web:
    image: onestack/os
    command: [sleep, infinity]
    environment: { MODE: '${mode}' }
    configs: [{ source: c, target: /c }]
  bad: { image: onestack/os, command: ${command} }
configs: { c: { content: '${config}' } }
`;
  const first = text('one', '[sleep, infinity]', 'x');
  const rig = rigForTest({ files: { 'dev.yaml': 'name: causes\n', 'compose/base.yaml': first } });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  rig.write('compose/base.yaml', text('two', '[sh, -c, exit 3]', 'y'));
  const failed = await rig.dev(UP);
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('recreate web: environment.MODE one→two (compose/base.yaml:6)');
  expect(await told(rig, 'web', '{{.Config.Env}}')).toContain('MODE=two');

  // Nobody has seen `one` for long: web runs as `two`, bad is there as what failed.
  rig.write('compose/base.yaml', text('three', '[sleep, infinity]', 'y'));
  const again = await plan(rig);
  expect(again).toContain('recreate web: environment.MODE two→three (compose/base.yaml:6)\n');
  expect(again).toContain('recreate bad: command ["sh","-c","exit 3"]→["sleep","infinity"]');
  // Back to what was right before: that is a change of what failed.
  rig.write('compose/base.yaml', first);
  expect(await plan(rig)).toContain('environment.MODE two→one');
  // What runs needs nothing, whatever was applied last.
  rig.write('compose/base.yaml', text('two', '[sleep, infinity]', 'y'));
  expect(await plan(rig)).not.toContain('web');
});
