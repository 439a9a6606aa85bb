import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { Places } from '../../model/places.ts';
import type { Context } from '../../model/project.ts';
import { planLines } from '../../plan/step.ts';
import type { World } from '../../ports/world.ts';
import type { DefinitionKeeper } from '../../session/environment.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readCompiled } from '../build/compiled-state.ts';
import { gather } from '../../evidence/gather.ts';
import { loadDefinition, type Definition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';
import { readSelection } from '../project/selection.ts';
import { settings } from '../settings.ts';
import { definitionFacts } from './definition-files.ts';
import { createMountGuard } from './mount-guard.ts';
import { up } from '../up.ts';
import type { KnownDefinition } from '../up/known-definition.ts';
import type { UpRequest } from '../up/plan-services.ts';

const withKnown = (known: KnownDefinition | undefined): Pick<UpRequest, 'known'> =>
  known === undefined ? {} : { known };

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
  const open = (here: World) =>
    openProject({ project, context, services: services(), write: false }, here, report);
  const define = async (): Promise<Definition | undefined> => {
    const opened = await open(world);
    if (!opened.ok) return undefined;
    const definition = loadDefinition(opened.value.opened, opened.value.hierarchy, world);
    return definition.ok ? definition.value : undefined;
  };
  /** What was read last: what is planned and done for that edit begins with it. */
  let known: KnownDefinition | undefined;
  const guard = createMountGuard(define, world);
  const bringUp = async (
    asked: Partial<UpRequest>,
    signal: AbortSignal,
  ): Promise<Result<void, readonly Failure[]>> => {
    const whole = { ...request, services: services(), ...withKnown(known), ...asked };
    const applied = await up(whole, world, { report, signal });
    if (!applied.ok) return applied;
    const { failures } = applied.value;
    return failures.length === 0 ? ok(undefined) : fail(failures);
  };
  return {
    load: async () => {
      const looking = gather(world, report);
      const environment = { ...world.host.environment };
      known = undefined;
      const opened = await open(looking.world);
      if (!opened.ok) return opened;
      const { definition, ...facts } = definitionFacts(opened.value, looking.world);
      const evidence = looking.fileEvidence();
      known = definition && evidence && { definition, evidence, environment };
      if (definition !== undefined) await guard.learn(definition);
      return ok({ ...opened.value.opened, ...facts });
    },
    adopt: async (variables) => (await world.live()).adoptEnvironment(variables),
    mayStart: (service) => guard.look(service),
    plan: async () => {
      const { signal } = new AbortController();
      const read = known;
      const asked = { ...request, services: services(), ...withKnown(read), dryRun: true };
      const outcome = await up(asked, world, { report, signal });
      if (!outcome.ok) return outcome;
      const { plan: agreed, observed } = outcome.value;
      return ok({
        operations: planLines(agreed),
        carryOut: (over) => bringUp({ agreed }, over),
        follow: (over) => bringUp(withKnown(read && observed && { ...read, observed }), over),
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
