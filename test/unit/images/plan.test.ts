import { describe, expect, it } from 'vitest';
import { loadHierarchy, type Hierarchy } from '../../../src/images/hierarchy.ts';
import { buildCause, planBuilds, withBases } from '../../../src/images/plan.ts';
import { seedOf } from '../../../src/images/seeds.ts';
import type { ImageSummary } from '../../../src/ports/engine-resources.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function hierarchyOf(images: Readonly<Record<string, string>>): Hierarchy {
  const files = new MemoryFiles(
    Object.fromEntries(
      Object.entries(images).map(([name, text]) => [`/t/base-images/${name}/Dockerfile`, text]),
    ),
  );
  const hierarchy = loadHierarchy({ files, projectRoot: '/p', toolDirectory: '/t' });
  if (!hierarchy.ok) throw new Error(JSON.stringify(hierarchy.failure));
  return hierarchy.value;
}

const BASE = {
  os: 'FROM debian\n',
  node: 'FROM onestack/os\n',
  go: 'FROM onestack/os\n',
  redis: 'FROM onestack/os\n',
};

/** Images as the engine would list them after a build. */
function built(hierarchy: Hierarchy, createdAtMs = 1): readonly ImageSummary[] {
  return [...hierarchy.values()].map(({ name, reference, fingerprint }) => ({
    id: `sha256:${name}`,
    tags: [reference],
    digests: [],
    labels: {
      'dev.onestack.kind': 'base-image',
      'dev.onestack.image': name,
      'dev.onestack.fingerprint': fingerprint.value,
      'dev.onestack.inputs': fingerprint.inputs,
    },
    sizeBytes: 1,
    createdAtMs,
  }));
}

function plan(
  needed: readonly string[],
  hierarchy: Hierarchy,
  present: readonly ImageSummary[],
): readonly string[] {
  return planBuilds(needed, hierarchy, present).map(
    ({ image, cause, after }) =>
      `${image.name}: ${cause}${after.map((one) => `, after ${one}`).join('')}`,
  );
}

describe('what new caches begin with', () => {
  const hierarchy = hierarchyOf({
    ...BASE,
    'go-seed': 'FROM onestack/go\n',
    grpc: 'FROM onestack/go\n',
    'node-seedling': 'FROM onestack/node\n',
  });

  it.each([
    ['go', 'go-seed'],
    ['grpc', 'go-seed'],
    ['node', undefined],
    ['os', undefined],
    ['postgres:17', undefined],
  ])('is the seed of the image or of what it is built on: %s', (image, seed) => {
    expect(seedOf(image, hierarchy)?.name).toBe(seed);
  });
});

describe('planBuilds', () => {
  it('builds what is needed and its bases, and nothing else', () => {
    expect(plan(['node', 'go'], hierarchyOf(BASE), [])).toEqual([
      'os: not built yet',
      'go: not built yet, after os',
      'node: not built yet, after os',
    ]);
  });

  it('builds nothing when everything is there', () => {
    const hierarchy = hierarchyOf(BASE);
    expect(plan(['node', 'go'], hierarchy, built(hierarchy))).toEqual([]);
  });

  it('does not bring back a base that no build needs', () => {
    const hierarchy = hierarchyOf(BASE);
    const present = built(hierarchy).filter(({ labels }) => labels['dev.onestack.image'] !== 'os');
    expect(plan(['node'], hierarchy, present)).toEqual([]);
  });

  it('tells what changed since the newest older version', () => {
    const before = hierarchyOf(BASE);
    const older = hierarchyOf({ ...BASE, node: 'FROM onestack/os\nRUN older\n' });
    const after = hierarchyOf({ ...BASE, os: 'FROM debian\nRUN new\n' });
    expect(plan(['node'], after, [...built(older, 1), ...built(before, 2)])).toEqual([
      'os: Dockerfile changed',
      'node: os changed, after os',
    ]);
  });

  it('names every input that changed', () => {
    const after = hierarchyOf({ ...BASE, go: 'FROM onestack/node\nRUN new\n' });
    expect(plan(['go'], after, built(hierarchyOf(BASE)))).toEqual([
      'go: Dockerfile, node, os changed',
    ]);
  });

  it('is not told by another project’s image of the same name', () => {
    const [image] = hierarchyOf(BASE).values();
    if (image === undefined) throw new Error('no image');
    const own = (inputs: string) => ({
      ...image,
      fingerprint: { ...image.fingerprint, inputs },
    });
    const labels = {
      'dev.onestack.kind': 'base-image',
      'dev.onestack.image': image.name,
      'dev.onestack.inputs': 'Dockerfile=1 context=1 build=1 os=1',
    };
    const present = [{ id: 'a', tags: [], digests: [], createdAtMs: 1, sizeBytes: 1, labels }];
    const cause = (inputs: string): string => buildCause(own(inputs), present);
    expect(cause('Dockerfile=2 context=2 build=2 os=1')).toBe('not built yet');
    expect(cause('Dockerfile=2 context=2 build=1 os=1')).toBe('Dockerfile, context changed');
  });

  it('passes over names that the hierarchy lacks', () => {
    expect(plan(['nothing'], hierarchyOf(BASE), [])).toEqual([]);
  });
});

