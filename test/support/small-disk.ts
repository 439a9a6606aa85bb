import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import type { Rig } from './rig.ts';

/** Disks and folders of a test's own that are full or cannot be written. Only root can mount them. */
export interface SmallDisks {
  /** Mounts an empty disk at a folder, which is made. */
  readonly disk: (target: string, size: string) => Promise<void>;
  readonly readOnly: (target: string) => Promise<void>;
  /** Takes the last one away. */
  readonly undo: () => Promise<void>;
  /** Fills a disk to its last byte; the file to remove. */
  readonly fill: (folder: string) => string;
}

/** @param before what is done before all disks are taken away: of what still runs on them */
export function smallDisks(rig: Rig, before: () => Promise<unknown>): SmallDisks {
  const mounts: string[] = [];
  const made: string[] = [];
  const mount = async (target: string, ...options: readonly string[]): Promise<void> => {
    const mounted = await rig.run(['mount', ...options, target], { cwd: '/' });
    expect(mounted.status, mounted.stderr).toBe(0);
    mounts.push(target);
  };
  const undo = async (): Promise<void> => {
    await rig.run(['umount', '--lazy', mounts.pop() ?? ''], { cwd: '/' });
  };
  onTestFinished(async () => {
    await before();
    while (mounts.length > 0) await undo();
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  return {
    disk: async (target, size) => {
      mkdirSync(target, { recursive: true });
      made.push(target);
      await mount(target, '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs');
    },
    readOnly: async (target) => {
      await mount(target, '--bind', target);
      const again = await rig.run(['mount', '-o', 'remount,ro,bind', target], { cwd: '/' });
      expect(again.status, again.stderr).toBe(0);
    },
    undo,
    fill: (folder) => {
      const filler = `${folder}/filler`;
      expect(() => {
        for (let at = 0; ; at += 1) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' });
      }).toThrow('ENOSPC');
      return filler;
    },
  };
}
