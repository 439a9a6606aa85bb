import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import { rigForTest } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

/** Not so much that it would be thinned: all of it is passed on. */
const FLOOD = 'yes 0123456789abcdef | head -c 1900000\n';

it('a client that never reads costs little, slows nobody, and is dropped', async () => {
  const rig = rigForTest({
    files: {
      'dev.yaml': 'name: hangs\nmodules:\n  app: { image: node, test: sh test.sh }\n',
      'app/test.sh': 'echo fine\n',
    },
  });
  const up = await rig.dev(['up', '--yes', '--detach']);
  expect(up.status, up.stderr).toBe(0);
  const tail = await tailEvents(rig);
  const path = rig.places().session.socket;
  /** Connections that the session holds, as the kernel lists them: state 3 is "connected". */
  const connections = (): number =>
    readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(` ${path}`) && line.split(' ')[5] === '03').length;
  const pid = Number(readFileSync(rig.places().session.lock, 'utf8').split(' ')[0]);
  const peakKib = (): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);

  const before = connections();
  const hanging = connect(path);
  onTestFinished(() => void hanging.destroy());
  await once(hanging, 'connect');
  hanging.write(readFileSync(rig.places().socketKey));
  hanging.write(`${JSON.stringify({ kind: 'subscribe', output: true })}\n`);
  // No listener for its data: nothing is ever read.
  await waitFor('its connection', () => connections() === before + 1);

  let rounds = 0;
  await waitFor(
    'its end',
    async () => {
      rounds += 1;
      // More than the socket and the backlog take, again and again, until it is given up.
      // The others are told of everything meanwhile.
      const settled = await tail.settle({ 'app/test.sh': `${FLOOD}# ${String(rounds)}\n` });
      expect(settled).toMatchObject({ passed: 1, failed: 0 });
      return connections() === before;
    },
    // A person's pace: saves that follow a check at once are taken for its own.
    { timeoutMs: 120_000, everyMs: 1_500 },
  );
  expect(peakKib()).toBeLessThan(400 * 1024);
  expect((await rig.dev(['status'])).status).toBe(0);
  expect((await rig.dev(['down'])).status).toBe(0);
});
