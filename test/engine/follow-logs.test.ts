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
