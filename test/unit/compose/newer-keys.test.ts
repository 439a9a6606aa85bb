import { describe, expect, it } from 'vitest';
import { mergeCompose } from '../../../src/compose/load/merge.ts';
import { emitCompose } from '../../../src/compose/write/emit.ts';

const merged = (text: string) =>
  mergeCompose({
    layers: [{ kind: 'file', path: '/p/compose.yaml', display: 'compose.yaml', text }],
    projectDirectory: '/p',
    projectName: 'shop',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: () => ({ ok: true, value: undefined }),
    display: (path) => path,
  });

describe('keys of newer versions of Compose that are not carried out', () => {
  it.each([
    ['models: { m: { model: ai/x } }\nservices: { a: { image: x } }', 'models', 1],
    ['services:\n  a:\n    image: x\n    models: [m]', 'services.a.models', 4],
    ['services:\n  a: { image: x, provider: { type: cloud } }', 'services.a.provider', 2],
    ['services:\n  a:\n    image: x\n    use_api_socket: true', 'services.a.use_api_socket', 4],
    ['services: { a: { build: { context: ., sbom: true } } }', 'services.a.build.sbom', 1],
    [
      'services: { a: { image: x, networks: { default: { interface_name: e } } } }',
      'services.a.networks.default.interface_name',
      1,
    ],
  ])('are called that, with their place: %j', (text, key, line) => {
    const result = merged(text);
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.failure.map(({ what, at }) => [what, at?.line])).toContainEqual([
      `${key} is not carried out`,
      line,
    ]);
  });
});

describe('a dependency that need not be there', () => {
  const TEXT = `
services:
  web: { image: x, depends_on: { gone: { condition: service_started, required: false } } }
  api:
    image: x
    depends_on:
      gone: { condition: service_healthy, required: false }
      db: { condition: service_started, required: false }
  db: { image: x }
  gone: { image: x, profiles: [extra], depends_on: [db] }
`;

  it('is left out with its service where the profile is off, and stays where it is kept', () => {
    const result = merged(TEXT);
    if (!result.ok) throw new Error(JSON.stringify(result.failure));
    const location = { directory: '/p/.dev', projectDirectory: '/p', shownRoot: '/p' };
    const text = (profiles: 'keep' | 'resolve') =>
      emitCompose(result.value, { ...location, comments: false, profiles });
    expect(text('resolve')).not.toContain('gone');
    expect(text('resolve').match(/depends_on/g)).toHaveLength(1);
    expect(text('resolve')).toMatch(/depends_on:\n\s+db:/);
    expect(text('keep').match(/gone:/g)).toHaveLength(3);
  });
});
