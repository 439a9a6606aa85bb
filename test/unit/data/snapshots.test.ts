import { describe, expect, it } from 'vitest';
import { newestFirst, parseSnapshot, prunable } from '../../../src/data/snapshots.ts';
import { versionProblem } from '../../../src/data/versions.ts';
import { archiveProblem, STAGE } from '../../../src/data/volume-scripts.ts';
import { isSnapshotName, nameByTime, type Snapshot } from '../../../src/model/snapshot.ts';

function snapshot(service: string, takenAtMs: number, more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...{ format: 1, service, name: `at-${String(takenAtMs)}`, method: 'dump', reason: 'asked' },
    ...{ image: 'postgres:17', takenAtMs, files: [], ...more },
  };
}

describe('names of snapshots', () => {
  it.each(['a', '2026-11-29-041503', 'before_migration.2', 'A'.repeat(64)])('may be %s', (name) => {
    expect(isSnapshotName(name)).toBe(true);
  });
  it.each(['', '.', '..', '.hidden', '-x', 'a/b', '../x', 'a b', 'a\n', 'ä', 'A'.repeat(65)])(
    'may not be %j',
    (name) => {
      expect(isSnapshotName(name)).toBe(false);
    },
  );
  it('are the time by default, which sorts', () => {
    expect(nameByTime(Date.UTC(2026, 10, 29, 4, 15, 3))).toBe('2026-11-29-041503');
  });
});

describe('versionProblem', () => {
  it.each([
    ['dump', '16.4', '17.2', undefined],
    ['dump', '17.5', '17.2', undefined],
    ['dump', '18.1', '17.2', 'older 17.2'],
    ['dump', undefined, '17.2', undefined],
    ['volumes', '17.1', '17.2', undefined],
    ['volumes', '16.4', '17.2', 'cannot read'],
    ['volumes', '18.0', '17.2', 'older 17.2'],
    ['volumes', '10.11.6-MariaDB', '11.4.2-MariaDB', 'cannot read'],
  ] as const)('%s of %s into %s', (method, from, to, problem) => {
    const found = versionProblem(method, from, to);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});

describe('what is pruned', () => {
  const all = [snapshot('db', 3), snapshot('db', 1), snapshot('cache', 1), snapshot('db', 2)];
  it('is all but the newest of each service', () => {
    expect(prunable(all, 2)).toEqual([snapshot('db', 1)]);
    expect(prunable(all, 0)).toHaveLength(4);
    expect(newestFirst(all).map(({ takenAtMs }) => takenAtMs)).toEqual([3, 2, 1, 1]);
  });
});

describe('parseSnapshot', () => {
  const file = { name: 'dump.sql.gz', bytes: 3, sha256: 'a'.repeat(64), contents: 'b'.repeat(64) };
  it('reads what was written', () => {
    const whole = snapshot('db', 5, {
      ...{ kind: 'postgres', engineVersion: '17.5', rows: { 'public.a': 2 } },
      files: [{ ...file, volume: 'data' }],
    });
    expect(parseSnapshot(JSON.stringify(whole))).toEqual(whole);
  });
  it.each([
    ['no JSON', '{'],
    ['a file elsewhere', JSON.stringify(snapshot('db', 5, { files: [{ ...file, name: '../x' }] }))],
    ['a name elsewhere', JSON.stringify(snapshot('db', 5, { name: '../x' }))],
    ['another format', JSON.stringify({ ...snapshot('db', 5), format: 2 })],
  ])('takes %s for none', (_what, text) => {
    expect(parseSnapshot(text)).toBeUndefined();
  });
});

describe('members of an archive', () => {
  it.each([
    ['crw-rw-rw- 0/0  1,5 2026-01-01 00:00 ./zero', 'device'],
    ['brw-rw---- 0/0  8,0 2026-01-01 00:00 ./disk', 'device'],
    [`drwxr-xr-x 0/0  0 2026-01-01 00:00 ./${STAGE}12345678/`, 'the tool'],
  ])('%s is refused', (line, why) => {
    expect(archiveProblem(line)).toContain(why);
  });
  it('of every other kind are taken', () => {
    expect(archiveProblem('lrwxrwxrwx 0/0 0 2026-01-01 00:00 ./a -> /etc/passwd')).toBeUndefined();
    expect(archiveProblem('-rwsr-xr-x 999/999 5 2026-01-01 00:00 ./tool')).toBeUndefined();
  });
});
