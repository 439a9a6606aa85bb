import type { Choice } from '../ports/terminal.ts';
import { oneLine } from '../util/terminal-text.ts';
import { settingText } from './settings-text.ts';

/** A setting as the person chooses one. */
export interface ChosenSetting {
  readonly key: string;
  readonly value: unknown;
  readonly byDefault: unknown;
  readonly meaning: string;
  /** Where it is said; undefined: the default. */
  readonly origin: string | undefined;
  readonly values: readonly (string | boolean)[];
}

const isDefault = ({ value, byDefault }: ChosenSetting): boolean =>
  JSON.stringify(value) === JSON.stringify(byDefault);

/** Where its value comes from, and what it would be otherwise. */
function originText(setting: ChosenSetting): string {
  const { origin, byDefault } = setting;
  if (origin === undefined) return 'the default';
  const place = `set in ${origin}`;
  if (isDefault(setting)) return `${place}, as the default is`;
  return byDefault === undefined ? place : `${place}; default ${settingText(byDefault)}`;
}

/** All settings, each with its value; the highlighted one says what it means. First of all: enough. */
export function settingChoices<S extends ChosenSetting>(
  settings: readonly S[],
): readonly Choice<S | undefined>[] {
  return [
    { name: 'done', value: undefined, description: 'every change is written already' },
    ...settings.map((setting) => ({
      name: `${setting.key} = ${settingText(setting.value)}${isDefault(setting) ? '' : ' *'}`,
      value: setting,
      description: [setting.meaning, originText(setting)].filter((text) => text !== '').join(' — '),
    })),
  ];
}

/** What is asked of one of them. */
export function settingQuestion(setting: ChosenSetting): string {
  const said = [setting.meaning, originText(setting)].filter((one) => one !== '').join(' ');
  return oneLine(`${setting.key} (${said})`);
}

/** Its values, as they are written; the one that it has first. */
export function valueChoices({
  value,
  byDefault,
  values,
}: ChosenSetting): readonly Choice<string>[] {
  const others = values.filter((one) => one !== value);
  const current = values.filter((one) => one === value);
  return [...current, ...others].map((one) => ({
    name: `${String(one)}${one === byDefault ? ' (default)' : ''}${one === value ? ' (now)' : ''}`,
    value: String(one),
  }));
}
