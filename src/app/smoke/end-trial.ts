import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { releaseInstance } from '../../generate/instance.ts';
import type { World } from '../../ports/world.ts';
import { allLeftovers, cleanAll } from '../clean.ts';

/** What is tried has no context of its own: production's images, nothing published. */
export const TRIAL_CONTEXT = 'ci';

/** Whatever of the trial's own steps is told, is told of the step that they are for. */
export function reportWithin(report: Report, id: string): Report {
  return (event) => {
    if (event.kind === 'note') {
      if (event.level === 'warning') report(event);
      return;
    }
    const label = event.kind === 'step-progress' ? event.detail : event.label;
    report({ kind: 'step-progress', id, detail: label });
  };
}

/**
 * Takes away all that trying a commit has made, whatever came of it: also of a run that was killed.
 * @param project the folder that it is laid out in.
 */
export async function endTrial(
  project: string,
  world: World,
  report: Report,
): Promise<readonly Failure[]> {
  const left = await allLeftovers({ project, context: TRIAL_CONTEXT }, true, world, report);
  if (!left.ok) return [left.failure];
  // Also when the person wants all of it to end.
  const { signal } = new AbortController();
  const cleaned = await cleanAll(left.value, world, { report, signal });
  if (!cleaned.ok) return [cleaned.failure];
  const released = await releaseInstance(project, { ...world, report });
  return released.ok ? [] : [released.failure];
}
