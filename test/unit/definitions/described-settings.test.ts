import { describe, expect, it } from 'vitest';
import { describedSettings } from '../../../src/definitions/described-settings.ts';
import { readSettings } from '../../../src/definitions/load-settings.ts';
import { filesWith, project } from '../../support/definition-text.ts';

const host = { home: '/home/me', cores: 8 };
const DEFINITION =
  'name: shop\nmodules: { api: { image: node, run: node . } }\nservices: { db: postgres }';

function described(text: string) {
  const shop = project(DEFINITION);
  const files = filesWith(DEFINITION);
  const read = readSettings(text, shop, { files, host });
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  const all = describedSettings(read.value.settings, text, shop, host);
  return new Map(all.map((one) => [one.key, one]));
}

describe('described settings', () => {
  it('have value, default, meaning, origin and values', () => {
    const all = described('apply: ask\nmodules:\n  api:\n    checks: { test: false }\n');
    expect(all.get('apply')).toEqual({
      key: 'apply',
      value: 'ask',
      byDefault: 'auto',
      meaning: 'What an edit of a definition file does to the running environment. Default auto.',
      origin: 'dev.settings.yaml:1',
      values: ['auto', 'ask'],
    });
    expect(all.get('modules.api.checks.test')).toMatchObject({
      value: false,
      byDefault: true,
      origin: 'dev.settings.yaml:4',
      values: [true, false],
    });
    expect(all.get('git')).toMatchObject({ value: 'read-only', origin: undefined });
    expect(all.get('checks.parallel')).toMatchObject({ value: 8, byDefault: 8, values: [] });
    expect(all.get('services.db.data')).toMatchObject({
      value: 'keep',
      values: ['keep', 'recreate'],
    });
  });

  it('say of every one what it means', () => {
    const silent = [...described('').values()].filter(({ meaning }) => meaning === '');
    expect(silent.map(({ key }) => key)).toEqual([]);
  });
});
