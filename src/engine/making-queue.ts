import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli, ComposeCreateOptions, ComposeTarget } from '../ports/compose-cli.ts';
import type { Engine } from '../ports/engine.ts';
import type { ServiceAction } from '../ports/orchestrator.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { clearCutOff } from './clear-cut-off.ts';
import { giveBack } from './give-back.ts';

/** Containers of one service that are to be made. */
export type Making = ServiceAction & { readonly kind: 'create' | 'recreate' | 'scale' };

interface Dependencies {
  /** How many containers a service is to have. */
  readonly replicasOf: (service: string) => number | undefined;
  readonly compose: Pick<ComposeCli, 'create'>;
  readonly engine: Pick<
    Engine,
    'containers' | 'removeContainer' | 'removeVolume' | 'startContainer'
  >;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Compose has made these anew, too, which nobody asked for; they run again. */
  readonly onGivenBack: (services: readonly string[]) => void;
}

type Outcome = Result<void, Failure>;
type Way = Pick<ComposeCreateOptions, 'forceRecreate' | 'renewUnnamedVolumes'>;

const ANEW_WITH_VOLUMES: Way = { forceRecreate: true, renewUnnamedVolumes: true };

/** Names of the volumes that are not handed on to the new container. */
const oldVolumes = (making: Making): readonly string[] =>
  making.kind === 'recreate' ? (making.renewed ?? []).map(({ name }) => name) : [];

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };
/** How long Compose may take to end when it is told to. */
const COMPOSE_END_MS = 3_000;

/** How often it is tried with a name that somebody has. */
const TRIES = 3;

const isNameTaken = ({ what, why = '', detail = [] }: Failure): boolean =>
  /container name .* is already in use/.test([what, why, ...detail].join('\n'));

/** The one that a service is to have, as Compose calls it. */
const onlyContainer = (project: string, service: string): string => `${project}-${service}-1`;

interface Asked {
  readonly making: Making;
  readonly resolve: (outcome: Outcome) => void;
}

/** One process of Compose: for several services, or for one of them alone. */
function composeCalls(
  target: ComposeTarget,
  { compose, engine, clock, signal, onGivenBack }: Dependencies,
) {
  async function once(
    services: readonly string[],
    way: Way,
    onCreated: (container: string) => void,
  ): Promise<Outcome> {
    if (signal.aborted) return fail(INTERRUPTED);
    const replaced = new Set<string>();
    const onReplaced = (container: string): void => void replaced.add(container);
    const work = compose.create(target, {
      ...{ services, ...way, signal, onCreated, onReplaced },
    });
    const outcome = await orLate(work, clock, signal);
    const given = await giveBack(target.project, { replaced, asked: services }, engine);
    if (given.ok && given.value.length > 0) onGivenBack(given.value);
    return outcome.ok && !given.ok ? given : outcome;
  }

  /** One by itself, after it was broken off together with others. */
  async function alone(
    service: string,
    way: Way,
    onCreated: (container: string) => void,
  ): Promise<Outcome> {
    for (let tries = 1; ; tries += 1) {
      const cleared = await clearCutOff(target.project, [service], engine);
      if (!cleared.ok) return cleared;
      const outcome = await once([service], way, onCreated);
      // The engine may have been at making it still when it was looked for.
      if (outcome.ok || tries === TRIES || !isNameTaken(outcome.failure)) return outcome;
    }
  }

  return { once, alone };
}

/**
 * Has Compose make containers: one process at a time, which takes all that has been asked for by
 * then. Most of such a process's time is the same for one service and for twenty; and two at once
 * would make the project's network twice. Who waits for a new container need not wait for those that
 * the process makes after it.
 */
export function makingQueue(
  target: ComposeTarget,
  dependencies: Dependencies,
): (making: Making) => Promise<Outcome> {
  let asked: Asked[] = [];
  let isWorking = false;
  /** Those whose containers are there, of the batch in hand. */
  const made = new Set<Making>();

  const { once, alone } = composeCalls(target, dependencies);

  /** What becomes of each; one that cannot be made keeps no other from being made. */
  async function call(
    makings: readonly Making[],
    way: Way,
    onCreated: (container: string) => void,
  ): Promise<Map<Making, Outcome>> {
    const outcomes = new Map<Making, Outcome>();
    if (makings.length === 0) return outcomes;
    const names = makings.map(({ service }) => service);
    const together = await once(names, way, onCreated);
    const isTold = together.ok || ['interrupted', 'no-engine'].includes(together.failure.reason);
    for (const making of makings) {
      const isAlone = isTold || makings.length === 1 || made.has(making);
      const own = isAlone ? together : await alone(making.service, way, onCreated);
      outcomes.set(making, own);
    }
    return outcomes;
  }

  async function makeAll(batch: readonly Asked[]): Promise<Map<Making, Outcome>> {
    const makings = batch.map(({ making }) => making);
    // Where there is no container yet, to make it anew is to make it.
    const anew = makings.some(({ kind }) => kind === 'recreate');
    // One that takes the place of another has that one's name only at the end.
    const onCreated = (container: string): void => {
      const one = batch.find(
        ({ making: { kind, service } }) =>
          kind === 'create' &&
          container === onlyContainer(target.project, service) &&
          dependencies.replicasOf(service) === 1,
      );
      if (one === undefined || anew) return;
      made.add(one.making);
      one.resolve(ok(undefined));
    };
    const renewed = makings.filter((making) => oldVolumes(making).length > 0);
    const created = await call(
      makings.filter((making) => making.kind !== 'scale' && !renewed.includes(making)),
      { forceRecreate: anew },
      onCreated,
    );
    const scaled = await call(
      makings.filter(({ kind }) => kind === 'scale'),
      { forceRecreate: false },
      () => undefined,
    );
    const fresh = await call(renewed, ANEW_WITH_VOLUMES, () => undefined);
    for (const [making, outcome] of fresh) if (outcome.ok) await removeOld(making);
    return new Map([...created, ...scaled, ...fresh]);
  }

  /** Somebody else's container may have one: then it stays. */
  async function removeOld(making: Making): Promise<void> {
    for (const name of oldVolumes(making)) await dependencies.engine.removeVolume(name);
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    // Whatever is asked for at this very moment comes along.
    await Promise.resolve();
    while (asked.length > 0) {
      const batch = asked;
      asked = [];
      made.clear();
      const outcomes = await makeAll(batch);
      for (const { making, resolve } of batch) {
        resolve(outcomes.get(making) ?? fail(INTERRUPTED));
      }
    }
    isWorking = false;
  }

  return (making) =>
    new Promise((resolve) => {
      asked.push({ making, resolve });
      void work();
    });
}

/** Who does not end when it is told to is not waited for. */
async function orLate(
  work: Promise<Outcome>,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const ended = new AbortController();
  const late = new Promise<Outcome>((resolve) => {
    const give = (): void => {
      clock.sleep(COMPOSE_END_MS, ended.signal).then(
        () => resolve(fail(INTERRUPTED)),
        () => undefined,
      );
    };
    signal.addEventListener('abort', give, { once: true, signal: ended.signal });
  });
  const outcome = await Promise.race([work, late]);
  ended.abort();
  return outcome;
}
