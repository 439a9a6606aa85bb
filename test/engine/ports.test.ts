import { createSocket } from 'node:dgram';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest } from '../support/rig.ts';

const UP = ['up', '--yes', '--detach'];
const IDLE = 'image: onestack/os, init: true, command: sleep infinity';

/** Three UDP ports side by side, the first of which this process has. */
async function takenUdp(): Promise<number> {
  for (;;) {
    const first = await freePort();
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(first, '127.0.0.1', resolve));
    onTestFinished(() => void socket.close());
    if (first < 65_000) return first;
  }
}

it('gives ranges, UDP and replicas theirs at once, keeps them, and names who has one', async () => {
  const udp = await takenUdp();
  const tcp = await freePort();
  const range = `${String(udp)}-${String(udp + 2)}`;
  const files = {
    'dev.yaml': 'name: ports\n',
    'compose/base.yaml': `services:
  r: { ${IDLE}, ports: ['${String(udp)}:8000/udp'] }
  s: { ${IDLE}, ports: ['${range}:9000/udp'], deploy: { replicas: 2 } }
  web: { ${IDLE}, ports: ['${String(tcp)}:80'] }
`,
  };
  const rig = rigForTest({ files });
  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(0);
  expect(up.stderr).toMatch(
    new RegExp(`${String(udp)} is taken by \\S+ \\(process ${String(process.pid)}\\): r got`),
  );
  expect(up.stderr).not.toContain('again with another one');
  const published = async (): Promise<string> => {
    const label = `label=com.docker.compose.project=${rig.name}`;
    const format = '{{.Label "com.docker.compose.service"}} {{.Ports}}';
    const { stdout } = await rig.run(['docker', 'ps', '--filter', label, '--format', format]);
    return stdout.trim().split('\n').sort().join('\n');
  };
  const before = await published();
  expect(before).toContain(`s 127.0.0.1:${String(udp + 1)}->9000/udp`);
  expect(before).toContain(`s 127.0.0.1:${String(udp + 2)}->9000/udp`);
  expect((await rig.dev(UP)).stdout).toContain('nothing to do');

  // A rename, and a swap of two.
  rig.write('compose/base.yaml', files['compose/base.yaml'].replace('web:', 'front:'));
  const renamed = await rig.dev(UP);
  expect(renamed.status, rig.transcript()).toBe(0);
  expect(renamed.stderr).not.toContain(`${String(tcp)} is taken`);
  expect(await published()).toBe(before.replace('web', 'front').split('\n').sort().join('\n'));

  // A clone that runs beside it.
  const sister = rigForTest({
    files: {
      ...files,
      'compose/base.yaml': `services: { web: { ${IDLE}, ports: ['${String(tcp)}:80'] } }\n`,
    },
  });
  const beside = await sister.dev(UP);
  expect(beside.status, sister.transcript()).toBe(0);
  expect(beside.stderr).toContain(
    `${String(tcp)} is taken by front of ${rig.name} (${rig.directory}): web got`,
  );
  // Said once. From the second time on the answer is a kept one, for as long as the port is taken.
  for (const again of [1, 2, 3]) {
    const { stdout, stderr } = await sister.dev(UP);
    expect(stdout, `${String(again)}: ${sister.transcript()}`).toContain('nothing to do');
    expect(stderr).not.toContain('is taken by');
  }
  // It stays where it is, though its wish comes true.
  await rig.dev(['down']);
  const still = await sister.dev(UP);
  expect(still.stdout, sister.transcript()).toContain('nothing to do');
  expect(still.stderr).toContain(`${String(tcp)} is free again`);
});
