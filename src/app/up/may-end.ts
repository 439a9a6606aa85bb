import type { Edit } from '../../compose/merge/edits.ts';
import type { DesiredService } from '../../plan/desired.ts';
import { MAY_END_KEY } from '../project/defined-services.ts';

/** Names the services that may end, for those who judge without the definition: `dev status`, the session. */
export function mayEndEdit(
  desired: readonly Pick<DesiredService, 'name' | 'oneShot' | 'mayEnd'>[],
): Edit {
  const names = desired.flatMap(({ name, oneShot, mayEnd }) => (oneShot || mayEnd ? [name] : []));
  return { kind: 'set', path: [MAY_END_KEY], value: names.join(' '), label: 'bookkeeping' };
}
