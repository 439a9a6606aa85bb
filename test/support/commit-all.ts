import { expect } from 'vitest';
import type { Rig } from './rig.ts';

/** Everything that is not ignored, as one commit more. */
export async function commitAll(rig: Rig): Promise<void> {
  const git = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b'];
  for (const args of [
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'all'],
  ]) {
    expect((await rig.run([...git, ...args])).status, rig.transcript()).toBe(0);
  }
}
