import { describe, expect, it } from 'vitest';
import { rigForTest, type Rig } from '../support/rig.ts';

const COMPOSE = `services:
  web: { image: onestack/os, command: sleep infinity }
`;

async function committed(rig: Rig, ...paths: readonly string[]): Promise<void> {
  const git = ['git', '-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  for (const args of [
    ['init', '--quiet'],
    ['add', ...paths],
    ['commit', '--quiet', '-m', 'x'],
  ])
    expect((await rig.run([...git, ...args])).status, rig.transcript()).toBe(0);
}

describe('what needs a definition of modules', () => {
  it('says so of a Compose file alone, with the way there', async () => {
    const rig = rigForTest({ files: { 'compose.yaml': COMPOSE } });
    await committed(rig, 'compose.yaml');
    for (const args of [['ci'], ['ci', '--plan'], ['release']]) {
      const { status, stderr } = await rig.dev([...args, '--yes']);
      expect(status, stderr).toBe(2);
      expect(stderr).toContain(`there is no dev.yaml in ${rig.directory}`);
      expect(stderr).toContain('dev init makes one');
    }
    for (const args of [
      ['debug', 'web'],
      ['lsp', 'web'],
      ['editor', 'devcontainer', 'web'],
    ]) {
      const { status, stderr } = await rig.dev(args);
      expect(status, stderr).toBe(2);
      expect(stderr, args.join(' ')).toContain('there is no module web');
      expect(stderr, args.join(' ')).toContain('dev init move web');
    }
  });

  it('says what is not committed yet', async () => {
    const rig = rigForTest({
      files: { 'compose.yaml': COMPOSE, 'dev.yaml': 'name: uncommitted\n' },
    });
    await committed(rig, 'compose.yaml');
    const { status, stderr } = await rig.dev(['ci', '--plan']);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/dev\.yaml is not in the commit [0-9a-f]{7}/);
    expect(stderr).toContain('dev ci --dirty');
    expect((await rig.dev(['ci', '--plan', '--dirty'])).status, rig.transcript()).toBe(0);
  });
});
