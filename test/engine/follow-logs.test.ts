import { expect, test } from 'vitest';
import { rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const COMPOSE = `services:
  one:
    image: onestack/os
    command: sh -c 'echo "begun as $$MARK"; exec sleep infinity'
    environment: { MARK: first }
`;

test('dev logs --follow goes on over restarts and other containers, and ends with them', async () => {
  const rig = rigForTest({
    files: { 'dev.yaml': 'name: x\n', 'compose/base.yaml': COMPOSE },
  });
  expect((await rig.dev(['up', '--yes', '--detach'])).status, rig.transcript()).toBe(0);
  const logs = rig.startDev(['logs', '--follow', 'one']);
  const says = (lines: string): Promise<unknown> =>
    waitFor(lines, () => logs.stdout().replaceAll('one │ begun as ', '') === lines);
  await says('first\n');
  await rig.run(['docker', 'restart', '--time', '0', `${rig.name}-one-1`]);
  await says('first\nfirst\n');
  rig.write('compose/base.yaml', COMPOSE.replace('MARK: first', 'MARK: second'));
  const up = await rig.dev(['up', '--yes', '--detach']);
  expect(up.status, rig.transcript()).toBe(0);
  await says('first\nfirst\nsecond\n');
  expect(logs.status()).toBeUndefined();
  expect((await rig.dev(['down'])).status).toBe(0);
  const ended = await logs.finished;
  expect(ended).toMatchObject({ status: 0, stderr: 'nothing of it runs any more\n' });
});

test('dev logs --since is a stream: its reader has the first lines, and ends it', async () => {
  // 60 MB, then a line now and then.
  const loud = `awk 'BEGIN { for (i = 0; i < 300000; i++) printf "%07d %0190d\\\\n", i, 0 }'`;
  const compose = `services:
  loud:
    image: onestack/os
    command: ["sh", "-c", "${loud.replaceAll('"', '\\"')}; while sleep 0.2; do echo tick; done"]
`;
  const rig = rigForTest({ files: { 'dev.yaml': 'name: x\n', 'compose/base.yaml': compose } });
  expect((await rig.dev(['up', '--yes', '--detach'])).status, rig.transcript()).toBe(0);
  await waitFor('all of it is written', async () => {
    const last = await rig.dev(['logs', '--tail', '1', 'loud']);
    return last.stdout === 'loud │ tick\n';
  });
  const piped = async (...options: readonly string[]) => {
    const { argv } = rig.command(['logs', '--since', '1h', ...options, 'loud']);
    return rig.run(['sh', '-c', '"$@" | head -n 1', 'sh', ...argv]);
  };
  const first = expect.stringMatching(/^loud │ 0000000 0+\n$/) as unknown;
  expect(await piped()).toMatchObject({ status: 0, stdout: first, stderr: '' });
  expect(await piped('--follow')).toMatchObject({ status: 0, stdout: first, stderr: '' });
  const found = await piped('--grep', '^0299999 ');
  expect(found.stdout).toMatch(/^loud │ 0299999 0+\n$/);
});
