import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import {
  claimInstance,
  expectedInstance,
  freeInstanceName,
  instanceFile,
  knownInstance,
  releaseInstance,
  type InstanceDeps,
} from '../../../src/generate/instance.ts';
import { ok } from '../../../src/util/result.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const REGISTRY = '/home/ann/.local/state/onestack/instances.json';

function world(folders: readonly string[]): InstanceDeps & { files: MemoryFiles; said: string[] } {
  const files = new MemoryFiles(Object.fromEntries(folders.map((one) => [`${one}/dev.yaml`, ''])));
  const said: string[] = [];
  return {
    files,
    said,
    host: { home: '/home/ann', environment: {} },
    locks: { acquire: () => Promise.resolve(ok({ release: () => Promise.resolve() })) },
    clock: { now: () => 7, sleep: () => Promise.resolve() },
    report: (event: ProgressEvent) => {
      if (event.kind === 'note') said.push(event.text);
    },
  };
}

describe('the name of a folder on this machine', () => {
  it("is the project's own for the first, and another for a second clone", async () => {
    const deps = world(['/a/shop', '/b/shop', '/c/shop-feature', '/d/Other Clone']);
    expect(await claimInstance('/a/shop', 'shop', deps)).toEqual(ok('shop'));
    expect(await claimInstance('/b/shop', 'shop', deps)).toEqual(ok('shop-2'));
    expect(await claimInstance('/c/shop-feature', 'shop', deps)).toEqual(ok('shop-feature'));
    expect(await claimInstance('/d/Other Clone', 'shop', deps)).toEqual(ok('shop-other-clone'));
    expect(await claimInstance('/a/shop', 'shop', deps)).toEqual(ok('shop'));
  });

  it('is free again when its folder is gone, or gave it back', async () => {
    const deps = world(['/a/shop', '/b/shop', '/c/shop']);
    await claimInstance('/a/shop', 'shop', deps);
    deps.files.remove('/a/shop');
    expect(await claimInstance('/b/shop', 'shop', deps)).toEqual(ok('shop'));
    await releaseInstance('/b/shop', deps);
    expect(knownInstance('/b/shop', deps)).toEqual(ok(undefined));
    expect(await claimInstance('/c/shop', 'shop', deps)).toEqual(ok('shop'));
  });

  it('stays when the project gets another name, because the data is called so', async () => {
    const deps = world(['/a/shop']);
    await claimInstance('/a/shop', 'shop', deps);
    expect(expectedInstance('/a/shop', 'store', deps)).toEqual(ok('shop'));
    expect(await claimInstance('/a/shop', 'store', deps)).toEqual(ok('shop'));
    expect(await claimInstance('/a/shop', 'store', deps)).toEqual(ok('shop'));
    expect(deps.said).toEqual([expect.stringContaining('goes on as shop')]);
  });

  it('moves along with its folder, and is not copied with it', async () => {
    const deps = world(['/a/shop', '/b/shop', '/c/moved', '/d/copy']);
    await claimInstance('/a/shop', 'shop', deps);
    await claimInstance('/b/shop', 'shop', deps);
    deps.files.put(instanceFile('/d/copy'), 'shop-2\n');
    expect(knownInstance('/d/copy', deps)).toEqual(ok(undefined));
    deps.files.remove('/b/shop');
    deps.files.put(instanceFile('/c/moved'), 'shop-2\n');
    expect(knownInstance('/c/moved', deps)).toEqual(ok('shop-2'));
    expect(await claimInstance('/c/moved', 'shop', deps)).toEqual(ok('shop-2'));
    deps.files.put(instanceFile('/d/copy'), '../../etc\n');
    expect(await claimInstance('/d/copy', 'shop', deps)).toEqual(ok('shop-copy'));
  });

  it('survives a damaged registry, which is kept aside', async () => {
    const deps = world(['/a/shop']);
    deps.files.put(REGISTRY, '{"/a/sh');
    expect(await claimInstance('/a/shop', 'shop', deps)).toEqual(ok('shop'));
    expect(deps.said).toEqual([`${REGISTRY} was damaged; it is kept as ${REGISTRY}.broken-7`]);
  });

  it('leaves a registry that cannot be read where it is, and says so', async () => {
    const deps = world(['/a/shop']);
    await claimInstance('/a/shop', 'shop', deps);
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
    await claimInstance('/a/shop', 'shop', deps);
    expect(expectedInstance('/b/shop', 'shop', deps)).toEqual(ok('shop-2'));
    expect(knownInstance('/b/shop', deps)).toEqual(ok(undefined));
  });

  it('never gives a name twice', () => {
    const taken = new Set(['shop', 'shop-x', 'shop-2']);
    expect(freeInstanceName('shop', '/home/x', taken)).toBe('shop-3');
  });
});
