import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli } from '../ports/compose-cli.ts';
import type { Engine } from '../ports/engine.ts';
import type { Rollout, RolloutRequest, ServiceAction } from '../ports/orchestrator.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { unreachable } from '../util/unreachable.ts';
import type { ServiceWatch } from './await-services.ts';
import { explainService } from './explain-service.ts';
import { createGiving } from './give-to-person.ts';
import { makingQueue, type Making } from './making-queue.ts';
import { stepOf } from './services-progress.ts';
import { createServiceStart } from './start-service.ts';

type Outcome = Promise<Result<void, Failure>>;
type ActionOf<K extends ServiceAction['kind']> = ServiceAction & { readonly kind: K };

interface Dependencies {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly clock: Clock;
  readonly watch: ServiceWatch;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const STOP_GRACE_SECONDS = 10;

/** Carries out a plan's steps of services: Compose makes containers, the engine starts each. */
export function composeRollout(request: RolloutRequest, deps: Dependencies): Rollout {
  const { target } = request;
  const { engine, compose, clock, watch, report, signal } = deps;
  const startedAtMs = new Map<string, number>();
  /** How long the engine took to start a service's containers. */
  const startTookMs = new Map<string, number>();
  const replicasOf = (service: string): number | undefined =>
    request.awaited.find(({ name }) => name === service)?.replicas;
  const onGivenBack = (services: readonly string[]): void => {
    const text = `${services.join(', ')}: made anew by Compose, to which it is another since its last start (was Compose updated?)`;
    report({ kind: 'note', level: 'warning', text });
  };
  const make = makingQueue(target, { replicasOf, compose, engine, clock, signal, onGivenBack });
  const giving = createGiving(request, engine);
  const startService = createServiceStart(request, {
    ...{ engine, compose, report, signal, make, giving },
  });

  function begin(service: string, detail: string): void {
    const id = stepOf(service);
    if (!startedAtMs.has(service)) {
      startedAtMs.set(service, clock.steady());
      report({ kind: 'step-started', id, label: service });
    }
    report({ kind: 'step-progress', id, detail });
  }

  function finishFailed(service: string, detail: string): void {
    const durationMs = clock.steady() - (startedAtMs.get(service) ?? clock.steady());
    const step = { id: stepOf(service), label: service, detail, durationMs };
    report({ kind: 'step-finished', ...step, outcome: 'failed' });
  }

  async function told(service: string, work: Outcome, what?: string): Outcome {
    const result = await work;
    if (!result.ok && result.failure.reason !== 'interrupted') {
      finishFailed(service, what ?? result.failure.what);
    }
    return result;
  }

  /** Before anybody starts who may write to the same volumes. */
  async function makeAndGive(making: Making): Outcome {
    const made = await make(making);
    return made.ok ? giving.service(making.service) : made;
  }

  async function makeTold(making: Making): Outcome {
    const { kind, service } = making;
    begin(service, kind === 'recreate' ? 'being made anew' : 'being made');
    // What Compose says of it is told with the failure, in words.
    const made = await told(service, makeAndGive(making), 'could not be made');
    if (made.ok) begin(service, 'made, to be started');
    return made;
  }

  async function start(service: string): Outcome {
    const atMs = clock.steady();
    const started = await startService(service);
    startTookMs.set(service, clock.steady() - atMs);
    return started;
  }

  return {
    submit: (action) => {
      switch (action.kind) {
        case 'recreate-network':
          return takeNetwork(action, deps, target);
        case 'remove':
          return removeTask(action, deps);
        case 'reset-data':
          return resetData(action, deps, target);
        case 'create':
        case 'recreate':
        case 'scale':
          return makeTold(action);
        case 'start':
          begin(action.service, 'starting');
          return told(action.service, start(action.service));
        default:
          return unreachable(action);
      }
    },
    follow: async (service) => {
      if (!startedAtMs.has(service)) begin(service, 'waiting');
      const options = { timeoutMs: request.timeoutMs, signal };
      const since = startedAtMs.get(service) ?? clock.steady();
      const awaited = await watch.until(service, {
        ...options,
        startedAtMs: since,
        startTookMs: startTookMs.get(service) ?? 0,
      });
      if (!awaited.ok) return awaited;
      if (awaited.value.phase === 'ready') return ok(undefined);
      return fail(await explainService(engine, awaited.value));
    },
    cancel: (service, why) => finishFailed(service, `not started: ${why}`),
    close: () => watch.close(),
  };
}

/**
 * Engines cannot change a network: all that is in it lets go first, and then it goes. The containers
 * stay until others take their places, which get the volumes of theirs that have no name.
 */
async function takeNetwork(
  { name, services }: ActionOf<'recreate-network'>,
  { engine, compose }: Pick<Dependencies, 'engine' | 'compose'>,
  target: RolloutRequest['target'],
): Outcome {
  const stopped = await compose.stop(target, services);
  if (!stopped.ok) return stopped;
  const members = await engine.networkMembers(name);
  if (!members.ok) return members;
  // Consoles and tools of this project: others were refused before.
  for (const id of members.value.keys()) {
    const gone = await engine.disconnect(name, id);
    if (!gone.ok) return gone;
  }
  return engine.removeNetwork(name);
}

async function removeTask(
  { task }: ActionOf<'remove'>,
  { engine }: Pick<Dependencies, 'engine'>,
): Outcome {
  const stopped = await engine.stopContainer(task, { graceSeconds: STOP_GRACE_SECONDS });
  return stopped.ok ? engine.removeContainer(task, 'kept') : stopped;
}

async function resetData(
  { service, volumes }: ActionOf<'reset-data'>,
  { engine, compose }: Pick<Dependencies, 'engine' | 'compose'>,
  target: RolloutRequest['target'],
): Outcome {
  const removed = await compose.remove(target, [service]);
  if (!removed.ok) return removed;
  for (const volume of volumes) {
    const gone = await engine.removeVolume(volume);
    if (!gone.ok) return gone;
  }
  return ok(undefined);
}
