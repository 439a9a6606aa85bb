import { join } from 'node:path';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { tailEvents } from '../support/event-tail.ts';
import { claimPlaces } from '../support/places.ts';
import { rigForTest } from '../support/rig.ts';

const LOUD = 'head -c 200000 /dev/zero | tr "\\0" x; exit 1';

// Only root can give a folder a disk of its own.
it.skipIf(process.getuid?.() !== 0)(
  'a full disk under the logs is said once, checks go on, and room mends it',
  async () => {
    const rig = rigForTest({
      files: {
        'dev.yaml': 'name: full\nmodules:\n  app: { image: node, test: sh test.sh }\n',
        'app/test.sh': 'echo fine\n',
      },
    });
    await claimPlaces(rig.directory, rig.name);
    const tmpfs = ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', rig.places().logs];
    const mounted = await rig.run(['mount', ...tmpfs]);
    expect(mounted.status, mounted.stderr).toBe(0);
    onTestFinished(async () => {
      await rig.run(['umount', '--lazy', rig.places().logs]);
    });
    const up = await rig.dev(['up', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    const tail = await tailEvents(rig);

    /** Runs the test with other contents and gives its result. */
    async function check(script: string) {
      const number = await tail.save({ 'app/test.sh': `${script}\n` });
      await tail.next('settled', (event) => event.save === number);
      return tail.next('check-finished', (event) => event.save === number);
    }
    const problems = (key: string): number =>
      tail.events().filter((event) => event.kind === 'problem' && event.key === key).length;

    expect(() =>
      writeFileSync(join(rig.places().logs, 'filler'), Buffer.alloc(1024 * 1024)),
    ).toThrow('ENOSPC');
    // Every result is longer than a page of the disk: not even the rest of the last one takes it.
    for (const number of [1, 2, 3]) {
      const result = await check(`${LOUD} # ${String(number)}`);
      expect(result).toMatchObject({ outcome: 'failed', exitStatus: 1 });
      expect(result.log).toBeUndefined();
    }
    expect(problems('log')).toBe(1);
    expect(problems('check-log')).toBe(1);
    expect((await rig.dev(['status'])).stdout).toContain('the disk is full');

    rmSync(join(rig.places().logs, 'filler'));
    const result = await check(`${LOUD} # 4`);
    expect(readFileSync(result.log ?? '', 'utf8')).toHaveLength(200_000);
    expect(tail.events().flatMap((one) => (one.kind === 'problem-solved' ? one.key : []))).toEqual(
      expect.arrayContaining(['log', 'check-log']),
    );
    // No half line is left of what could not be written.
    const log = readFileSync(rig.places().session.log, 'utf8').trimEnd().split('\n');
    expect(() => log.map((line) => JSON.parse(line) as unknown)).not.toThrow();
    expect((await rig.dev(['down'])).status).toBe(0);
  },
);
