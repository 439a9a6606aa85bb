import { changeText, type Change } from '../../compose/write/diff.ts';
import type { AwaitedService } from '../../engine/service-progress.ts';
import type { Failure } from '../../events/failure.ts';
import type { ModuleInstall } from '../../generate/dependencies.ts';
import type { ServiceImagesPlan } from '../../images/service-images.ts';
import { findImage } from '../../images/service-reference.ts';
import { mappingAt } from '../../model/plain.ts';
import { serviceSettings } from '../../model/settings.ts';
import type { Context } from '../../model/project.ts';
import { hasHealthcheck } from '../../compose/health.ts';
import { restartsOf } from '../../plan/compose-view.ts';
import type { DesiredService } from '../../plan/desired.ts';
import type { Plan } from '../../plan/operation.ts';
import { networkStates } from '../../plan/resource-states.ts';
import { planUp, withDependencies, type Selection } from '../../plan/plan.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';
import { withUsedModules } from '../project/definition.ts';
import type { Environment } from '../project/environment.ts';
import { changesSinceApplied } from './last-applied.ts';
import type { Observed } from './observe.ts';
import type { Prepared } from './prepare.ts';

export interface UpRequest {
  /** `--project`. */
  readonly project: string | undefined;
  readonly context: Context;
  /** `--profile`. */
  readonly profiles: readonly string[];
  /** Only these services and what they depend on; all when empty. */
  readonly services: readonly string[];
  readonly recreate: Selection;
  readonly resetData: Selection;
  /**
   * A person's `dev up` obeys `containers: recreate` and `data: recreate` of the settings, and a name
   * that there is not is a mistake. The session follows edits: neither holds.
   */
  readonly askedBy: 'person' | 'session';
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Everything that a plan depends on besides what is desired. */
export interface Situation {
  readonly request: UpRequest;
  readonly observed: Observed;
  readonly images: ServiceImagesPlan;
}

/** Compares what is desired with what runs. */
export function makePlan(
  { request, observed, images }: Situation,
  desired: readonly DesiredService[],
  { document, order, switchedOff, profilesOff }: Environment,
): Plan {
  const imageIds = desired.flatMap(({ image }) => {
    const found = findImage(observed.images, image);
    return found === undefined ? [] : [[image, found.id] as const];
  });
  return planUp({
    desired,
    running: observed.containers,
    imageIds: new Map(imageIds),
    newImages: new Map(images.images.map(({ reference, cause }) => [reference, cause])),
    networks: networkStates(document, String(document['name']), order, observed.networks),
    startedAtMs: observed.startedAtMs,
    only: request.services.length > 0 ? new Set(request.services) : undefined,
    recreate: request.recreate,
    resetData: request.resetData,
    switchedOff,
    profilesOff: new Set(profilesOff.keys()),
  });
}

/**
 * The services that must be ready at the end: those of the plan. A person's `dev up` also means the
 * unchanged ones; an edit that the session follows does not fail because of another service.
 */
export function awaitedServices(
  request: UpRequest,
  { desired, document }: Prepared,
  plan: Plan,
  observed: Observed,
): readonly AwaitedService[] {
  const changed = new Set(
    plan.operations
      .filter(({ operation }) => operation.kind !== 'remove')
      .map(({ operation }) => operation.service),
  );
  const wanted =
    request.services.length > 0 ? withDependencies(new Set(request.services), desired) : undefined;
  return desired
    .filter(({ name }) => wanted === undefined || wanted.has(name))
    .filter(({ name }) => request.askedBy === 'person' || changed.has(name))
    .map(({ name, oneShot, mayEnd, replicas }) => {
      const service = mappingAt(mappingAt(document, 'services'), name);
      const current = observed.containers.filter((one) => !one.oneOff && one.service === name);
      return {
        name,
        oneShot,
        mayEnd,
        hasHealthcheck: hasHealthcheck(service),
        restarts: restartsOf(service).onFailure,
        replicas,
        current: changed.has(name) ? [] : current,
      };
    });
}

/** Each change at the level of values, with its file, by service: the causes of the plan. */
export function withChanges(
  prepared: Prepared,
  files: Pick<Files, 'read'>,
): Result<readonly DesiredService[], Failure> {
  const { desired, merged, opened } = prepared;
  const changes = changesSinceApplied(merged, opened.devDirectory, files);
  if (!changes.ok) return changes;
  return ok(
    desired.map((service) => ({
      ...service,
      changes: (changes.value ?? [])
        .filter((change) => change.service === service.name && !isBookkeeping(change))
        .map((change) => causeOf(change).replace(`${service.name}: `, '')),
    })),
  );
}

/** A change as a cause. The names of the tool's own volumes tell a person nothing. */
function causeOf(change: Change): string {
  const text = changeText(change);
  const target = /"source":"onestack-deps-[^"]*","target":"([^"]*)"/.exec(text)?.[1];
  return target === undefined ? text : `other dependencies in ${target}`;
}

/** What the tool itself writes down at its containers is no news. */
function isBookkeeping({ path }: Change): boolean {
  return path.startsWith('labels.dev.onestack.');
}

function joined(selection: Selection, more: readonly string[]): Selection {
  if (selection === 'all' || more.length === 0) return selection;
  return new Set([...(selection === 'none' ? [] : selection), ...more]);
}

/** What the flags say, and what the settings say of single services for every `dev up`. */
export function settingsSelections(
  request: UpRequest,
  { opened, desired }: Prepared,
): Pick<UpRequest, 'recreate' | 'resetData'> {
  if (request.askedBy === 'session') return request;
  const named = (kind: 'containers' | 'data'): readonly string[] =>
    desired
      .map(({ name }) => name)
      .filter((name) => serviceSettings(opened.settings, name)[kind] === 'recreate');
  return {
    recreate: joined(request.recreate, named('containers')),
    resetData: joined(request.resetData, named('data')),
  };
}

/** The base images and installs that the services of a request need; of all when it names none. */
export function neededBy(
  { services }: Pick<UpRequest, 'services'>,
  { desired, environment, hierarchy, installs, opened }: Prepared,
): { readonly images: readonly string[]; readonly installs: readonly ModuleInstall[] } {
  if (services.length === 0) {
    return { images: environment.neededImages, installs: [...installs.values()] };
  }
  const wanted = withDependencies(new Set(services), desired);
  const references = new Set(
    desired.filter(({ name }) => wanted.has(name)).map(({ image }) => image),
  );
  const { modules } = opened.project;
  const used = withUsedModules(
    modules.filter(({ name }) => wanted.has(name)),
    modules,
  );
  const named = new Set(used.map(({ name }) => name));
  return {
    images: [...hierarchy.values()]
      .filter(
        ({ name, reference }) =>
          references.has(reference) || used.some(({ image }) => image === name),
      )
      .map(({ name }) => name),
    installs: [...installs.values()].filter(({ module }) => named.has(module.name)),
  };
}
