import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rigForSuite, rigForTest } from '../support/rig.ts';

const FILES = { 'dev.yaml': 'name: state\nservices: { db: redis }\n' };

/** Every command that has something to do with what lies in the person's own folders. */
const COMMANDS: readonly (readonly string[])[] = [
  ...[['up', '--detach', '--yes'], ['down'], ['clean', '--yes'], ['status'], ['urls'], ['logs']],
  ...[['settings'], ['settings', 'apply=ask'], ['config'], ['trust'], ['trust', '--list']],
  ...[['trust', '--revoke'], ['check'], ['watch'], ['probe'], ['run'], ['dash']],
  ...[['shell', 'db', '--', 'true'], ['tools', '--', 'true'], ['tools', 'list'], ['doctor']],
];

/** What is said when nothing is wrong with a command but the folder. */
function expectTold(args: readonly string[], status: number | undefined, text: string): void {
  expect([0, 1, 2], `${args.join(' ')}: ${text}`).toContain(status);
  expect(text, args.join(' ')).not.toMatch(/^\s+at .*\(|bug|Error: E[A-Z]+/m);
  if (status === 0) return;
  expect(text, args.join(' ')).toMatch(/^error: /m);
  expect(text, args.join(' ')).toMatch(/^ +(?:why|fix): /m);
}

describe('a state folder that cannot be made', () => {
  const rig = rigForSuite({ files: FILES });

  it('is told by every command that needs it, with the place and what to do', async () => {
    // A file in its way stops root, too.
    const blocked = rig().path('blocked');
    writeFileSync(blocked, '');
    const env = { XDG_STATE_HOME: join(blocked, 'state') };
    for (const args of COMMANDS) {
      const { status, stdout, stderr } = await rig().dev(args, { env, timeoutMs: 60_000 });
      expectTold(args, status, stdout + stderr);
    }
    const up = await rig().dev(['up', '--detach', '--yes'], { env });
    expect(up.status).toBe(1);
    expect(up.stderr).toContain(`cannot make the folder ${join(blocked, 'state/onestack')}`);
    expect(up.stderr).toContain('set XDG_STATE_HOME to a folder that is');
    expect(readdirSync(rig().directory).sort()).not.toContain('.dev');
  });
});

it('a run-time folder with a path too long for a socket is used all the same', async () => {
  const rig = rigForTest({ files: FILES });
  const long = rig.path(`run/${'x'.repeat(150)}`);
  mkdirSync(long, { recursive: true, mode: 0o700 });
  const env = { XDG_RUNTIME_DIR: long };
  expect((await rig.dev(['up', '--detach', '--yes'], { env })).status, rig.transcript()).toBe(0);
  const { sockets, state } = rig.places();
  expect(sockets.startsWith(long)).toBe(true);
  expect((await rig.dev(['status'], { env })).stdout).toMatch(/^session: process/m);
  // A shell that knows nothing of that folder finds what runs.
  expect((await rig.dev(['status'])).stdout).toMatch(/^session: process/m);

  // Then somebody else's file is where the logs were.
  expect((await rig.dev(['down'], { env })).status).toBe(0);
  rmSync(join(state, 'logs'), { recursive: true });
  writeFileSync(join(state, 'logs'), '');
  for (const args of [['watch'], ['up', '--detach', '--yes']]) {
    const { status, stderr } = await rig.dev(args, { env });
    expect(status).toBe(1);
    expect(stderr).toContain(`${join(state, 'logs')} is not used`);
  }
  rmSync(join(state, 'logs'));
  expect((await rig.dev(['up', '--detach', '--yes'], { env })).status).toBe(0);
});
