import { changeText, type Change } from '../../compose/write/diff.ts';
import type { Failure } from '../../events/failure.ts';
import { ACCOUNT_LABEL, CONTAINER_PATHS, INSTALLED_LABEL } from '../../generate/module-layer.ts';
import type { DesiredService } from '../../plan/desired.ts';
import { OTHER_TOOL } from '../../plan/mounted-files.ts';
import type { Files } from '../../ports/files.ts';
import type { Task } from '../../ports/orchestrator.ts';
import { ok, type Result } from '../../util/result.ts';
import { changesByService } from './applied-services.ts';
import { changesSinceApplied } from './last-applied.ts';
import type { Prepared } from './prepare.ts';

/**
 * Each change at the level of values, with its file, by service: the causes of the plan. They are told
 * against what each container was made of; where an older version made it, against what was applied last.
 */
export function withChanges(
  prepared: Prepared,
  running: readonly Task[],
  files: Pick<Files, 'read'>,
): Result<readonly DesiredService[], Failure> {
  const { desired, merged, opened } = prepared;
  const last = changesSinceApplied(merged, opened.places, files);
  if (!last.ok) return last;
  const tasks = running.filter((one) => !one.oneOff && one.leftBehind === undefined);
  const known = changesByService(prepared, tasks, opened.places, files);
  return ok(
    desired.map((service) => {
      const { name } = service;
      const changes = known.get(name) ?? last.value?.filter((change) => change.service === name);
      return {
        ...service,
        changes: (changes ?? []).map((change) => causeOf(change).replace(`${name}: `, '')),
      };
    }),
  );
}

/** Versions before this one mounted it from the tool's own folder. */
const STARTER_MOUNT = `"target":"${CONTAINER_PATHS.runModule}"`;
/** Labels of the tool's own whose change means something to a person. */
const TOLD_LABELS: ReadonlyMap<string, string> = new Map([
  [`labels.${INSTALLED_LABEL}`, 'other dependencies'],
  [`labels.${ACCOUNT_LABEL}`, 'its file for Dev Containers'],
]);

/** A change as a cause. The names of the tool's own volumes tell a person nothing. */
function causeOf(change: Change): string {
  const told = TOLD_LABELS.get(change.path);
  if (told !== undefined) return told;
  const text = changeText(change);
  if (text.includes(STARTER_MOUNT)) return OTHER_TOOL;
  const target =
    /"source":"(?:onestack-deps-[^"]*|[^"]*\/\.dev\/packages\/[^"]*)","target":"([^"]*)"/.exec(
      text,
    )?.[1];
  return target === undefined ? text : `other dependencies in ${target}`;
}
