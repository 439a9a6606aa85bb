import { readdirSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';
import { smallDisks } from '../support/small-disk.ts';

const DATABASE = `name: full
services:
  db: { from: postgres }
`;
const SERVICES = `services:
  files:
    image: onestack/os
    init: true
    user: '0:0'
    command: sleep infinity
    volumes: ['things:/things']
volumes:
  things: { driver_opts: { type: tmpfs, device: tmpfs, o: 'size=3m' } }
`;
const SQL = 'CREATE TABLE goods (id int); INSERT INTO goods SELECT generate_series(1, 30000);';

/** What a folder holds, at any depth. */
const held = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' });

// Only root can give a folder a disk of its own.
it.skipIf(process.getuid?.() !== 0)(
  'data that cannot be saved, brought back or handed on stays as it was, and nothing half is left',
  async () => {
    const rig = rigForTest({ files: { 'dev.yaml': DATABASE, 'compose/base.yaml': SERVICES } });
    const state = `${rig.directory}-disk`;
    const away = `${rig.directory}-away`;
    const env = { XDG_STATE_HOME: state };
    const disks = smallDisks(rig, () => rig.dev(['clean', '--yes', '--volumes'], { env }));
    const ends = async (...args: readonly string[]): Promise<string> => {
      const { status, stdout } = await rig.dev(args, { env });
      expect(status, rig.transcript()).toBe(0);
      return stdout;
    };
    const inDatabase = (text: string): Promise<string> =>
      ends('shell', 'db', '--', 'psql', '-XAtq', '-U', 'postgres', '-c', text);
    const inFiles = (script: string): Promise<string> =>
      ends('shell', 'files', '--', 'sh', '-c', script);
    const standing = async (): Promise<readonly string[]> => [
      await inDatabase('SELECT count(*), sum(id) FROM goods'),
      await inDatabase('SELECT count(*) FROM pg_database'),
      await inFiles('cd /things; ls -A; cat note; sha256sum big'),
    ];
    await disks.disk(state, '24m');
    await disks.disk(away, '64k');
    await ends('up', '--yes', '--detach', '--no-watch');
    await inDatabase(SQL);
    // More than half of its disk, and nothing that a packer makes smaller.
    await inFiles('cd /things; head -c 1800000 /dev/urandom >big; echo kept >note');
    await ends('data', 'snapshot', '--name', 'first');
    await ends('data', 'export', 'db', 'dump.sql');
    await ends('data', 'export', 'files', 'files.tar');
    await inDatabase('DELETE FROM goods WHERE id > 20000');
    await inFiles('echo later >/things/note');
    let before = await standing();
    const kept = held(state).filter((path) => /snapshots/.test(path));

    /** Ends with 1, says what is wrong, and changes nothing: neither data nor what is kept of it. */
    const fails = async (args: readonly string[], why: RegExp): Promise<void> => {
      const call = `data ${args.join(' ')}`;
      const { status, stderr } = await rig.dev(['data', ...args], { env });
      expect([status, stderr], call).toEqual([1, expect.stringMatching(why)]);
      expect(stderr, call).toMatch(/^ +fix: /m);
      expect(stderr, call).not.toMatch(/ENOSPC|EROFS|\bundefined\b/);
      expect(await standing(), call).toEqual(before);
      expect(await ends('status'), call).toMatch(/✓ +files +up/);
      expect(
        held(state).filter((path) => /snapshots/.test(path)),
        call,
      ).toEqual(kept);
      expect(held(away), call).toEqual([]);
    };

    // Where it is handed on to: full, and then read-only.
    await fails(['export', 'db', `${away}/dump.sql`], /dump[^]*the disk is full/);
    await fails(['export', 'files', `${away}/files.tar.gz`], /the disk is full/);
    await disks.readOnly(away);
    await fails(['export', 'db', `${away}/dump.sql`], /the file system is read-only/);
    await fails(['export', 'files', `${away}/files.tar`], /the file system is read-only/);
    await disks.undo();

    // The volume itself is full: what is unpacked beside finds no room.
    await fails(
      ['restore', 'files', '--name', 'first', '--no-snapshot', '--yes'],
      /could not be unpacked[^]*the data lies on is full/,
    );
    await fails(
      ['import', 'files', 'files.tar', '--no-snapshot', '--yes'],
      /could not be unpacked[^]*the data lies on is full/,
    );

    // Where what is replaced is saved: full, and then read-only.
    const filler = disks.fill(state);
    await fails(['snapshot', 'db'], /the disk is full/);
    await fails(['snapshot', 'files'], /the disk is full/);
    await fails(
      ['restore', 'db', '--name', 'first'],
      /could not be saved first[^]*the disk is full/,
    );
    await fails(['restore', 'files', '--name', 'first'], /the disk is full/);
    await fails(['import', 'db', 'dump.sql'], /could not be saved first[^]*the disk is full/);
    await fails(['import', 'files', 'files.tar'], /the disk is full/);
    // The mark of the one before stands, so that this one needs no room of the person's: the volume has none.
    await fails(
      ['restore', 'files', '--no-snapshot', '--yes'],
      /could not be unpacked[^]*the data lies on is full/,
    );
    // A dump needs no room of the person's: it goes into the database.
    await ends('data', 'import', 'db', 'dump.sql', '--no-snapshot', '--yes');
    expect(await inDatabase('SELECT count(*), sum(id) FROM goods')).toBe('30000|450015000\n');
    before = await standing();
    rmSync(filler);
    await disks.readOnly(state);
    await fails(['snapshot'], /the file system is read-only/);
    await fails(['restore'], /the file system is read-only/);
    await fails(['import', 'files', 'files.tar', '--no-snapshot', '--yes'], /read-only/);
    await fails(['prune', '--keep', '0'], /the file system is read-only/);
    await disks.undo();

    // With room again all of it comes back.
    await inFiles('rm /things/big');
    await ends('data', 'restore', 'db', '--name', 'first');
    expect(await inDatabase('SELECT count(*) FROM goods')).toBe('30000\n');
    const restored = await rig.dev(['data', 'restore', 'files', '--name', 'first'], { env });
    expect(restored.status, rig.transcript()).toBe(0);
    expect(await inFiles('cat /things/note')).toBe('kept\n');
  },
);
