import type { FailureSubject } from '../events/failure.ts';
import type { HookEvent } from '../model/hook.ts';
import type { UnnamedVolume } from '../ports/engine-containers.ts';
import type { ServiceAction } from '../ports/orchestrator.ts';
import { ownLine } from '../util/terminal-text.ts';
import { unreachable } from '../util/unreachable.ts';
import { briefCause } from './brief-cause.ts';
import type { WorldFacts } from './world-facts.ts';

/** What a step does. The executor carries it out and decides nothing. */
export type Action =
  /** An engine where none answers; what it has is only known then, and all is planned again. */
  | { readonly kind: 'engine' }
  /** An image from outside that base images begin with: pulled, or made from Debian's packages. */
  | { readonly kind: 'root-image'; readonly reference: string }
  | { readonly kind: 'build-image'; readonly image: string }
  /** An image that services run: pulled, built, or neither where that is forbidden. */
  | {
      readonly kind: 'bring-image';
      readonly how: 'pull' | 'build' | 'pull-or-build' | 'forbidden';
      readonly reference: string;
      /** The service that says how. */
      readonly service: string;
    }
  /** Images of modules that the pipeline makes of a commit (full hash). */
  | { readonly kind: 'pipeline'; readonly commit: string; readonly modules: readonly string[] }
  /** A volume that projects share: the caches of package managers and compilers. */
  | { readonly kind: 'create-volume'; readonly volume: string }
  /** Copies what an image has in its caches into the volume of a clone that has none. */
  | { readonly kind: 'seed-caches'; readonly image: string; readonly volume: string }
  | { readonly kind: 'install'; readonly module: string }
  | { readonly kind: 'compile'; readonly module: string }
  | ServiceAction
  /** Until all of its containers are healthy, run, or have ended well: what the definition asks for. */
  | { readonly kind: 'await'; readonly service: string }
  /** One of the project's own commands, after all else: `number` counts those of its event. */
  | {
      readonly kind: 'hook';
      readonly event: HookEvent;
      readonly number: number;
      readonly text: string;
    };

/** One thing to be done, why, and what has to be there before. */
export interface Step {
  /** Unique in its plan, the same for the same thing in another: `start:db`, `image:node`. */
  readonly id: string;
  readonly action: Action;
  /** Why it is done; empty where it only follows from the steps that it needs. */
  readonly cause: string;
  /** Steps that must have been done well. */
  readonly needs: readonly string[];
  /** Steps that must be over, well or not: what does not compile is started all the same. */
  readonly after: readonly string[];
  /** How many cores it keeps busy; 0 for what only waits. */
  readonly weight: number;
}

/** Everything that a `dev up` does, as data. */
export interface Plan {
  /** What was observed, and the plan made of: it holds as long as that does. */
  readonly world: WorldFacts;
  /** In an order in which they could be done one by one. */
  readonly steps: readonly Step[];
  /** Services that are right as they are. */
  readonly unchanged: readonly string[];
}

/** The step in words, without its cause. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case 'engine':
      return 'bring a Docker engine';
    case 'root-image':
      return `bring image ${action.reference}`;
    case 'build-image':
      return `build image ${action.image}`;
    case 'bring-image':
      if (action.how === 'forbidden') return `need image ${action.reference}`;
      return action.how === 'build' ? `build ${action.service}` : `pull ${action.reference}`;
    case 'pipeline':
      return `make images of ${action.commit.slice(0, 7)} (${action.modules.join(', ')})`;
    case 'create-volume':
      return `create volume ${action.volume}`;
    case 'seed-caches':
      return `fill the caches from ${action.image}`;
    case 'install':
    case 'compile':
      return `${action.kind} ${action.module}`;
    case 'reset-data':
      return action.volumes.length === 0
        ? `let go of the data of ${action.service}`
        : `reset data of ${action.service} (${action.volumes.join(', ')})`;
    case 'recreate-network':
      return `recreate network ${action.network}`;
    case 'await':
      return `wait for ${action.service}`;
    case 'hook':
      return `run ${action.text}`;
    case 'recreate':
      return `recreate ${action.service}${renewedText(action.renewed)}`;
    case 'remove':
    case 'create':
    case 'scale':
    case 'start':
      return `${action.kind} ${action.service}`;
    default:
      return unreachable(action);
  }
}

/** Which folders show the new image's. */
function renewedText(renewed: readonly UnnamedVolume[] = []): string {
  const targets = [...new Set(renewed.map(({ target }) => target))];
  return targets.length === 0 ? '' : ` with a new ${targets.join(', ')}`;
}

