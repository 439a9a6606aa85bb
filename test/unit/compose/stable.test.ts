import { describe, expect, it } from 'vitest';
import { emitCompose } from '../../../src/compose/write/emit.ts';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';

const BASE = `
services:
  web:
    image: web
    environment: { B: 2, A: 1 }
    depends_on: [db]
    ports: ['8080:80']
  db: { image: db, volumes: ['data:/data'] }
volumes: { data: {} }
`;
const DEV = `
services:
  web:
    environment: [C=3, A=9]
    ports: ['8081:81']
`;

function emitted(): string {
  const layer = (name: string, text: string) =>
    ({ kind: 'file', path: `/p/${name}`, display: name, text }) as const;
  const merged = mergeCompose({
    layers: [layer('base.yaml', BASE), layer('dev.yaml', DEV)],
    projectDirectory: '/p',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  const options = { directory: '/p/.dev', shownRoot: '/p', comments: true } as const;
  return emitCompose(merged.value, { ...options, profiles: 'resolve' });
}

describe('the merged file', () => {
  it('is the same to the byte for the same input, services in dependency order', () => {
    const text = emitted();
    expect(emitted()).toBe(text);
    expect(text.indexOf('\n  db:')).toBeLessThan(text.indexOf('\n  web:'));
    expect(text).toContain('dev.yaml:5');
  });
});
