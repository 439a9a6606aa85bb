import { describe, expect, test } from 'vitest';
import { mountsAround, slowPlaceNews } from '../../../../src/app/up/slow-place.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

/** As WSL 2 has them. */
const WSL = String.raw`/dev/sdc / ext4 rw,relatime,discard 0 0
none /mnt/wsl tmpfs rw,relatime 0 0
C:\134 /mnt/c 9p rw,noatime,aname=drvfs;path=C:\;uid=1000,trans=fd 0 0
D:\134 /mnt/my\040disk 9p rw,aname=drvfs;path=D:\ 0 0
/dev/sdd /mnt/c/inside ext4 rw 0 0
server:/home /home/far nfs4 rw 0 0
`;
const told = (root: string): readonly string[] => slowPlaceNews(root, WSL).map(({ text }) => text);

describe('where the clone lies', () => {
  test('on Windows’ disk is told, with what helps', () => {
    expect(told('/mnt/c/Users/ada/shop')).toEqual([
      'the clone lies on Windows’ disk (/mnt/c): installs, builds and the watch are many times slower there; clone it into WSL’s own disk: git clone … ~/',
    ]);
    expect(told('/mnt/my disk/shop')[0]).toContain('Windows’ disk (/mnt/my disk)');
  });

  test('on another machine’s, too', () => {
    expect(told('/home/far/shop')[0]).toMatch(/\/home\/far \(nfs4\).*a disk of this machine$/);
  });

  test('on a disk of its own nothing is, however near the other one is', () => {
    for (const root of ['/home/ada/shop', '/mnt/cc/shop', '/mnt/c/inside/shop', '/mnt/wsl/x']) {
      expect(told(root)).toEqual([]);
    }
    expect(slowPlaceNews('/mnt/c/shop', undefined)).toEqual([]);
    expect(slowPlaceNews('/shop', 'none / 9p rw 0 0\n')).toEqual([]);
    expect(slowPlaceNews('/mnt/c/shop', 'nonsense\n\n')).toEqual([]);
  });

  test('is looked up only where other disks are', () => {
    const files = new MemoryFiles({ '/proc/mounts': WSL });
    expect(mountsAround('/mnt/c/shop', files)).toBe(WSL);
    expect(mountsAround('/home/ada/shop', files)).toBeUndefined();
  });

  test('what is mounted later lies above what was there', () => {
    expect(slowPlaceNews('/a/b', '/x /a 9p rw 0 0\n/y /a ext4 rw 0 0\n')).toEqual([]);
  });
});
