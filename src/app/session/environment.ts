import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Places } from '../../model/places.ts';
import type { Context } from '../../model/project.ts';
import { planLines } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import type { DefinitionKeeper } from '../../session/environment.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readCompiled } from '../build/compiled-state.ts';
import { loadDefinition, type Definition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';
import { readSelection } from '../project/selection.ts';
import { settings } from '../settings.ts';
import { definitionFacts } from './definition-files.ts';
import { createMountGuard } from './mount-guard.ts';
import { up } from '../up.ts';
import type { UpRequest } from '../up/plan-services.ts';

/** The session's environment is what `dev up` makes of the definition files. */
export function sessionEnvironment(
  project: string,
  places: Places,
  context: Context,
  world: World,
  report: Report,
): DefinitionKeeper {
  const request: Omit<UpRequest, 'services'> = {
    project,
    context,
    profiles: [],
    recreate: 'none',
    resetData: 'none',
    askedBy: 'session',
    dryRun: false,
    // Nobody is there to ask; what would need a yes fails, and says so.
    yes: false,
  };
  const services = (): readonly string[] => readSelection(places, world.files);
  const open = () => openProject({ project, context, write: false }, world, report);
  const define = async (): Promise<Definition | undefined> => {
    const opened = await open();
    if (!opened.ok) return undefined;
    const definition = loadDefinition(opened.value.opened, opened.value.hierarchy, world);
    return definition.ok ? definition.value : undefined;
  };
  const guard = createMountGuard(define, world);
  const bringUp = async (
    asked: Partial<UpRequest>,
    signal: AbortSignal,
  ): Promise<Result<void, readonly Failure[]>> => {
    const whole = { ...request, services: services(), ...asked };
    const applied = await up(whole, world, { report, signal });
    if (!applied.ok) return applied;
    const { failures } = applied.value;
    return failures.length === 0 ? ok(undefined) : fail(failures);
  };
  return {
    load: async () => {
      const opened = await open();
      if (!opened.ok) return opened;
      const { definition, ...facts } = definitionFacts(opened.value, world);
      if (definition !== undefined) await guard.learn(definition);
      return ok({ ...opened.value.opened, ...facts });
    },
    adopt: async (variables) => (await world.live()).adoptEnvironment(variables),
    mayStart: (service) => guard.look(service),
    plan: async () => {
      const { signal } = new AbortController();
      const outcome = await up({ ...request, services: services(), dryRun: true }, world, {
        report,
        signal,
      });
      if (!outcome.ok) return outcome;
      const agreed = outcome.value.plan;
      return ok({
        operations: planLines(agreed),
        carryOut: (carryOutSignal) => bringUp({ agreed }, carryOutSignal),
      });
    },
    apply: ({ recreate, resetData }, signal) =>
      bringUp(
        {
          recreate: recreate === undefined ? 'none' : new Set(recreate),
          resetData: resetData === undefined ? 'none' : new Set(resetData),
          saves: resetData === undefined ? 'none' : new Set(resetData),
        },
        signal,
      ),
    compiled: () =>
      [...readCompiled(places.compiled, world.files).values()].map(({ result }) => result),
    changeSetting: async (key, value) => {
      const assignments = [{ key, value }];
      const changed = await settings({ project, dryRun: false, assignments }, world);
      return changed.ok ? ok(undefined) : changed;
    },
  };
}
