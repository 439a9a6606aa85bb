import { describe, expect, it } from 'vitest';
import type { Reach } from '../../../src/compose/check/reach.ts';
import {
  approvalsOf,
  approve,
  isApproved,
  revoke,
  trustRecords,
} from '../../../src/app/trust/store.ts';
import { compared, newPlace, reachLines } from '../../../src/app/trust/text.ts';
import { FakeMachine } from '../../support/fake-machine.ts';

const reach = (what: string, line = 1): Reach => ({
  kind: 'path',
  where: 'services.a.volumes',
  what,
  at: { file: 'compose/base.yaml', line, column: 1 },
});
const [A, B, C] = [
  reach('/a at /x, writable'),
  reach('/b at /x, writable'),
  reach('/c at /x, writable'),
];

function store() {
  const machine = new FakeMachine();
  const world = machine.world();
  const approvals = (root = '/p') => {
    const read = approvalsOf(root, world);
    if (!read.ok) throw new Error(read.failure.what);
    return read.value;
  };
  return { machine, world, approvals };
}

describe('what was agreed to', () => {
  it('is one list as a whole, or a part of it; never parts of two', () => {
    const { world, approvals } = store();
    expect(isApproved([A], approvals())).toBe(false);
    approve('/p', [A, B], world);
    approve('/p', [C], world);
    expect(isApproved([A, B], approvals())).toBe(true);
    expect(isApproved([B], approvals())).toBe(true);
    expect(isApproved([], [])).toBe(true);
    expect(isApproved([B, C], approvals())).toBe(false);
  });

  it('holds for its folder alone, and is gone when it is revoked', () => {
    const { world, approvals } = store();
    approve('/p', [A], world);
    expect(approvals('/q')).toEqual([]);
    expect(trustRecords(world)).toMatchObject({ ok: true, value: [{ root: '/p' }] });
    revoke('/p', world);
    expect(approvals()).toEqual([]);
  });

  it('does not depend on the line where it stands, but on every word of it', () => {
    const { world, approvals } = store();
    approve('/p', [A], world);
    expect(isApproved([{ ...A, at: undefined }], approvals())).toBe(true);
    expect(isApproved([reach('/a at /x, read-only')], approvals())).toBe(false);
  });

  it('is none when the record is damaged, or says that it is for another folder', () => {
    const { machine, world, approvals } = store();
    approve('/p', [A], world);
    const folder = '/home/ann/.local/state/onestack/trust';
    const path = `${folder}/${machine.files.list(folder)[0] ?? ''}`;
    const text = machine.files.read(path);
    machine.files.put(path, (text.ok ? (text.value ?? '') : '').replace('"/p"', '"/q"'));
    expect(approvals()).toEqual([]);
    machine.files.put(path, '{ "root": "/p", "approvals": [{ "atMs": 1, "reaches": [1] }] }');
    expect(approvals()).toEqual([]);
    machine.files.put(path, '{');
    expect(approvals()).toEqual([]);
  });
});

describe('the list as it is shown', () => {
  it('marks what is new against the last one, and tells what is gone', () => {
    const { world, approvals } = store();
    expect(reachLines(compared([A], approvals()))).toEqual([
      'reach files outside of the project:',
      '  · services.a.volumes: /a at /x, writable (compose/base.yaml:1)',
    ]);
    approve('/p', [A, B], world);
    expect(reachLines(compared([A, C], approvals()))).toEqual([
      'reach files outside of the project:',
      '    services.a.volumes: /a at /x, writable (compose/base.yaml:1)',
      '  + services.a.volumes: /c at /x, writable (compose/base.yaml:1)',
      'no longer:',
      '  - services.a.volumes: /b at /x, writable',
    ]);
  });

  it('is told at the place of something new, never of what was agreed to', () => {
    const { world, approvals } = store();
    const placed = { ...B, at: { file: 'compose/base.yaml', line: 7, column: 1 } };
    expect(newPlace(compared([A, placed], approvals()))).toEqual(A.at);
    approve('/p', [A], world);
    expect(newPlace(compared([A, placed], approvals()))).toEqual(placed.at);
    // As the target of a link that is an environment file.
    expect(newPlace(compared([A, { ...C, at: undefined }], approvals()))).toBeUndefined();
  });

  it('keeps a stranger’s text on its line, and text', () => {
    const lines = reachLines(compared([reach('\x1b]0;t\x07a\nb: ok\x1b[2J')], []));
    expect(lines[1]).toBe('  · services.a.volumes: a b: ok (compose/base.yaml:1)');
  });
});
