import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorld } from '../../../../src/adapters/world.ts';
import { settleIn } from '../../../../src/app/up/settle-in.ts';
import { claimInstance } from '../../../../src/generate/instance.ts';
import type { Files } from '../../../../src/ports/files.ts';
import type { World } from '../../../../src/ports/world.ts';

/** As an older version left it, by path below `.dev`. */
const OLD: Readonly<Record<string, string>> = {
  'secrets/db-password': 'of the data',
  'secrets/cache-password': 'of the cache',
  'certs/ca.key': 'key',
  'certs/ca.crt': 'certificate',
  'state/ports.json': '{}',
  'state/tools/history/bash': 'ls\n',
  'logs/session.ndjson': '{}\n',
  'logs/checks/api-test.log': 'log\n',
};
const WRITTEN_MS = 1_700_000_000_123;

class Killed extends Error {}
const CHANGES: readonly (keyof Files)[] = [
  ...(['writeAtomic', 'makeDirectory', 'remove', 'rename', 'setMode'] as const),
];

/** The same files, of a process that is killed before its change number `left`. */
function mortal(files: Files, kill: { left: number }): Files {
  return new Proxy(files, {
    get(target, name: keyof Files) {
      if (name === 'confined') return (root: string) => mortal(target.confined(root), kill);
      const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (!CHANGES.includes(name)) return member.bind(target);
      return (...args: unknown[]) => {
        kill.left -= 1;
        if (kill.left === 0) throw new Killed();
        return member.apply(target, args);
      };
    },
  });
}

/** The process is killed here, not the machine: nothing has to wait for the disk. */
function unflushed(files: Files): Files {
  return {
    ...files,
    writeAtomic: (path, contents, options) =>
      files.writeAtomic(path, contents, { ...options, flush: false }),
    confined: (root) => unflushed(files.confined(root)),
  };
}

function oldProject() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-old-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'shop');
  for (const [path, text] of Object.entries(OLD)) {
    const file = join(root, '.dev', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const seconds = (WRITTEN_MS + 0.5) / 1000;
    utimesSync(file, seconds, seconds);
  }
  writeFileSync(join(root, 'dev.yaml'), 'name: shop\n');
  const person = join(folder, 'state/onestack');
  mkdirSync(person, { recursive: true, mode: 0o700 });
  const claims = { [root]: { project: 'shop', instance: 'shop' } };
  writeFileSync(join(person, 'instances.json'), JSON.stringify(claims), { mode: 0o600 });

  const real = createWorld('/tool', 'test');
  const host = { ...real.host, environment: { XDG_STATE_HOME: join(folder, 'state') } };
  const notes: string[] = [];
  /** What `dev up` does of it, with these files. */
  async function settle(files: Files) {
    const world = { ...real, host, files } as World;
    const report = (event: object): void => void notes.push(JSON.stringify(event));
    const claimed = await claimInstance(root, 'shop', { ...world, report });
    if (!claimed.ok) throw new Error(claimed.failure.what);
    const { signal } = new AbortController();
    const settled = await settleIn(claimed.value.places, world, { report, signal });
    if (!settled.ok) throw new Error(`${settled.failure.what}: ${settled.failure.why ?? ''}`);
    return claimed.value;
  }
  return { dev: join(root, '.dev'), settle, files: unflushed(real.files), notes };
}

type Old = ReturnType<typeof oldProject>;

async function expectMoved({ dev, settle, files }: Old): Promise<void> {
  const { name, places } = await settle(files);
  expect(name).toBe('shop');
  for (const [path, text] of Object.entries(OLD)) {
    const to = path.replace('state/tools/history', 'tools/history');
    expect(readFileSync(join(places.state, to), 'utf8'), path).toBe(text);
  }
  const password = join(places.secrets, 'db-password');
  expect(statSync(password).mode & 0o777).toBe(0o600);
  // By this a container is told to have the credential that is there.
  expect(Math.floor(statSync(password).mtimeMs)).toBe(WRITTEN_MS);
  expect(statSync(join(dev, 'secrets')).isFile()).toBe(true);
  expect(readdirSync(join(dev, 'certs')).filter((name) => name.endsWith('.key'))).toEqual([]);
  for (const name of ['state', 'logs', 'moved-secrets']) {
    expect(existsSync(join(dev, name)), name).toBe(false);
  }
}

describe('what an older version kept in .dev', () => {
  it('is moved over, told once, and written when it was written', async () => {
    const old = oldProject();
    await expectMoved(old);
    const told = (): number => old.notes.filter((note) => note.includes('moved keys')).length;
    expect(told()).toBe(1);
    await expectMoved(old);
    expect(told()).toBe(1);
  });

  it('survives a kill at every step', async () => {
    let steps = 0;
    for (let step = 1; ; step += 1) {
      const old = oldProject();
      const kill = { left: step };
      try {
        await old.settle(mortal(old.files, kill));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        steps += 1;
      }
      if (kill.left > 0) break;
      await expectMoved(old);
    }
    expect(steps).toBeGreaterThan(15);
  });

  it('is not mixed with what that version made between a kill and the next dev up', async () => {
    const old = oldProject();
    // Killed when the credentials had been put aside, and nothing stood in their place.
    const renames = new Proxy(old.files, {
      get(target, name: keyof Files) {
        if (name !== 'confined') return (target[name] as () => unknown).bind(target);
        return (root: string) => {
          const own = target.confined(root);
          return {
            ...own,
            rename: (...paths: [string, string]) => {
              const moved = own.rename(...paths);
              if (moved.ok) throw new Killed();
              return moved;
            },
          };
        };
      },
    });
    await expect(old.settle(renames)).rejects.toBeInstanceOf(Killed);
    mkdirSync(join(old.dev, 'secrets'));
    writeFileSync(join(old.dev, 'secrets/db-password'), 'opens nothing');
    await expectMoved(old);
    const aside = readdirSync(old.dev).filter((name) => name.startsWith('not-used-secrets'));
    expect(aside).toHaveLength(1);
  });
});
