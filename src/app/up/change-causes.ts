import { changeText, mountIn } from '../../compose/write/change-text.ts';
import type { Change } from '../../compose/write/diff.ts';
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
      const changes =
        known.get(name) ?? last.value?.filter((change) => change.service === name) ?? [];
      const causes = changes.map((change) => causeOf(change).replace(`${name}: `, ''));
      return { ...service, changes: [...becameCause(changes), ...causes] };
    }),
  );
}

/** Labels of the tool's own whose change means something to a person. */
const TOLD_LABELS: ReadonlyMap<string, string> = new Map([
  [`labels.${INSTALLED_LABEL}`, 'other dependencies'],
  [`labels.${ACCOUNT_LABEL}`, 'its file for Dev Containers'],
]);
/** Volumes of the tool's own with what was installed: as older versions named them, and today's. */
const DEPENDENCIES = /^onestack-deps-|\/\.dev\/packages\//;

/** A change as a cause. The names of the tool's own volumes tell a person nothing. */
function causeOf(change: Change): string {
  const told = TOLD_LABELS.get(change.path);
  if (told !== undefined) return told;
  const mounts = [change.after, change.before].flatMap((value) => {
    const mount = value && mountIn(value);
    return mount === undefined ? [] : [mount];
  });
  // Versions before this one mounted it from the tool's own folder.
  if (mounts.some(({ target }) => target === CONTAINER_PATHS.runModule)) return OTHER_TOOL;
  const own = mounts.find(({ source }) => DEPENDENCIES.test(source ?? ''));
  return own === undefined ? changeText(change) : `other dependencies in ${own.target}`;
}

const runsModule = (value: Change['after']): boolean =>
  String(value?.value ?? '').includes(`"${CONTAINER_PATHS.runModule}"`);

/** A service that became a module, or the other way round, is another in nearly everything: that comes first. */
function becameCause(changes: readonly Change[]): readonly string[] {
  const command = changes.find(({ path }) => path === 'command');
  const [was, is] = [runsModule(command?.before), runsModule(command?.after)];
  if (was === is) return [];
  return [is ? 'it is a module now' : 'it is no module any more'];
}
