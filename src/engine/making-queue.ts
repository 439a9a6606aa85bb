import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComposeCli, ComposeTarget } from '../ports/compose-cli.ts';
import { fail, type Result } from '../util/result.ts';

/** Containers of one service that are to be made. */
export interface Making {
  readonly kind: 'create' | 'recreate' | 'scale';
  readonly service: string;
}

interface Dependencies {
  readonly compose: Pick<ComposeCli, 'create'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Outcome = Result<void, Failure>;

const INTERRUPTED: Failure = { reason: 'interrupted', what: 'interrupted' };
/** How long Compose may take to end when it is told to. */
const COMPOSE_END_MS = 3_000;

/**
 * Has Compose make containers: one process at a time, which takes all that has been asked for by
 * then. Most of such a process's time is the same for one service and for twenty; and two at once
 * would make the project's network twice.
 */
export function makingQueue(
  target: ComposeTarget,
  { compose, clock, signal }: Dependencies,
): (making: Making) => Promise<Outcome> {
  let asked: { readonly making: Making; readonly resolve: (outcome: Outcome) => void }[] = [];
  let isWorking = false;

  async function callOnce(services: readonly string[], forceRecreate: boolean): Promise<Outcome> {
    if (signal.aborted) return fail(INTERRUPTED);
    const work = compose.create(target, { services, forceRecreate, signal });
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

  /** What becomes of each; one that cannot be made keeps no other from being made. */
  async function call(
    makings: readonly Making[],
    forceRecreate: boolean,
  ): Promise<Map<Making, Outcome>> {
    const outcomes = new Map<Making, Outcome>();
    if (makings.length === 0) return outcomes;
    const names = makings.map(({ service }) => service);
    const together = await callOnce(names, forceRecreate);
    const isTold = together.ok || ['interrupted', 'no-engine'].includes(together.failure.reason);
    for (const making of makings) {
      const isAlone = isTold || makings.length === 1;
      outcomes.set(making, isAlone ? together : await callOnce([making.service], forceRecreate));
    }
    return outcomes;
  }

  async function makeAll(makings: readonly Making[]): Promise<Map<Making, Outcome>> {
    // Where there is no container yet, to make it anew is to make it.
    const anew = makings.some(({ kind }) => kind === 'recreate');
    const made = await call(
      makings.filter(({ kind }) => kind !== 'scale'),
      anew,
    );
    const scaled = await call(
      makings.filter(({ kind }) => kind === 'scale'),
      false,
    );
    return new Map([...made, ...scaled]);
  }

  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    // Whatever is asked for at this very moment comes along.
    await Promise.resolve();
    while (asked.length > 0) {
      const batch = asked;
      asked = [];
      const outcomes = await makeAll(batch.map(({ making }) => making));
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
