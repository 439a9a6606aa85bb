import type { Settings } from '../model/settings.ts';
import { unreachable } from '../util/unreachable.ts';
import type { Intent } from './protocol.ts';

export type Toggle = Extract<Intent, { kind: 'toggle-module' | 'toggle-check' | 'toggle-watch' }>;

/** What a toggle writes into `dev.settings.yaml`: what it says, or else the other one than now. */
export function toggledSetting(
  intent: Toggle,
  settings: Settings,
): { readonly key: string; readonly value: boolean } {
  const { key, now } = switchOf(intent, settings);
  return { key, value: intent.on ?? !now };
}

/** The key of a switch, and how it stands. */
function switchOf(
  intent: Toggle,
  { modules, watch }: Settings,
): { readonly key: string; readonly now: boolean } {
  const { module } = intent;
  if (module === undefined) return { key: 'watch.enabled', now: watch.enabled };
  const own = modules.get(module);
  switch (intent.kind) {
    case 'toggle-module':
      return { key: `modules.${module}.run`, now: own?.run !== false };
    case 'toggle-check': {
      const { check } = intent;
      return { key: `modules.${module}.checks.${check}`, now: own?.checks[check] !== false };
    }
    case 'toggle-watch':
      return { key: `modules.${module}.watch`, now: own?.watch !== false };
    default:
      return unreachable(intent);
  }
}