describe('withBases', () => {
  it('adds what images are built from, in build order', () => {
    const names = withBases(['redis', 'node'], hierarchyOf(BASE)).map(({ name }) => name);
    expect(names).toEqual(['os', 'node', 'redis']);
  });
});

describe('an image of the project whose base was pulled or built anew', () => {
  const files = new MemoryFiles({
    '/t/base-images/os/Dockerfile': 'FROM debian\n',
    '/p/base-images/mine/Dockerfile': 'FROM python:3\nCOPY --from=onestack/os /a /a\n',
    '/p/base-images/child/Dockerfile': 'FROM onestack/mine\n',
  });
  const loaded = loadHierarchy({ files, projectRoot: '/p', toolDirectory: '/t' });
  const hierarchy = loaded.ok ? loaded.value : new Map<string, never>();
  const foreign = (tag: string, id: string): ImageSummary => ({
    ...{ id, tags: [tag], digests: [], labels: {}, sizeBytes: 1, createdAtMs: 1 },
  });
  const os = hierarchy.get('os')?.reference ?? '';
  const mine = hierarchy.get('mine')?.reference ?? '';
  const python = foreign('python:3', 'sha256:old');
  const labelled = (of: readonly ImageSummary[]): readonly ImageSummary[] =>
    of.map((image) => {
      const name = image.labels['dev.onestack.image'];
      const bases = name === 'mine' ? `python:3=sha256:old ${os}=sha256:os` : `${mine}=sha256:mine`;
      return name === 'os'
        ? image
        : { ...image, labels: { ...image.labels, 'dev.onestack.bases': bases } };
    });
  const present = labelled(built(hierarchy));

  it('is built anew, and so is what is built upon it', () => {
    expect(plan(['child'], hierarchy, [...present, python])).toEqual([]);
    expect(plan(['child'], hierarchy, [...present, foreign('python:3', 'sha256:new')])).toEqual([
      'mine: python:3 is another image now',
      'child: mine is another image now, after mine',
    ]);
    // Also where only the first of them was built the last time.
    const half = present.map((one) =>
      one.id === 'sha256:mine' ? { ...one, id: 'sha256:m2' } : one,
    );
    expect(plan(['child'], hierarchy, [...half, python])).toEqual([
      `child: ${mine} is another image now`,
    ]);
    const fresh = present.map((one) =>
      one.id === 'sha256:os' ? { ...one, id: 'sha256:o2' } : one,
    );
    expect(plan(['mine'], hierarchy, [...fresh, python])).toEqual([
      `mine: ${os} is another image now`,
    ]);
  });

  it('stays where nobody knows: the base is gone, or an older version built it', () => {
    expect(plan(['child'], hierarchy, present)).toEqual([]);
    expect(plan(['child'], hierarchy, [...built(hierarchy), python])).toEqual([]);
  });
});
