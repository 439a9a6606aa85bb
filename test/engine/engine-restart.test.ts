import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import type { EventTail } from '../support/event-tail.ts';
import { NO_PRIVATE_ENGINE, privateEngine } from '../support/private-engine.ts';
import { rigForSuite } from '../support/rig.ts';

const DEV_YAML = `name: restarted
modules:
  lib:
    image: node
    compile: sh compile.sh
  app:
    image: node
    uses: lib
    compile: sh compile.sh
    test: sh test.sh
    run: sleep infinity
`;
const GOOD = 'echo fine\n';

// Told by its title where it cannot run.
const title = NO_PRIVATE_ENGINE ?? 'under a living session';

describe.skipIf(NO_PRIVATE_ENGINE !== undefined)(`an engine that goes away, ${title}`, () => {
  const engine = privateEngine();
  // Before the rig's own, so that it is run after it.
  afterAll(() => engine.remove());
  const suite = rigForSuite({
    env: engine.environment,
    files: {
      'dev.yaml': DEV_YAML,
      'lib/compile.sh': GOOD,
      'app/compile.sh': GOOD,
      'app/test.sh': GOOD,
    },
  });
  let tail: EventTail;
  beforeAll(async () => {
    await engine.start();
    await engine.takeImages(suite(), ['os', 'node']);
    const up = await suite().dev(['up', '--yes', '--detach']);
    expect(up.status, suite().transcript()).toBe(0);
    tail = await tailEvents(suite());
  });

  /** Waits until everything runs again and what was interrupted or missed has been checked. */
  async function seeItBack(): Promise<void> {
    await tail.next('engine-state', ({ reachable }) => reachable);
    await tail.next(
      'check-finished',
      ({ module, check, outcome }) => module === 'app' && check === 'test' && outcome === 'passed',
    );
    const status = await suite().dev(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      services: [
        { service: 'lib', state: 'running' },
        { service: 'app', state: 'running' },
      ],
      session: { running: true },
    });
    const settled = await tail.settle({ 'lib/compile.sh': `echo ${String(Date.now())}\n` });
    expect(settled).toMatchObject({ passed: 3, failed: 0, cancelled: 0 });
  }

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`${signal}: it is said, everything comes back, and what was missed is made up for`, async () => {
      tail.mark();
      suite().write('app/test.sh', 'sleep 4720\n');
      await tail.next('check-started', ({ check }) => check === 'test');
      await engine.end(signal);
      await tail.next('engine-state', ({ reachable }) => !reachable);
      await tail.next(
        'check-cancelled',
        ({ check, reason }) => check === 'test' && reason === 'container',
      );
      expect((await suite().dev(['status'])).status).toBe(3);

      tail.mark();
      suite().write('app/test.sh', GOOD);
      const missed = await tail.next('check-finished');
      expect(missed).toMatchObject({ outcome: 'not-run' });
      expect(missed.tail.join('\n')).toContain('engine');
      await engine.start();
      await seeItBack();
    });
  }

  it('an edit of the definition that came meanwhile is applied', async () => {
    await engine.end('SIGKILL');
    tail.mark();
    suite().write('compose/dev.yaml', 'services:\n  app:\n    environment: { COLOUR: green }\n');
    await tail.next('problem', ({ key }) => key === 'definition');
    await engine.start();
    const plan = await tail.next('plan', ({ state }) => state === 'applied');
    expect(plan.files).toEqual(['compose/dev.yaml']);
    expect(plan.operations.join('\n')).toMatch(/^recreate app: /m);
    await tail.next('problem-solved', ({ key }) => key === 'definition');
    const colour = await suite().dev(['shell', 'app', '--', 'sh', '-c', 'echo $COLOUR']);
    expect(colour.stdout.trim()).toBe('green');
  });
});
