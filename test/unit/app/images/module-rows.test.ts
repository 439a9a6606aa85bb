import { describe, expect, it } from 'vitest';
import { moduleImageRows } from '../../../../src/app/images/module-rows.ts';
import type { ImageSummary } from '../../../../src/ports/engine-resources.ts';
import { imagesText } from '../../../../src/views/images-text.ts';

const BASES = [
  { name: 'base', reference: 'onestack/base:b2' },
  { name: 'node', reference: 'onestack/node:n2' },
];

function anImage(
  module: string,
  tag: string,
  day: number,
  base = 'onestack/node:n1',
): ImageSummary {
  return {
    ...{ id: tag, tags: [`shop/${module}:${tag}`], digests: [], sizeBytes: 120_000_000 },
    labels: {
      'dev.onestack.module': module,
      'org.opencontainers.image.base.name': base,
      'org.opencontainers.image.version': `1.0.0+${tag}`,
      'org.opencontainers.image.created': `2026-01-0${String(day)}T00:00:00Z`,
    },
    createdAtMs: 0,
  };
}

describe('production images in the hierarchy', () => {
  const images = [
    ...[anImage('web', 'w1', 1), anImage('api', 'a1', 1), anImage('api', 'a3', 3)],
    ...[anImage('api', 'a2', 2), anImage('old', 'o1', 1, 'onestack/gone:g1')],
  ];

  it('are the latest of each module, below what they were baked on', () => {
    const rows = moduleImageRows(images, BASES);
    expect(rows.map(({ reference, parent }) => [reference, parent])).toEqual([
      ['shop/api:a3', 'node'],
      ['shop/old:o1', undefined],
      ['shop/web:w1', 'node'],
    ]);
  });

  it('leave out what has lost its tags or is no module', () => {
    const [image] = images;
    if (image === undefined) throw new Error('no image');
    expect(
      moduleImageRows(
        [
          { ...image, tags: [] },
          { ...image, labels: {} },
        ],
        BASES,
      ),
    ).toEqual([]);
  });

  it('stand under their base in the tree, and where it is gone at the end', () => {
    const base = { origin: 'tool' as const, built: true, cause: undefined, sizeBytes: 80_000_000 };
    const text = imagesText(
      [
        { ...base, name: 'base', parent: undefined, services: [] },
        { ...base, name: 'node', parent: 'base', services: ['api'] },
      ],
      moduleImageRows(images, BASES),
      false,
    );
    expect(text).toMatchInlineSnapshot(`
      "✓ base               built     80.0 MB
      ✓ └─ node            built     80.0 MB              api
      ✓    ├─ shop/api:a3  1.0.0+a3  120 MB   production
      ✓    └─ shop/web:w1  1.0.0+w1  120 MB   production
      ✓ shop/old:o1        1.0.0+o1  120 MB   production
      "
    `);
  });
});
