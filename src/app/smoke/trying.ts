import type { Progress } from '../../events/progress.ts';
import type { Trial } from '../../model/open-project.ts';
import type { World } from '../../ports/world.ts';
import type { TrialSetting } from '../release/trials.ts';

/** Images of a commit that are tried together. */
export interface Trying {
  readonly setting: TrialSetting;
  readonly trial: Trial;
  readonly world: World;
  readonly progress: Progress;
}
