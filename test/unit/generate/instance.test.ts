import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import type { InstanceDeps } from '../../../src/generate/claims.ts';
import {
  claimInstance,
  expectedInstance,
  freeInstanceName,
  knownInstance,
  releaseInstance,
  type Instance,
} from '../../../src/generate/instance.ts';
import { ok } from '../../../src/util/result.ts';
import { MEMORY_UID, MemoryFiles } from '../../support/memory-files.ts';

const BASE = '/home/ann/.local/state/onestack';
const REGISTRY = `${BASE}/instances.json`;

type TestDeps = InstanceDeps & { files: MemoryFiles; said: string[] };

function world(
  folders: readonly string[],
  environment: InstanceDeps['host']['environment'] = {},
): TestDeps {
  const files = new MemoryFiles(Object.fromEntries(folders.map((one) => [`${one}/dev.yaml`, ''])));
  const said: string[] = [];
  return {
    files,
    said,
    host: { home: '/home/ann', environment, uid: MEMORY_UID },
    locks: {
      acquire: () => Promise.resolve(ok({ release: () => Promise.resolve() })),
      isHeld: () => Promise.resolve(false),
    },
    clock: { now: () => 7, steady: () => 7, sleep: () => Promise.resolve() },
    report: (event: ProgressEvent) => {
      if (event.kind === 'note') said.push(event.text);
    },
  };
}

async function claim(root: string, project: string, deps: InstanceDeps): Promise<Instance> {
  const claimed = await claimInstance(root, project, deps);
  if (!claimed.ok) throw new Error(JSON.stringify(claimed.failure));
  return claimed.value;
}

const claimName = async (...request: Parameters<typeof claim>): Promise<string> =>
  (await claim(...request)).name;

function known(root: string, deps: InstanceDeps): Instance | undefined {
  const found = knownInstance(root, deps);
  if (!found.ok) throw new Error(found.failure.what);
  return found.value;
}

function expected(root: string, project: string, deps: InstanceDeps): string {
  const found = expectedInstance(root, project, deps);
  if (!found.ok) throw new Error(found.failure.what);
  return found.value.name;
}

/** What `dev up` writes into the folder when it has been up. */
function hasBeenUp({ places }: Instance, { files }: TestDeps): void {
  files.put(places.idFile, `${places.state.split('/').at(-1) ?? ''}\n`);
}

/** The folder with all that is in it at another place. */
function move(from: string, to: string, { files }: TestDeps): void {
  files.rename(from, to);
}

