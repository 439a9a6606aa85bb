import { describe, expect, it } from 'vitest';
import {
  settingChoices,
  settingQuestion,
  valueChoices,
} from '../../../src/views/settings-choices.ts';

const APPLY = {
  key: 'apply',
  value: 'ask',
  byDefault: 'auto',
  meaning: 'What an edit does.',
  origin: 'dev.settings.yaml:3',
  values: ['auto', 'ask'],
};

describe('choices of settings', () => {
  it('show value, meaning, where it comes from and the default', () => {
    const watch = {
      ...APPLY,
      key: 'watch.enabled',
      value: true,
      byDefault: true,
      values: [true, false],
    };
    const choices = settingChoices([APPLY, { ...watch, origin: undefined }, watch]);
    expect(choices.map(({ name, description }) => `${name} | ${description ?? ''}`)).toEqual([
      'done | every change is written already',
      'apply = ask * | What an edit does. — set in dev.settings.yaml:3; default auto',
      'watch.enabled = true | What an edit does. — the default',
      'watch.enabled = true | What an edit does. — set in dev.settings.yaml:3, as the default is',
    ]);
    expect(settingQuestion(APPLY)).toBe(
      'apply (What an edit does. set in dev.settings.yaml:3; default auto)',
    );
  });

  it('offer the values that it can have, the present one first', () => {
    expect(valueChoices(APPLY)).toEqual([
      { name: 'ask (now)', value: 'ask' },
      { name: 'auto (default)', value: 'auto' },
    ]);
  });
});
