import { describe, expect, it } from 'vitest';
import { ownershipIn } from '../../../src/app/doctor-project.ts';
import { diagnoseLeftovers, diagnoseOwnership } from '../../../src/host/diagnose-leftovers.ts';
import { MEMORY_UID, MemoryFiles } from '../../support/memory-files.ts';

describe('whose the files of a project are', () => {
  const files = new MemoryFiles({
    '/home/my shop/web/dist/a.js': '',
    '/home/my shop/web/src/b.js': '',
    '/home/my shop/c': '',
  });

  it('is nothing to speak of where they are the owner’s', () => {
    const [finding] = diagnoseOwnership(ownershipIn('/home/my shop', files));
    expect(finding).toMatchObject({ id: 'ownership', level: 'ok' });
  });

  it('is told with the outermost of each tree, and what gives them back', () => {
    files.giveTo('/home/my shop/web/dist', 0);
    files.giveTo('/home/my shop/web/dist/a.js', 0);
    files.giveTo('/home/my shop/c', 70);
    const seen = ownershipIn('/home/my shop', files);
    expect(seen.foreign).toEqual([
      { path: 'c', uid: 70 },
      { path: 'web/dist', uid: 0 },
    ]);
    const [finding] = diagnoseOwnership(seen);
    expect(finding).toMatchObject({
      level: 'warning',
      what: 'of user 70, root in /home/my shop: c, web/dist',
    });
    expect(finding?.cure).toContain(
      "sudo chown --recursive --no-dereference --reference '/home/my shop' '/home/my shop/c' '/home/my shop/web/dist';",
    );
  });

  it('is not asked of a link’s target, nor for ever', () => {
    const many = new MemoryFiles({ '/p/a': '' });
    many.put('/etc/shadow', '');
    many.giveTo('/etc', 0);
    many.link('/p/etc', '/etc');
    many.giveTo('/p/etc', MEMORY_UID);
    expect(ownershipIn('/p', many).foreign).toEqual([]);
    const endless = {
      stat: many.stat.bind(many),
      entries: () => many.entries('/p').concat({ name: 'd', kind: 'directory' }),
    };
    many.put('/p/d/x', '');
    expect(ownershipIn('/p', { ...endless, stat: () => many.stat('/p') }).isCut).toBe(true);
  });
});

describe('what projects have left', () => {
  const one = { name: 'shop', root: '/gone/shop', state: 'gone', diskBytes: 92_900_000 };

  it('is told of those whose folder is gone', () => {
    expect(diagnoseLeftovers([{ ...one, state: 'down' }])).toEqual([]);
    expect(diagnoseLeftovers([one, { ...one, state: 'running' }])).toMatchObject([
      {
        id: 'leftovers',
        what: '1 project left something, 92.9 MB: shop (/gone/shop)',
        cure: expect.stringContaining('dev clean --all') as unknown,
      },
    ]);
  });
});
