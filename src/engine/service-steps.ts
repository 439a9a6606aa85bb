import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Action } from '../plan/step.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli } from '../ports/compose-cli.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { ServiceWatch } from './await-services.ts';
import { explainService } from './explain-service.ts';
import { makingQueue, type Making } from './making-queue.ts';
import { stepOf } from './services-progress.ts';
import { createServiceStart, type StartRequest } from './start-service.ts';

type Outcome = Promise<Result<void, Failure>>;
type ActionOf<K extends Action['kind']> = Action & { readonly kind: K };

export interface ServiceStepsRequest extends StartRequest {
  /** For one service to become ready. */
  readonly timeoutMs: number;
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

export function createServiceSteps(request: ServiceStepsRequest, deps: Dependencies): ServiceSteps {
  const { target } = request;
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

  const startService = createServiceStart(request, { engine, compose, report, signal, make });

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
      return told(service, startService(service));
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