describe('the name of a folder on this machine', () => {
  it("is the project's own for the first, and another for a second clone", async () => {
    const deps = world(['/a/shop', '/b/shop', '/c/shop-feature', '/d/Other Clone']);
    expect(await claimName('/a/shop', 'shop', deps)).toBe('shop');
    expect(await claimName('/b/shop', 'shop', deps)).toBe('shop-2');
    expect(await claimName('/c/shop-feature', 'shop', deps)).toBe('shop-feature');
    expect(await claimName('/d/Other Clone', 'shop', deps)).toBe('shop-other-clone');
    expect(await claimName('/a/shop', 'shop', deps)).toBe('shop');
  });

  it('is free again when its folder is gone, or gave it back', async () => {
    const deps = world(['/a/shop', '/b/shop', '/c/shop']);
    await claim('/a/shop', 'shop', deps);
    deps.files.remove('/a/shop');
    expect(await claimName('/b/shop', 'shop', deps)).toBe('shop');
    await releaseInstance('/b/shop', deps);
    expect(known('/b/shop', deps)).toBeUndefined();
    expect(await claimName('/c/shop', 'shop', deps)).toBe('shop');
  });

  it('stays when the project gets another name, because the data is called so', async () => {
    const deps = world(['/a/shop']);
    await claim('/a/shop', 'shop', deps);
    expect(expected('/a/shop', 'store', deps)).toBe('shop');
    expect(await claimName('/a/shop', 'store', deps)).toBe('shop');
    expect(await claimName('/a/shop', 'store', deps)).toBe('shop');
    expect(deps.said).toEqual([expect.stringContaining('goes on as shop')]);
  });

  it('moves along with its folder, and is not copied with it', async () => {
    const deps = world(['/a/shop', '/b/shop', '/d/copy']);
    await claim('/a/shop', 'shop', deps);
    const second = await claim('/b/shop', 'shop', deps);
    hasBeenUp(second, deps);
    deps.files.put('/d/copy/.dev/instance', deps.files.text('/b/shop/.dev/instance'));
    expect(known('/d/copy', deps)).toBeUndefined();
    move('/b/shop', '/c/moved', deps);
    expect(known('/c/moved', deps)?.name).toBe('shop-2');
    const moved = await claim('/c/moved', 'shop', deps);
    expect(moved.name).toBe('shop-2');
    expect(moved.places.state).toBe(second.places.state);
    // The first of two that brings it along has it.
    const copied = await claim('/d/copy', 'shop', deps);
    expect(copied.name).toBe('shop-copy');
    expect(copied.places.state).not.toBe(second.places.state);
  });

  it('is no name that a repository brings along by itself', async () => {
    const deps = world(['/a/shop', '/e/evil']);
    const shop = await claim('/a/shop', 'shop', deps);
    hasBeenUp(shop, deps);
    deps.files.remove('/a/shop');
    deps.files.put('/e/evil/.dev/state/instance', 'shop\n');
    deps.files.put('/e/evil/.dev/instance', '../../etc\n');
    const evil = await claim('/e/evil', 'evil', deps);
    expect(evil.name).toBe('evil');
    expect(evil.places.state).not.toBe(shop.places.state);
  });

  it('gives the name of a folder that is gone to another, its keys and credentials not', async () => {
    const deps = world(['/a/shop', '/b/shop']);
    const first = await claim('/a/shop', 'shop', deps);
    deps.files.remove('/a/shop');
    const second = await claim('/b/shop', 'shop', deps);
    expect(second.name).toBe('shop');
    expect(second.places.secrets).not.toBe(first.places.secrets);
  });

  it('finds its folder when an older version has written the registry, and .dev is deleted', async () => {
    const deps = world(['/a/shop']);
    const { places } = await claim('/a/shop', 'shop', deps);
    deps.files.put(REGISTRY, '{"/a/shop":{"project":"shop","instance":"shop"}}');
    expect(known('/a/shop', deps)?.places.state).toBe(places.state);
    expect((await claim('/a/shop', 'shop', deps)).places.state).toBe(places.state);
  });

  it('takes over what an older version kept in the folder, also when that was moved', async () => {
    const deps = world(['/a/shop', '/c/moved']);
    deps.files.put(
      REGISTRY,
      '{"/a/shop":{"project":"shop","instance":"shop"},"/b/gone":{"project":"shop","instance":"shop-2"}}',
    );
    deps.files.put('/c/moved/.dev/state/instance', 'shop-2\n');
    for (const [root, name] of [
      ['/a/shop', 'shop'],
      ['/c/moved', 'shop-2'],
    ] as const) {
      const instance = await claim(root, 'shop', deps);
      expect(instance.name).toBe(name);
      const record = deps.files.text(`${instance.places.state}/instance.json`);
      expect(JSON.parse(record)).toEqual({ root, instance: name, takesOver: true });
      // Until that is done.
      await claim(root, 'shop', deps);
      expect(deps.files.text(`${instance.places.state}/instance.json`)).toBe(record);
    }
  });

  it('has its sockets in the run-time folder where that is private, else in its own', async () => {
    const own = await claim('/a/shop', 'shop', world(['/a/shop']));
    expect(own.places.sockets).toBe(`${own.places.state}/run`);

    const environment = { XDG_RUNTIME_DIR: '/run/mine' };
    const deps = world(['/a/shop'], environment);
    deps.files.makeDirectory('/run/mine', { mode: 0o700 });
    const id = (instance: Instance): string => instance.places.state.split('/').at(-1) ?? '';
    const first = await claim('/a/shop', 'shop', deps);
    expect(first.places.sockets).toBe(`/run/mine/onestack/${id(first)}`);
    // A shell without the variable finds the same ones.
    const other = { ...deps, host: { ...deps.host, environment: {} } };
    expect(known('/a/shop', other)?.places.sockets).toBe(first.places.sockets);

    for (const spoil of [
      () => deps.files.setMode('/run/mine', 0o755),
      () => deps.files.giveTo('/run/mine', MEMORY_UID + 1),
    ]) {
      deps.files.setMode('/run/mine', 0o700);
      spoil();
      const again = await claim('/a/shop', 'shop', deps);
      expect(again.places.sockets).toBe(`${again.places.state}/run`);
    }
  });

  it.each([
    ['belongs to somebody else', (files: MemoryFiles) => files.giveTo(BASE, MEMORY_UID + 1)],
    [
      'but a link or a file',
      (files: MemoryFiles) => {
        files.remove(BASE);
        files.makeDirectory('/elsewhere');
        files.link(BASE, '/elsewhere');
      },
    ],
  ])('refuses a state folder that %s', async (why, spoil) => {
    const deps = world(['/a/shop']);
    deps.files.makeDirectory(BASE, { mode: 0o700 });
    spoil(deps.files);
    const claimed = await claimInstance('/a/shop', 'shop', deps);
    expect(claimed).toMatchObject({
      ok: false,
      failure: { why: expect.stringContaining(why) as string },
    });
  });

  it('closes a state folder that others may enter, and says where none can be made', async () => {
    const deps = world(['/a/shop']);
    deps.files.makeDirectory(BASE, { mode: 0o755 });
    await claim('/a/shop', 'shop', deps);
    expect(deps.files.mode(BASE)).toBe(0o700);

    const closed = world(['/a/shop']);
    closed.files.fault('/home/ann', 'write', 'EACCES');
    expect(await claimInstance('/a/shop', 'shop', closed)).toMatchObject({
      ok: false,
      failure: { reason: 'files', cure: expect.stringContaining('XDG_STATE_HOME') as string },
    });
  });

  it('survives a damaged registry, which is kept aside', async () => {
    const deps = world(['/a/shop']);
    deps.files.put(REGISTRY, '{"/a/sh');
    expect(await claimName('/a/shop', 'shop', deps)).toBe('shop');
    expect(deps.said).toEqual([`${REGISTRY} was damaged; it is kept as ${REGISTRY}.broken-7`]);
  });

  it('leaves a registry that cannot be read where it is, and says so', async () => {
    const deps = world(['/a/shop']);
    await claim('/a/shop', 'shop', deps);
    deps.files.fault(REGISTRY, 'read', 'EACCES');
    expect(knownInstance('/a/shop', deps)).toMatchObject({
      ok: false,
      failure: { reason: 'files' },
    });
    expect(deps.files.paths()).toContain(REGISTRY);
    expect(deps.said).toEqual([]);
  });

  it('can be asked for without being claimed', async () => {
    const deps = world(['/a/shop', '/b/shop']);
    await claim('/a/shop', 'shop', deps);
    expect(expected('/b/shop', 'shop', deps)).toBe('shop-2');
    expect(known('/b/shop', deps)).toBeUndefined();
  });

  it('never gives a name twice', () => {
    const taken = new Set(['shop', 'shop-x', 'shop-2']);
    expect(freeInstanceName('shop', '/home/x', taken)).toBe('shop-3');
  });

  it('is none that a context of another folder runs by, nor the other way round', () => {
    expect(freeInstanceName('shop-prod', '/home/x', new Set(['shop']))).toBe('shop-prod-x');
    expect(freeInstanceName('shop', '/home/x', new Set(['shop-ci']))).toBe('shop-x');
  });
});
