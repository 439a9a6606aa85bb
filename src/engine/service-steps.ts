import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { ServiceLinks } from '../plan/service-links.ts';
import type { Action } from '../plan/step.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../ports/compose-cli.ts';
import type { ContainerSummary, Engine } from '../ports/engine.ts';
import type { Account } from '../util/accounts.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { stepOf, type ServiceWatch } from './await-services.ts';
import { explainService } from './explain-service.ts';
import { makingQueue, type Making } from './making-queue.ts';

type Outcome = Promise<Result<void, Failure>>;
type ActionOf<K extends Action['kind']> = Action & { readonly kind: K };

export interface ServiceStepsRequest {
  readonly target: ComposeTarget;
  readonly links: ReadonlyMap<string, ServiceLinks>;
  /** For one service to become ready. */
  readonly timeoutMs: number;
  /** Services that run as the person. */
  readonly asPerson: { readonly services: ReadonlySet<string>; readonly account: Account };
}

interface Dependencies {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly clock: Clock;
  readonly watch: ServiceWatch;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What can be done to services, an action each. Every one resolves; nothing is decided here. */
export interface ServiceSteps {
  /** Engines cannot change a network: all that is in it goes first, and then it. */
  takeNetwork(action: ActionOf<'recreate-network'>): Outcome;
  remove(action: ActionOf<'remove'>): Outcome;
  resetData(action: ActionOf<'reset-data'>): Outcome;
  /** Makes containers that do not run yet; those that are asked for at one moment are made at once. */
  make(action: ActionOf<Making['kind']>): Outcome;
  start(service: string): Outcome;
  awaitReady(service: string): Outcome;
  /** Tells that a service is not started, and why. */
  tellCancelled(service: string, why: string): void;
}

const STOP_GRACE_SECONDS = 10;

/** What engines say of a container whose process they lost when they were killed. */
const LEFT_BY_ENGINE =
  /\btask\b.*already exists|container with (?:given )?ID already exists|marked for removal/i;

function isLeftByEngine({ why, detail }: Failure): boolean {
  return [why ?? '', ...(detail ?? [])].some((line) => LEFT_BY_ENGINE.test(line));
}

export function createServiceSteps(request: ServiceStepsRequest, deps: Dependencies): ServiceSteps {
  const { target, links, asPerson } = request;
  const { engine, compose, clock, watch, report, signal } = deps;
  const startedAtMs = new Map<string, number>();
  const make = makingQueue(target, { compose, clock, signal });

  function begin(service: string, detail: string): void {
    const id = stepOf(service);
    if (!startedAtMs.has(service)) {
      startedAtMs.set(service, clock.now());
      report({ kind: 'step-started', id, label: service });
    }
    report({ kind: 'step-progress', id, detail });
  }

  function finishFailed(service: string, detail: string): void {
    const durationMs = clock.now() - (startedAtMs.get(service) ?? clock.now());
    const step = { id: stepOf(service), label: service, detail, durationMs };
    report({ kind: 'step-finished', ...step, outcome: 'failed' });
  }

  async function told(service: string, work: Outcome): Outcome {
    const result = await work;
    if (!result.ok && result.failure.reason !== 'interrupted') {
      finishFailed(service, result.failure.what);
    }
    return result;
  }

  async function startContainer({ id, state, service }: ContainerSummary): Outcome {
    if (state === 'created' && asPerson.services.has(service)) {
      const named = await engine.giveAccount(id, asPerson.account);
      if (!named.ok) return named;
    }
    return engine.startContainer(id);
  }

  async function startContainers(service: string): Outcome {
    if (links.get(service)?.startedByCompose === true)
      return compose.start(target, [service], { signal });
    const listed = await engine.containers(target.project);
    if (!listed.ok) return listed;
    const own = listed.value.filter((one) => !one.oneOff && one.service === service);
    const results = await Promise.all(
      own.filter(({ state }) => state !== 'running').map(startContainer),
    );
    return results.find((result) => !result.ok) ?? ok(undefined);
  }

  /** An engine that was killed may know a container's process still, and then never starts it again. */
  async function startOrMakeAnew(service: string): Outcome {
    const started = await startContainers(service);
    if (started.ok || !isLeftByEngine(started.failure)) return started;
    report({
      kind: 'note',
      level: 'warning',
      text: `${service}: the engine was killed and cannot start this container again: made anew`,
    });
    const made = await make({ kind: 'recreate', service });
    return made.ok ? startContainers(service) : made;
  }

  return {
    takeNetwork: async ({ name, services }) => {
      const removed = await compose.remove(target, services);
      if (!removed.ok) return removed;
      const members = await engine.networkMembers(name);
      if (!members.ok) return members;
      // Consoles and tools of this project: others were refused before.
      for (const id of members.value.keys()) {
        const gone = await engine.disconnect(name, id);
        if (!gone.ok) return gone;
      }
      return engine.removeNetwork(name);
    },
    remove: async ({ containerId }) => {
      const stopped = await engine.stopContainer(containerId, { graceSeconds: STOP_GRACE_SECONDS });
      return stopped.ok ? engine.removeContainer(containerId) : stopped;
    },
    resetData: async ({ service, volumes }) => {
      const removed = await compose.remove(target, [service]);
      if (!removed.ok) return removed;
      for (const volume of volumes) {
        const gone = await engine.removeVolume(volume);
        if (!gone.ok) return gone;
      }
      return ok(undefined);
    },
    make: async ({ kind, service }) => {
      begin(service, kind === 'recreate' ? 'being made anew' : 'being made');
      const made = await told(service, make({ kind, service }));
      if (made.ok) begin(service, 'made, to be started');
      return made;
    },
    start: (service) => {
      begin(service, 'starting');
      return told(service, startOrMakeAnew(service));
    },
    awaitReady: async (service) => {
      if (!startedAtMs.has(service)) begin(service, 'waiting');
      const options = { timeoutMs: request.timeoutMs, signal };
      const since = startedAtMs.get(service) ?? clock.now();
      const awaited = await watch.until(service, { ...options, startedAtMs: since });
      if (!awaited.ok) return awaited;
      if (awaited.value.phase === 'ready') return ok(undefined);
      return fail(await explainService(engine, awaited.value));
    },
    tellCancelled: (service, why) => finishFailed(service, `not started: ${why}`),
  };
}
