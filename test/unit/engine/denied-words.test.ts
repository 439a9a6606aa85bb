import { expect, it } from 'vitest';
import { deniedMeaning } from '../../../src/engine/denied-words.ts';
import type { MountDetail } from '../../../src/ports/engine-containers.ts';

const VOLUME = { type: 'volume', source: 'shop_data', target: '/data', isWritable: true } as const;
const FOLDER = { type: 'bind', source: '/srv/in', target: '/in', isWritable: true } as const;
const INNER = { ...VOLUME, source: 'shop_cache', target: '/data/cache' } as const;
const MOUNTS: readonly MountDetail[] = [VOLUME, FOLDER, INNER];

it.each([
  ["Error: EACCES: permission denied, open '/data/db.sqlite'", 'the volume shop_data'],
  ["PermissionError: [Errno 13] Permission denied: '/data/x'", 'the volume shop_data'],
  ['open /data/x.log: permission denied', 'the volume shop_data'],
  ['sh: 1: cannot create /data/x: Permission denied', 'the volume shop_data'],
  ['mkdir: cannot create directory ‘/data’: Permission denied', 'the volume shop_data'],
  ['java.nio.file.AccessDeniedException: /data/x', 'the volume shop_data'],
  ['(Errno::EACCES) Permission denied @ rb_sysopen - /data/x', 'the volume shop_data'],
  ['open() "/data/cache/x" failed (13: Permission denied)', 'the volume shop_cache'],
  ["EACCES: permission denied, scandir '/in/a'", '/srv/in of this machine. Its owner'],
])('whose it is that %j speaks of', (line, meaning) => {
  const told = deniedMeaning(['begins', line], { user: 'app', mounts: MOUNTS });
  expect(told).toContain('it runs as app, and may not in /');
  expect(told).toContain(meaning);
});

it.each(['attempt to write a readonly database', 'unable to open database file'])(
  '%j is of the one volume that there is, or of nobody',
  (line) => {
    const of = (mounts: readonly MountDetail[]) => deniedMeaning([line], { user: '1000', mounts });
    expect(of([VOLUME, FOLDER])).toContain('/data, which is the volume shop_data');
    expect(of(MOUNTS)).toBeUndefined();
    expect(of([{ ...VOLUME, isWritable: false }])).toBeUndefined();
  },
);

it('what is given to read only is told, also to root', () => {
  const mounts = [{ ...VOLUME, isWritable: false }, FOLDER];
  const line = "[Errno 30] Read-only file system: '/data/x'";
  const told = deniedMeaning([line], { user: '0', mounts });
  expect(told).toBe('it is given /data, which is the volume shop_data, to read only');
  expect(deniedMeaning([line], { user: '0', mounts: MOUNTS })).toBeUndefined();
});

it.each([
  ['permission denied for table users', 'app'],
  ["EACCES: permission denied, open '/etc/shadow'", 'app'],
  ["EACCES: permission denied, open '/database/x'", 'app'],
  ["EACCES: permission denied, open '/data/x'", 'root'],
  ["EACCES: permission denied, open '/data/x'", ''],
  ["EACCES: permission denied, open '/data/x'", '0:1000'],
  ["ENOENT: no such file or directory, open '/data/x'", 'app'],
])('%j of %s is none of it', (line, user) => {
  expect(deniedMeaning([line], { user, mounts: MOUNTS })).toBeUndefined();
});
