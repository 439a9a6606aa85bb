import { oneLine } from '../util/terminal-text.ts';

/** Settings as lines `modules.api.watch = true`, in the order of the file. */
export function settingsText(settings: ReadonlyMap<string, unknown>): string {
  return [...settings]
    .map(([key, value]) => `${oneLine(`${key} = ${settingText(value)}`)}\n`)
    .join('');
}

/** As it would be written behind the `=`. */
export function settingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
