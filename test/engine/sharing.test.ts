import { expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest, type Rig } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach', '--no-watch'];

/** `pause` has the network, the processes and the volumes that the others share. */
const stack = (port: number, value: string): string => `
services:
  pause:
    image: onestack/node
    command: [sleep, infinity]
    init: true
    ipc: shareable
    environment: { X: '${value}' }
    ports: ['${String(port)}:8000']
    volumes: ['/shared']
  web:
    image: onestack/node
    command: [node, -e, "require('http').createServer((q, s) => s.end('ok')).listen(8000)"]
    init: true
    network_mode: service:pause
  watcher: { image: onestack/node, command: [sleep, infinity], init: true, pid: service:pause }
  talker: { image: onestack/node, command: [sleep, infinity], init: true, ipc: service:pause }
  reader: { image: onestack/node, command: [sleep, infinity], init: true, volumes_from: [pause] }
  caller: { image: onestack/node, command: [sleep, infinity], init: true, links: [pause] }
  apart: { image: onestack/node, command: [sleep, infinity], init: true, depends_on: [pause] }
`;

const SHARING = ['web', 'watcher', 'talker', 'reader'];

async function ids(rig: Rig): Promise<ReadonlyMap<string, string>> {
  const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
  const label = `label=com.docker.compose.project=${rig.name}`;
  const listed = await rig.run(['docker', 'ps', '--filter', label, '--format', format]);
  const lines = listed.stdout.trim().split('\n');
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/** The containers that the services say they share with, and the one that there is. */
async function expectShared(rig: Rig, port: number): Promise<void> {
  const now = await ids(rig);
  const pause = now.get('pause') ?? '';
  const format = '{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}} {{.HostConfig.IpcMode}}';
  for (const service of ['web', 'watcher', 'talker']) {
    const name = `${rig.name}-${service}-1`;
    const modes = await rig.run(['docker', 'inspect', '--format', format, name]);
    expect(modes.stdout, service).toContain(`container:${pause}`);
  }
  await waitFor('web answers by the port of pause', async () => {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/`).catch(() => undefined);
    return (await answer?.text()) === 'ok';
  });
}

it('makes anew what shares something with a container that is made anew or started again', async () => {
  const port = await freePort();
  const rig = rigForTest({
    files: { 'dev.yaml': 'name: sharing\n', 'compose/base.yaml': stack(port, '1') },
  });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  await expectShared(rig, port);
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
  const before = await ids(rig);

  rig.write('compose/base.yaml', stack(port, '2'));
  // Naming one means those that hold on to it.
  expect((await rig.dev([...UP, 'pause'])).status, rig.transcript()).toBe(0);
  await expectShared(rig, port);
  const after = await ids(rig);
  const changed = [...after].filter(([name, id]) => before.get(name) !== id);
  expect(changed.map(([name]) => name).sort()).toEqual(['caller', 'pause', ...SHARING].sort());
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');

  // Behind our back: the network that web is in is that of a process which has ended.
  await rig.run(['docker', 'restart', '--time', '0', `${rig.name}-pause-1`]);
  const plan = (await rig.dev(['up', '--dry-run'])).stdout;
  expect(plan).toContain('recreate web: it shares the network of pause, which was started again');
  expect(plan).not.toContain('reader');
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  await expectShared(rig, port);
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
});
