import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { knownInstance } from '../../generate/instance.ts';
import { otherWorktrees } from '../../generate/worktrees.ts';
import { isPresent } from '../../images/plan.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Twin } from '../build/compile-plan.ts';
import { readCompiled } from '../build/compiled-state.ts';
import { readPending, type Pending } from '../hooks/pending.ts';
import { newData } from './due-hooks.ts';
import { makeMissingFolders, refuseMissingFiles } from './host-sources.ts';
import { refuseMissingVariables } from './missing-variables.ts';
import { refuseSameNames } from './same-names.ts';
import { buildsOf, makeWork, type Work, type WorkSituation } from './make-plan.ts';
import { missingRoots, type Observed } from './observe.ts';
import { withChanges } from './change-causes.ts';
import { planServices } from './plan-services.ts';
import { refusePodman } from '../machine/podman.ts';
import type { Prepared } from './prepare.ts';
import { refuseChanges } from './refuse-changes.ts';
import { refuseForeignNetworks, refuseMissingNetworks } from './foreign-networks.ts';
import { sharedNames } from './shared-names.ts';

/** What is to be run for data that is new in this plan, or was in one that did not come to its end. */
function pendingFor(
  services: ServicePlan,
  prepared: Prepared,
  observed: Observed,
  { report, ...world }: Pick<World, 'files' | 'clock'> & { readonly report: Report },
): Result<Pending | undefined, Failure> {
  const { project, places } = prepared.opened;
  if (!project.hooks.some(({ event }) => event === 'after-reset')) return ok(undefined);
  const cause = newData(services, prepared, observed);
  return cause === undefined
    ? readPending(places, world, report)
    : ok<Pending>({ cause, done: [] });
}

/** Modules that have something done to them. */
function startedNames({ operations }: ServicePlan, { opened }: Prepared): readonly string[] {
  const changed = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  return opened.project.modules.map(({ name }) => name).filter((name) => changed.has(name));
}

/** The project in other worktrees of its clone, where it has been up. */
function twinsOf(root: string, world: World): readonly Twin[] {
  const deps = { ...world, report: () => undefined };
  return otherWorktrees(root, world.files).flatMap((folder) => {
    const known = knownInstance(folder, deps);
    if (!known.ok || known.value === undefined) return [];
    return [{ root: folder, known: readCompiled(known.value.places.compiled, world.files) }];
  });
}

/** The plan with what its steps are about, or why it is not to be carried out. */
export async function plannedWork(
  situation: WorkSituation,
  prepared: Prepared,
  world: World,
  report: Report,
): Promise<Result<Work, readonly Failure[]>> {
  const { observed } = situation;
  const { desired, environment } = prepared;
  const builds = buildsOf(situation, prepared);
  const rebuilt = builds
    .filter(({ image }) => isPresent(image, observed.images))
    .map(({ image: { reference }, cause }) => ({ reference, cause }));
  const first = planServices(situation, desired, environment, rebuilt);
  // What changed is only worth finding out where something has to be done.
  const told =
    first.operations.length === 0
      ? ok(desired)
      : withChanges(prepared, observed.tasks, world.files);
  if (!told.ok) return fail([told.failure]);
  const services = planServices(situation, told.value, environment, rebuilt);
  const refused = [
    ...(await refuseChanges(services, prepared, observed, await world.engine())),
    ...refuseForeignNetworks(prepared, services, observed),
    ...refuseMissingNetworks(prepared, services, observed),
    ...refuseMissingFiles(prepared, services, world),
    ...refuseMissingVariables(prepared, services),
    ...refuseSameNames(prepared),
    ...refusePodman(observed.engine, {
      modules: startedNames(services, prepared),
      builds: builds.map(({ image }) => image.name),
    }),
  ];
  if (refused.length > 0) return fail(refused);
  for (const text of sharedNames(prepared, services, observed)) {
    report({ kind: 'note', level: 'warning', text });
  }
  if (!situation.request.dryRun) makeMissingFolders(prepared, services, world, report);
  const roots = await missingRoots(builds, await world.engine());
  if (!roots.ok) return fail([roots.failure]);
  const pending = pendingFor(services, prepared, observed, { ...world, report });
  if (!pending.ok) return fail([pending.failure]);
  const twins = (): readonly Twin[] => twinsOf(prepared.opened.project.root, world);
  const sources = { ...world, missingRoots: roots.value, pending: pending.value, twins };
  return ok(makeWork(situation, prepared, services, sources));
}
