import { describe, expect, it } from 'vitest';
import { mergeCompose } from '../../src/compose/load/merge.ts';
import { failures, project } from '../support/definition-text.ts';
import { ok } from '../../src/util/result.ts';

const DEEP: readonly (readonly [string, string])[] = [
  ['brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['brackets that nobody closes', '['.repeat(100_000)],
  ['braces', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['JSON', `${'{"a":['.repeat(300)}1${']}'.repeat(300)}`],
  ['dashes', `\n  ${'- '.repeat(20_000)}x`],
];

/** What is said of a Compose file; nothing of a right one. */
function composeFailure(text: string): string {
  const merged = mergeCompose({
    layers: [{ kind: 'file', path: '/p/a.yaml', display: 'a.yaml', text }],
    projectDirectory: '/p',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
    display: (path) => path,
  });
  return merged.ok ? '' : (merged.failure[0]?.what ?? '');
}

describe('a file nested deeper than anything that people write', () => {
  it.each(DEEP)('is refused in dev.yaml: %s', (_name, value) => {
    const [first] = failures(`name: deep\nx-odd: ${value}\n`);
    expect(first).toMatchObject({ reason: 'definition', at: { file: 'dev.yaml' } });
  });

  it.each(DEEP)('is refused in a Compose file: %s', (_name, value) => {
    const text = `services: { web: { image: a } }\nx-odd: ${value}\n`;
    expect(composeFailure(text)).toMatch(/nested too deeply|not valid YAML/);
  });

  it('is none with a hundred levels', () => {
    const value = `${'['.repeat(100)}${']'.repeat(100)}`;
    expect(project(`name: deep\nx-odd: ${value}\n`).name).toBe('deep');
    expect(composeFailure(`services: { web: { image: a } }\nx-odd: ${value}\n`)).toBe('');
  });
});

it('tells a name that JavaScript means something else by', () => {
  const text = 'name: odd\nmodules:\n  __proto__: { image: node, path: api }\n';
  expect(failures(text)).toMatchObject([{ what: '"__proto__" cannot be a name', at: { line: 3 } }]);
});
