import { child, stringOf } from './tree.ts';
import type { Node } from './tree.ts';

/** Whether a service takes part: it has no profiles, or one of them is active (`*`: all are). */
export function isEnabled(service: Node, profiles: readonly string[]): boolean {
  const own = child(service, 'profiles');
  if (own?.kind !== 'list' || own.items.length === 0 || profiles.includes('*')) return true;
  return own.items.some((item) => profiles.includes(stringOf(item) ?? ''));
}
