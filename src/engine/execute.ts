import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { Plan, PlannedOperation } from '../plan/operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../ports/compose-cli.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { ServiceWatch } from './await-services.ts';
import { explainService } from './explain-service.ts';
import type { AwaitedService } from './service-progress.ts';

export interface ExecuteRequest {
  readonly plan: Plan;
  readonly target: ComposeTarget;
  /** Services to wait for, those with no operation too. */
  readonly awaited: readonly AwaitedService[];
  readonly timeoutMs: number;
}

interface Dependencies {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };
const STOP_GRACE_SECONDS = 10;
/** How long Compose may take to end when it is told to. */
const COMPOSE_END_MS = 3_000;

type OperationKind = PlannedOperation['operation']['kind'];

function servicesWith(plan: Plan, kinds: readonly OperationKind[]): string[] {
  return plan.operations.flatMap(({ operation }) =>
    kinds.includes(operation.kind) ? [operation.service] : [],
  );
}

async function removeContainers(plan: Plan, engine: Engine): Promise<Result<void, Failure>> {
  for (const { operation } of plan.operations) {
    if (operation.kind !== 'remove') continue;
    const { containerId } = operation;
    const stopped = await engine.stopContainer(containerId, { graceSeconds: STOP_GRACE_SECONDS });
    if (!stopped.ok) return stopped;
    const removed = await engine.removeContainer(containerId);
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

async function resetData(
  request: ExecuteRequest,
  { compose, engine, signal }: Dependencies,
): Promise<Result<void, Failure>> {
  const services = servicesWith(request.plan, ['reset-data']);
  if (services.length === 0) return ok(undefined);
  if (signal.aborted) return fail(INTERRUPTED);
  const removed = await compose.remove(request.target, services);
  if (!removed.ok) return removed;
  for (const { operation } of request.plan.operations) {
    if (operation.kind !== 'reset-data') continue;
    for (const volume of operation.volumes) {
      const gone = await engine.removeVolume(volume);
      if (!gone.ok) return gone;
    }
  }
  return ok(undefined);
}

/** Engines cannot change a network: all that is in it goes first, and then it. */
async function remakeNetworks(
  { plan, target }: ExecuteRequest,
  { engine, compose }: Dependencies,
): Promise<Result<void, Failure>> {
  const services = [...new Set(plan.networks.flatMap((network) => network.services))];
  if (services.length === 0) return ok(undefined);
  const removed = await compose.remove(target, services);
  if (!removed.ok) return removed;
  for (const { name } of plan.networks) {
    const members = await engine.networkMembers(name);
    if (!members.ok) return members;
    // Consoles and tools of this project: others were refused before.
    for (const id of members.value.keys()) {
      const gone = await engine.disconnect(name, id);
      if (!gone.ok) return gone;
    }
    const gone = await engine.removeNetwork(name);
    if (!gone.ok) return gone;
  }
  return ok(undefined);
}

/** Compose starts in the order of the dependencies; one call for each way of starting. */
async function startServices(
  request: ExecuteRequest,
  { compose, signal }: Dependencies,
): Promise<Result<void, Failure>> {
  const { plan, target } = request;
  const recreated = servicesWith(plan, ['recreate']);
  if (recreated.length > 0) {
    const done = await compose.up(target, { services: recreated, forceRecreate: true, signal });
    if (!done.ok) return done;
  }
  if (signal.aborted) return fail(INTERRUPTED);
  const started = servicesWith(plan, ['create', 'start', 'scale']);
  if (started.length === 0) return ok(undefined);
  return compose.up(target, { services: started, forceRecreate: false, signal });
}

/**
 * Carries out a plan and waits until every awaited service is ready. Decides nothing by itself.
 * A failure lists what is not healthy; whatever else runs is left running.
 */
export async function execute(
  request: ExecuteRequest,
  deps: Dependencies,
): Promise<Result<void, readonly Failure[]>> {
  const { engine, clock, report, signal } = deps;
  const isInterrupted = (): boolean => signal.aborted;
  if (isInterrupted()) return fail([INTERRUPTED]);
  const removed = await removeContainers(request.plan, engine);
  if (!removed.ok) return fail([removed.failure]);
  const reset = await resetData(request, deps);
  if (!reset.ok) return fail([reset.failure]);
  const remade = await remakeNetworks(request, deps);
  if (!remade.ok) return fail([remade.failure]);
  if (isInterrupted()) return fail([INTERRUPTED]);

  const watch = new ServiceWatch(
    {
      project: request.target.project,
      services: request.awaited,
      timeoutMs: request.timeoutMs,
    },
    { engine, clock, report },
  );
  const over = new AbortController();
  const work = AbortSignal.any([signal, over.signal]);
  const isOver = (): boolean => work.aborted;
  const awaiting = watch.result(signal);
  const started = startServices(request, { ...deps, signal: work }).then(async (result) => {
    if (!isOver()) await watch.settle();
    return result;
  });
  const awaited = await awaiting;
  const allReady = awaited.ok && awaited.value.failed.length === 0;
  // Compose would go on waiting for what has failed, or is of no interest any more.
  if (!allReady) over.abort();
  // Whoever comes next must not meet it at work, and what it leaves behind is known then.
  const call = await (allReady ? started : atMost(COMPOSE_END_MS, started, clock));
  if (!awaited.ok) return fail([awaited.failure]);
  if (allReady) return ok(undefined);

  const failures = await Promise.all(
    awaited.value.failed.map((progress) => explainService(engine, progress)),
  );
  // Compose's own words only where no service explains them; a port that was taken explains all.
  const explained = awaited.value.failed.some(({ containerId }) => containerId !== undefined);
  const tells = (reason: Failure['reason']): boolean =>
    reason === 'port-taken' || (!explained && reason !== 'interrupted');
  return fail(!call.ok && tells(call.failure.reason) ? [call.failure] : failures);
}

/** What the work comes to; an interruption when it does not end by then. */
async function atMost(
  limitMs: number,
  work: Promise<Result<void, Failure>>,
  clock: Clock,
): Promise<Result<void, Failure>> {
  const done = new AbortController();
  const late = clock.sleep(limitMs, done.signal).catch(() => undefined);
  const result = await Promise.race([work, late.then(() => fail(INTERRUPTED))]);
  done.abort();
  return result;
}
