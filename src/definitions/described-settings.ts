import { flattened } from '../util/flattened.ts';
import type { Project } from '../model/project.ts';
import type { Settings } from '../model/settings.ts';
import type { Host } from '../ports/host.ts';
import { SETTINGS_FILE, settingPath } from './change-setting.ts';
import { descriptionAt, valuesAt } from './schema-walk.ts';
import { settingsData, settingsOf } from './settings-model.ts';
import { settingsSchema } from './settings-schema.ts';
import { isWritten, yamlNodeAt } from './yaml-edit.ts';
import { parseYaml } from './yaml-source.ts';

/** One setting with all that helps to decide about it. */
export interface DescribedSetting {
  /** `modules.api.watch`. */
  readonly key: string;
  readonly value: unknown;
  /** What holds where the file says nothing. */
  readonly byDefault: unknown;
  /** Empty where nothing is said of it. */
  readonly meaning: string;
  /** `dev.settings.yaml:12`; undefined: the default. */
  readonly origin: string | undefined;
  /** All that it can be, where that is a few words. */
  readonly values: readonly (string | boolean)[];
}

/**
 * Every setting of a project, in the order of the file.
 * @param text of the file; empty where there is none.
 */
export function describedSettings(
  settings: Settings,
  text: string,
  project: Project,
  host: Pick<Host, 'home' | 'cores'>,
): readonly DescribedSetting[] {
  const source = parseYaml(SETTINGS_FILE, text);
  // Services that only the Compose file has are in it as soon as the settings name them.
  const empty = {
    services: Object.fromEntries([...settings.services.keys()].map((one) => [one, {}])),
  };
  const defaults = flattened(settingsData(settingsOf(empty, project, host), project));
  return [...flattened(settingsData(settings, project))].map(([key, value]) => {
    const path = settingPath(key);
    const isSaid = source.ok && isWritten(yamlNodeAt(source.value, path));
    return {
      key,
      value,
      byDefault: defaults.get(key),
      meaning: descriptionAt(settingsSchema, path) ?? '',
      origin: isSaid ? `${SETTINGS_FILE}:${String(source.value.placeAt(path).line)}` : undefined,
      values: valuesAt(settingsSchema, path),
    };
  });
}
