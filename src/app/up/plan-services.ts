import { progressOf } from '../../engine/service-progress.ts';
import type { ModuleInstall } from '../../generate/module-install.ts';
import type { ServiceImagesPlan } from '../../images/service-images.ts';
import { findImage } from '../../images/service-reference.ts';
import { mappingAt } from '../../model/plain.ts';
import { serviceSettings } from '../../model/settings.ts';
import type { Trial } from '../../model/open-project.ts';
import type { Context } from '../../model/project.ts';
import { hasHealthcheck } from '../../compose/health.ts';
import { restartsOf } from '../../plan/compose-view.ts';
import type { DesiredService } from '../../plan/desired.ts';
import type { PlannedOperation, ServicePlan } from '../../plan/operation.ts';
import { networkStates } from '../../plan/resource-states.ts';
import { planUp, withDependencies, type Selection } from '../../plan/plan.ts';
import { serviceLinks } from '../../plan/service-links.ts';
import type { Plan } from '../../plan/step.ts';
import type { AwaitedService, Task } from '../../ports/orchestrator.ts';
import { withUses } from '../../model/uses.ts';
import type { MergedEnvironment } from '../project/environment.ts';
import type { KnownDefinition } from './known-definition.ts';
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
  /** Whose data is saved before it is made new; nobody's where it is not given. */
  readonly saves?: Selection;
  /**
   * A person's `dev up` obeys `containers: recreate` and `data: recreate` of the settings, and a name
   * that there is not is a mistake. The session follows edits: neither holds.
   */
  readonly askedBy: 'person' | 'session';
  readonly dryRun: boolean;
  /** What somebody has seen and agreed to: no other plan is carried out. */
  readonly agreed?: Plan;
  /** What it begins with, where that still holds. */
  readonly known?: KnownDefinition;
  readonly yes: boolean;
  /** It is no project of a person's, but a commit that is tried. */
  readonly trial?: Trial;
}

/** Everything that a plan depends on besides what is desired. */
export interface Situation {
  readonly request: UpRequest;
  readonly observed: Observed;
  readonly images: ServiceImagesPlan;
}

/**
 * Compares what is desired with what runs.
 * @param rebuilt images of the hierarchy that are made anew under the name that they have.
 */
export function planServices(
  { request, observed, images }: Situation,
  desired: readonly DesiredService[],
  { document, order, switchedOff, profilesOff }: MergedEnvironment,
  rebuilt: readonly { readonly reference: string; readonly cause: string }[] = [],
): ServicePlan {
  return planUp({
    desired,
    running: observed.tasks,
    imageIds: imageIds(observed, desired),
    newImages: new Map([...images.images, ...rebuilt].map((one) => [one.reference, one.cause])),
    networks: networkStates(document, String(document['name']), order, observed.networks),
    only: request.services.length > 0 ? new Set(request.services) : undefined,
    recreate: request.recreate,
    resetData: request.resetData,
    switchedOff,
    profilesOff: new Set(profilesOff.keys()),
  });
}

/** Image reference → id, of the images that services run and the engine has. */
export function imageIds(
  { images }: Observed,
  desired: readonly DesiredService[],
): ReadonlyMap<string, string> {
  return new Map(
    desired.flatMap(({ image }) => {
      const found = findImage(images, image);
      return found === undefined ? [] : [[image, found.id] as const];
    }),
  );
}

/** The services that something is done to, but for being taken away. */
function changedBy(operations: readonly PlannedOperation[]): ReadonlySet<string> {
  return new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
}

/**
 * The services that must be ready at the end: those of the plan, and what they wait for. A person's
 * `dev up` also means the unchanged ones; an edit that the session follows does not fail because of
 * another service.
 */
export function awaitedServices(
  { askedBy, services }: Pick<UpRequest, 'askedBy' | 'services'>,
  { desired, document }: Pick<Prepared, 'desired' | 'document'>,
  operations: readonly PlannedOperation[],
  observed: Pick<Observed, 'tasks'>,
): readonly AwaitedService[] {
  const kinds = (service: string): readonly string[] =>
    operations.filter((one) => one.operation.service === service).map((one) => one.operation.kind);
  const changed = changedBy(operations);
  const wanted = services.length > 0 ? withDependencies(new Set(services), desired) : undefined;
  const links = new Map(desired.map(({ name }) => [name, serviceLinks(document, name)]));
  const conditions = [...links].flatMap(([name, { dependsOn }]) =>
    [...dependsOn].map(([other, condition]) => ({ name, other, condition })),
  );
  const gates = new Set(
    conditions.flatMap(({ name, other, condition }) =>
      changed.has(name) && condition !== 'started' ? [other] : [],
    ),
  );
  return desired
    .filter(({ name }) => {
      const isMeant = askedBy === 'person' && (wanted === undefined || wanted.has(name));
      // Those that share something with a named one are made anew with it.
      return isMeant || changed.has(name) || gates.has(name);
    })
    .map(({ name, oneShot, mayEnd, replicas }) => {
      const service = mappingAt(mappingAt(document, 'services'), name);
      const current = observed.tasks.filter((one) => !one.oneOff && one.service === name);
      const lives = current.flatMap((one) => one.livedMs ?? []);
      const livedMs = lives.length === 0 ? undefined : Math.max(...lives);
      // Its image may have a health check of its own; who waits for it to be healthy says so.
      const isProbed = conditions.some(
        ({ other, condition }) => other === name && condition === 'healthy',
      );
      return {
        name,
        oneShot,
        mayEnd,
        hasHealthcheck: isProbed || hasHealthcheck(service),
        restarts: restartsOf(service).onFailure,
        replicas,
        leaving: new Set(kinds(name).includes('recreate') ? current.map(({ id }) => id) : []),
        current: changed.has(name) ? [] : current,
        ...(livedMs !== undefined && kinds(name).includes('start') && { livedMs }),
      };
    });
}

/** What is missing of those that nothing has to be done about: they only have to be waited for. */
export function missingHealth(awaited: readonly AwaitedService[]): ReadonlyMap<string, string> {
  return new Map(
    awaited.flatMap((service) => {
      const { name, current } = service;
      const { phase, containerId } = progressOf(service, current);
      const behind = current.find(({ id }) => id === containerId) ?? current[0];
      return phase === 'ready' || behind === undefined
        ? []
        : [[name, `it is ${healthText(behind)}`]];
    }),
  );
}

function healthText({ health, state }: Task): string {
  if (state !== 'running') return state;
  if (health === 'none') return 'running only just now';
  return health === 'unhealthy' ? 'unhealthy' : 'not healthy yet';
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

/** What is said of services whose data is to be made anew, and that have none. */
export function nothingToReset(
  { resetData }: Pick<UpRequest, 'resetData'>,
  desired: readonly DesiredService[],
): readonly string[] {
  if (typeof resetData === 'string') return [];
  return desired
    .filter(({ name, dataVolumes }) => resetData.has(name) && dataVolumes.length === 0)
    .map(({ name }) => `${name} has no data volume: there is nothing to reset`);
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
  const used = withUses(
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
