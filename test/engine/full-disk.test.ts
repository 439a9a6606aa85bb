import { mkdirSync, readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';

// Only root can give a folder a disk of its own.
it.skipIf(process.getuid?.() !== 0)(
  'a full disk is said, nothing is left half written, and room mends it',
  async () => {
    const rig = rigForTest({ files: smallProject(await freePort()) });
    mkdirSync(rig.path('.dev'));
    const mounted = await rig.run([
      'mount',
      '-t',
      'tmpfs',
      '-o',
      'size=64k',
      'tmpfs',
      rig.path('.dev'),
    ]);
    expect(mounted.status, mounted.stderr).toBe(0);
    onTestFinished(async () => {
      await rig.run(['umount', '--lazy', rig.path('.dev')]);
    });
    const up = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('the disk is full');
    // The bundle of certificates is larger than the disk: it must not be there in part.
    expect(readdirSync(rig.path('.dev/certs'))).not.toContain('bundle.crt');

    await rig.run(['mount', '-o', 'remount,size=4m', rig.path('.dev')]);
    const again = await rig.dev(['up', '--yes', '--detach', '--no-watch']);
    expect(again.status, again.stderr).toBe(0);
  },
);
