import { describe, expect, it } from 'vitest';
import { withAccount } from '../../../src/util/accounts.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\napp:x:10001:10001::/home/app:/bin/bash\n';
const GROUP = 'root:x:0:\nusers:x:100:\napp:x:10001:\n';

describe('withAccount', () => {
  it('lets the person be who runs things in production', () => {
    expect(withAccount({ passwd: PASSWD, group: GROUP }, { uid: 501, gid: 20 })).toEqual({
      passwd: 'root:x:0:0:root:/root:/bin/bash\napp:x:501:20::/home/app:/bin/bash\n',
      group: 'root:x:0:\nusers:x:100:\napp:x:20:\n',
    });
  });

  it('keeps a group whose number has a name', () => {
    const changed = withAccount({ passwd: PASSWD, group: GROUP }, { uid: 501, gid: 100 });
    expect(changed?.group).toBe(GROUP);
    expect(changed?.passwd).toContain('app:x:501:100:');
  });

  it('changes nothing where the account has the number', () => {
    expect(withAccount({ passwd: PASSWD, group: GROUP }, { uid: 10_001, gid: 7 })).toBeUndefined();
  });

  it('is a second name for a number that has one, after the first', () => {
    const root = withAccount({ passwd: PASSWD, group: GROUP }, { uid: 0, gid: 0 });
    expect(root).toEqual({
      passwd: 'root:x:0:0:root:/root:/bin/bash\napp:x:0:0::/home/app:/bin/bash\n',
      group: GROUP,
    });
    const passwd = 'node:x:1000:1000::/home/node:/bin/sh\n';
    const node = withAccount({ passwd, group: 'node:x:1000:\n' }, { uid: 1000, gid: 1000 });
    expect(node).toEqual({
      passwd: `${passwd}app:x:1000:1000::/home/app:/bin/bash\n`,
      group: 'node:x:1000:\n',
    });
  });

  it('adds the account to images that have none of that name, whatever their last line', () => {
    const passwd = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh';
    expect(withAccount({ passwd, group: undefined }, { uid: 501, gid: 20 })).toEqual({
      passwd: `${passwd}\napp:x:501:20::/home/app:/bin/bash\n`,
      group: undefined,
    });
    const group = withAccount({ passwd, group: 'root:x:0:\n' }, { uid: 501, gid: 20 })?.group;
    expect(group).toBe('root:x:0:\napp:x:20:\n');
  });

  it('takes no number for a part of another, and no name either', () => {
    const passwd = 'application:x:5010:20::/:/bin/sh\n';
    const changed = withAccount({ passwd, group: 'apps:x:200:\n' }, { uid: 501, gid: 20 });
    expect(changed?.passwd).toBe(`${passwd}app:x:501:20::/home/app:/bin/bash\n`);
    expect(changed?.group).toBe('apps:x:200:\napp:x:20:\n');
  });
});
