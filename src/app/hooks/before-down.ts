import type { Failure } from '../../events/failure.ts';
import type { Progress, Report } from '../../events/progress.ts';
import { policyOf } from '../../model/context-policy.ts';
import { hookText, type HookDefinition } from '../../model/hook.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Located } from '../project/locate.ts';
import { readProject } from '../project/read-project.ts';
import { agreeToProgram } from '../trust/agree-program.ts';
import { performHook } from './perform.ts';

export interface BeforeDownRequest extends Located {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

const NO_HOOKS = 'dev down --no-hooks ends everything without it';

/** What can run of the hooks now; said of each that cannot. */
function runnable(
  hooks: readonly HookDefinition[],
  containers: readonly ContainerSummary[],
  report: Report,
): readonly HookDefinition[] {
  const running = containers.filter(({ state, oneOff }) => state === 'running' && !oneOff);
  if (running.length === 0) return [];
  return hooks.filter((hook) => {
    const { in: where } = hook;
    const can =
      where === 'host' || where === 'tools' || running.some((one) => one.service === where);
    if (can) return true;
    const text = `left out: ${hookText(hook)}: ${where} is not running`;
    report({ kind: 'note', level: 'warning', text });
    return false;
  });
}

/**
 * Runs the hooks of `before-down`, one after the other, while everything still runs. A failing one
 * ends it: what it was to save could be lost.
 * @returns the hooks that ran (or would, in a dry run), in words.
 */
export async function beforeDown(
  request: BeforeDownRequest,
  world: World,
  progress: Progress,
): Promise<Result<readonly string[], Failure>> {
  const { root, instance, context, dryRun } = request;
  const { report } = progress;
  const project = readProject(root, world);
  if (!project.ok) {
    const text =
      'the definition is wrong (dev config): whether something is to run before the end is not known';
    report({ kind: 'note', level: 'warning', text });
    return ok([]);
  }
  const hooks = project.value.hooks.filter(({ event }) => event === 'before-down');
  if (hooks.length === 0 || !policyOf(context).isAttended) return ok([]);
  const listed = await (await world.engine()).containers(instance);
  if (!listed.ok) return listed;
  const libraries = project.value.modules.flatMap(({ name, run }) =>
    run === undefined ? [name] : [],
  );
  const due = runnable(hooks, listed.value, report);
  for (const hook of dryRun ? [] : due) {
    const agreed =
      hook.in === 'host'
        ? await agreeToProgram({ root, context, run: hook.run }, world, report)
        : ok(undefined);
    const [refused] = agreed.ok ? [] : agreed.failure;
    if (refused !== undefined) return fail(refused);
    const ran = await performHook(
      hook,
      { located: request, libraries, yes: request.yes },
      world,
      progress,
    );
    if (!ran.ok) return ran.failure.reason === 'interrupted' ? ran : fail(kept(ran.failure));
  }
  return ok(due.map(hookText));
}

const kept = (failure: Failure): Failure => ({
  ...failure,
  what: `${failure.what}, and the services run on`,
  cure: `mend it, and repeat; ${NO_HOOKS}`,
});
