import { describe, expect, it } from 'vitest';
import { settings, settingsUnder } from '../../../src/app/settings.ts';
import { flattened } from '../../../src/util/flattened.ts';
import type { Assignment } from '../../../src/app/settings.ts';
import type { Locks } from '../../../src/ports/locks.ts';
import { ok } from '../../../src/util/result.ts';
import { MEMORY_UID, MemoryFiles } from '../../support/memory-files.ts';

const FILE = '/p/dev.settings.yaml';

/** Records which locks were held while a file was written. */
class RecordingLocks implements Locks {
  held: string[] = [];

  acquire(path: string) {
    this.held.push(path);
    const release = () => {
      this.held = this.held.filter((one) => one !== path);
      return Promise.resolve();
    };
    return Promise.resolve(ok({ release }));
  }

  isHeld(path: string) {
    return Promise.resolve(this.held.includes(path));
  }
}

function project(own?: string): MemoryFiles {
  const files = new MemoryFiles({
    '/p/dev.yaml': 'name: shop\nmodules: { api: { image: node } }\nservices: { db: postgres }',
    '/p/api/x': '',
  });
  if (own !== undefined) files.put(FILE, own);
  return files;
}

function run(files: MemoryFiles, assignments: readonly Assignment[] = [], dryRun = false) {
  const locks = new RecordingLocks();
  const world = {
    files,
    locks,
    clock: { now: () => 0, steady: () => 0, sleep: () => Promise.resolve() },
    host: {
      platform: 'linux' as const,
      cores: 2,
      uid: MEMORY_UID,
      gid: 1,
      home: '/h',
      workingDirectory: '/p/api',
      toolDirectory: '/t',
      toolVersion: '1.0.0',
      user: 'ann',
      nodeVersion: '20.19.0',
      nodePath: '/usr/bin/node',
      pid: 1,
      libc: () => 'glibc' as const,
      environment: {},
    },
  };
  return settings({ project: undefined, assignments, dryRun }, world);
}

describe('settings', () => {
  it('are shown with every default', async () => {
    const outcome = await run(project());
    if (!outcome.ok) throw new Error('failed');
    const flat = flattened(outcome.value.settings);
    expect(flat.get('modules.api.watch')).toBe(true);
    expect(flat.get('services.db.data')).toBe('keep');
    expect(flat.get('watch.quiet')).toBe('50ms');
    expect(settingsUnder(outcome.value.settings, 'notifications')).toEqual(
      ok(
        new Map([
          ['notifications.bell', true],
          ['notifications.desktop', false],
        ]),
      ),
    );
    expect(settingsUnder(outcome.value.settings, 'aply')).toMatchObject({
      failure: { what: 'there is no setting "aply"', cure: 'Did you mean "apply"?' },
    });
  });

  it('are changed in the file, its comments kept', async () => {
    const files = project('# mine\nmodules: { api: {} }\nservices: { db: {} }\napply: auto # hm\n');
    const outcome = await run(files, [
      { key: 'apply', value: 'ask' },
      { key: 'modules.api.watch', value: 'false' },
    ]);
    expect(outcome).toMatchObject({ ok: true, value: { file: FILE, settings: { apply: 'ask' } } });
    expect(files.text(FILE)).toBe(
      '# mine\nmodules: { api: { watch: false } }\nservices: { db: {} }\napply: ask  # hm\n',
    );
  });

  it.each([
    [{ key: 'apply', value: 'maybe' }, 'apply cannot be "maybe"'],
    [{ key: 'modules.api.wacth', value: 'false' }, 'unknown key "wacth" in modules.api'],
    [{ key: 'modules.aip.watch', value: 'false' }, 'there is no module "aip"'],
    [{ key: 'modules.worker.watch', value: 'false' }, 'there is no module "worker"'],
    [{ key: 'apply', value: '{' }, '"{" is no value'],
    [{ key: 'services.nope.run', value: 'false' }, 'there is no service "nope"'],
    [{ key: 'services.ndb.run', value: 'true' }, 'there is no service "ndb"'],
    [{ key: 'services.toString.data', value: 'keep' }, 'there is no service "toString"'],
  ])('stay as they are when one change is wrong: %j', async (assignment, what) => {
    const text = 'modules: { api: {} }\nservices: { db: {} }\n';
    const files = project(text);
    const outcome = await run(files, [{ key: 'notifications.bell', value: 'false' }, assignment]);
    expect(outcome).toMatchObject({ ok: false, failure: [{ what }] });
    expect(outcome.ok ? [] : outcome.failure.map(({ at }) => at)).toEqual([undefined]);
    expect(files.text(FILE)).toBe(text);
  });

  it.each(['services.Other.svc', 'modules.api'])(
    'are set one by one: not %s as a whole',
    async (key) => {
      const files = project();
      files.put('/p/compose/base.yaml', 'services: { Other.svc: { image: redis } }\n');
      const outcome = await run(files, [{ key, value: 'off' }]);
      expect(outcome).toMatchObject({
        failure: [
          {
            what: `"${key}" is a group`,
            cure: `Set one of the keys in it: dev settings ${key}.run=false`,
          },
        ],
      });
    },
  );

  it('are taken for services that only Compose files have, and where nobody can tell', async () => {
    const own = 'modules: { api: {} }\nservices: { db: {} }\n';
    const files = project(own);
    files.put('/p/compose/base.yaml', 'services: { cache: { image: redis } }\n');
    const assignments = [{ key: 'services.cache.run', value: 'false' }];
    expect(await run(files, assignments)).toMatchObject({ ok: true });
    expect(files.text(FILE)).toContain('cache');
    const included = project(own);
    included.put('/p/compose/base.yaml', 'include: [other.yaml]\n');
    expect(await run(included, assignments)).toMatchObject({ ok: true });
  });

  it('are not written by a dry run', async () => {
    const files = project('modules: { api: {} }\nservices: { db: {} }\n');
    const outcome = await run(files, [{ key: 'apply', value: 'ask' }], true);
    expect(outcome).toMatchObject({ ok: true, value: { settings: { apply: 'ask' } } });
    expect(files.written).toEqual([]);
  });
});