/** What it means for others that a step failed: `db is not ready`. */
export function failedText(action: Action): string {
  switch (action.kind) {
    case 'await':
      return `${action.service} is not ready`;
    case 'start':
      return `${action.service} did not start`;
    case 'engine':
    case 'root-image':
    case 'build-image':
    case 'bring-image':
    case 'pipeline':
    case 'create-volume':
    case 'seed-caches':
    case 'install':
    case 'compile':
    case 'recreate-network':
    case 'remove':
    case 'reset-data':
    case 'create':
    case 'recreate':
    case 'scale':
      return `could not ${actionText(action)}`;
    case 'hook':
      return `${action.text} failed`;
    default:
      return unreachable(action);
  }
}

export interface PlanTextOptions {
  /** Causes as long as they are; else in a hundred characters. */
  readonly whole?: boolean;
}

/** One line of a plan: `recreate network back (internal) → stops api, db`. */
export function stepText({ action, cause }: Step, { whole = false }: PlanTextOptions = {}): string {
  const shown = whole ? cause : briefCause(cause);
  if (action.kind !== 'recreate-network') return ownLine(`${actionText(action)}: ${shown}`);
  return ownLine(`${actionText(action)} (${shown}) → stops ${action.services.join(', ')}`);
}

/**
 * The plan as people read it: a line a step, with its cause. What only follows from another step, as
 * the start of a container that is made, has no line of its own.
 */
export function planLines({ steps }: Plan, options: PlanTextOptions = {}): readonly string[] {
  return steps.filter(({ cause }) => cause !== '').map((step) => stepText(step, options));
}

/** The plan's lines as one text; `nothing to do` where there is none. */
export function planText(plan: Plan, options: PlanTextOptions = {}): string {
  const lines = plan.steps.length === 0 ? ['nothing to do'] : planLines(plan, options);
  return [...lines, ''].join('\n');
}

/** What a failure of a step is about. */
export function subjectOf(action: Action): FailureSubject {
  switch (action.kind) {
    case 'root-image':
      return { image: action.reference };
    case 'build-image':
    case 'seed-caches':
      return { image: action.image };
    case 'bring-image':
      return { image: action.reference, service: action.service };
    case 'install':
    case 'compile':
      return { module: action.module };
    case 'engine':
    case 'pipeline':
    case 'create-volume':
    case 'recreate-network':
    case 'hook':
      return {};
    case 'remove':
    case 'reset-data':
    case 'create':
    case 'recreate':
    case 'scale':
    case 'start':
    case 'await':
      return { service: action.service };
    default:
      return unreachable(action);
  }
}

/** The service that a step is about; undefined for those about images and modules. */
export function serviceOf({ action }: Step): string | undefined {
  return 'service' in action && action.kind !== 'bring-image' ? action.service : undefined;
}

/** Services about which nothing is done when a step fails, in the order of the plan. */
export function servicesNeeding(id: string, { steps }: Plan): readonly string[] {
  const lost = new Set([id]);
  const services = new Set<string>();
  // Steps come after those that they need: one look at each is enough.
  for (const step of steps) {
    if (!step.needs.some((need) => lost.has(need))) continue;
    lost.add(step.id);
    const service = serviceOf(step);
    if (service !== undefined) services.add(service);
  }
  return [...services];
}

/** Services whose containers the plan makes or starts. */
export function changedServices({ steps }: Plan): ReadonlySet<string> {
  const kinds: readonly string[] = ['create', 'recreate', 'scale', 'start'];
  return new Set(
    steps.flatMap((step) => (kinds.includes(step.action.kind) ? (serviceOf(step) ?? []) : [])),
  );
}
