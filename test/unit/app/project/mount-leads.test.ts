import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostFiles } from '../../../../src/adapters/files.ts';
import { leadsAsBefore, mountLeads } from '../../../../src/app/project/mount-leads.ts';

function project() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-leads-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string): string => join(root, name);
  for (const name of ['data', 'volume', 'deep/er']) mkdirSync(at(name), { recursive: true });
  for (const name of ['conf', 'secret', 'config']) writeFileSync(at(name), name);
  const document = {
    services: {
      app: {
        volumes: [
          ...['data', 'conf', 'deep/er'].map((name) => ({ type: 'bind', source: at(name) })),
          { type: 'volume', source: 'v' },
        ],
        secrets: [{ source: 's' }],
        configs: ['c'],
      },
      other: { volumes: [{ type: 'volume', source: 'plain' }] },
    },
    volumes: { v: { driver_opts: { type: 'none', o: 'bind', device: at('volume') } }, plain: {} },
    secrets: { s: { file: at('secret') } },
    configs: { c: { file: at('config') } },
  };
  const leads = mountLeads(document, root, hostFiles);
  return { at, look: (name: string) => leadsAsBefore(name, { document, leads, root }, hostFiles) };
}

it('finds every kind of mount swapped for a link, and for a link further up', () => {
  for (const name of ['data', 'conf', 'volume', 'secret', 'config', 'deep', 'deep/er']) {
    const { at, look } = project();
    expect(look('app').ok).toBe(true);
    renameSync(at(name), at('away'));
    symlinkSync('/etc', at(name));
    const looked = look('app');
    expect(looked.ok ? '' : looked.failure.what).toContain(`app must not run: what it mounts`);
    expect(looked.ok ? '' : looked.failure.why).toContain('leads to /etc');
    expect(look('other').ok).toBe(true);
  }
});

it('does not mind what is only edited, replaced by its kind, or gone', () => {
  const { at, look } = project();
  writeFileSync(at('conf'), 'another text');
  rmSync(at('data'), { recursive: true });
  mkdirSync(at('data'));
  rmSync(at('volume'), { recursive: true });
  expect(look('app').ok).toBe(true);
});

it('finds a link to what is not there yet', () => {
  const { at, look } = project();
  rmSync(at('data'), { recursive: true });
  symlinkSync('/nowhere/yet', at('data'));
  expect(look('app').ok).toBe(false);
});
