/**
 * Which step runs when. Pure: inputs come from the executor, effects go back to it.
 *
 *              needs done, `after` over, cores and its lane free
 *     waiting ──────────────────────────────────────► running ──► done | failed
 *        │  what it needs failed or was cancelled; given up
 *        └──────────────────────────────────────────► cancelled
 *
 * A failure cancels what hangs on it, and nothing else: the rest is finished. No core idles while a
 * step is ready that fits: each is done once, so that none can be kept waiting for ever.
 */
import { unreachable } from '../util/unreachable.ts';

/** What a step has to do with others. */
export interface Schedulable {
  readonly id: string;
  /** Steps that must have been done well. */
  readonly needs: readonly string[];
  /** Steps that must be over, well or not. */
  readonly after: readonly string[];
  /** Cores that it keeps busy. */
  readonly weight: number;
  /** Of its kind only so many run at once, whatever is free. */
  readonly lane?: string | undefined;
}

/** What may be busy at once. */
export interface Capacity {
  readonly cores: number;
  /** Lane → steps; one that is not named has no bound. */
  readonly lanes?: Readonly<Record<string, number>>;
}

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Schedule<S extends Schedulable> {
  /** In the order in which they are preferred. */
  readonly steps: readonly S[];
  readonly states: ReadonlyMap<string, StepState>;
  readonly capacity: Capacity;
}

export type ScheduleInput =
  | { readonly kind: 'begin' }
  | { readonly kind: 'ended'; readonly id: string; readonly outcome: 'done' | 'failed' }
  /** Nothing begins any more; what runs ends by itself. */
  | { readonly kind: 'give-up' };

export type ScheduleEffect<S> =
  /** All that can begin at this moment, together. */
  | { readonly kind: 'start'; readonly steps: readonly S[] }
  /** It will not be done; `because` names the step that failed, if one did. */
  | { readonly kind: 'cancelled'; readonly step: S; readonly because: string | undefined }
  /** Nothing waits or runs any more. */
  | { readonly kind: 'over' };

export function newSchedule<S extends Schedulable>(
  steps: readonly S[],
  capacity: Capacity,
): Schedule<S> {
  const states = new Map<string, StepState>(steps.map(({ id }) => [id, 'waiting']));
  const unknown = steps.flatMap(({ needs, after }) => [...needs, ...after]);
  const missing = unknown.find((id) => !states.has(id));
  if (missing !== undefined) throw new Error(`a step waits for ${missing}, which is no step`);
  return { steps, states, capacity };
}

/** The schedule after an input, and what is to be done about it, in this order. */
export function advanceSchedule<S extends Schedulable>(
  before: Schedule<S>,
  input: ScheduleInput,
): { readonly schedule: Schedule<S>; readonly effects: readonly ScheduleEffect<S>[] } {
  const effects: ScheduleEffect<S>[] = [];
  const states = new Map(before.states);
  const schedule = { ...before, states };
  take(schedule, input, effects);
  startReady(schedule, effects);
  const isOver = [...states.values()].every((state) => !['waiting', 'running'].includes(state));
  if (isOver) effects.push({ kind: 'over' });
  return { schedule, effects };
}

/** A schedule while its next one is made. */
type Draft<S extends Schedulable> = Schedule<S> & { readonly states: Map<string, StepState> };

function take<S extends Schedulable>(
  draft: Draft<S>,
  input: ScheduleInput,
  effects: ScheduleEffect<S>[],
): void {
  switch (input.kind) {
    case 'begin':
      return;
    case 'ended':
      if (draft.states.get(input.id) !== 'running') return;
      draft.states.set(input.id, input.outcome);
      if (input.outcome === 'failed') cancelNeeding(draft, input.id, effects);
      return;
    case 'give-up':
      for (const step of draft.steps) cancel(draft, step, undefined, effects);
      return;
    default:
      return unreachable(input);
  }
}

function cancel<S extends Schedulable>(
  { states }: Draft<S>,
  step: S,
  because: string | undefined,
  effects: ScheduleEffect<S>[],
): boolean {
  if (states.get(step.id) !== 'waiting') return false;
  states.set(step.id, 'cancelled');
  effects.push({ kind: 'cancelled', step, because });
  return true;
}

/** Cancels everything that needs a step, over any number of others. */
function cancelNeeding<S extends Schedulable>(
  draft: Draft<S>,
  failed: string,
  effects: ScheduleEffect<S>[],
): void {
  const lost = [failed];
  for (const id of lost) {
    for (const step of draft.steps) {
      if (step.needs.includes(id) && cancel(draft, step, failed, effects)) lost.push(step.id);
    }
  }
}

const isOver = (state: StepState | undefined): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled';

/** What of the capacity is left, and taken from as steps begin. */
class Room {
  readonly #capacity: Capacity;
  #cores: number;
  readonly #lanes = new Map<string, number>();

  constructor(capacity: Capacity, running: readonly Schedulable[]) {
    this.#capacity = capacity;
    this.#cores = capacity.cores;
    for (const step of running) this.take(step);
  }

  /** One that wants more cores than there are takes all of them. */
  #load({ weight }: Schedulable): number {
    return Math.min(Math.max(0, weight), this.#capacity.cores);
  }

  fits(step: Schedulable): boolean {
    const lane = step.lane === undefined ? undefined : this.#capacity.lanes?.[step.lane];
    const isLaneFree = lane === undefined || (this.#lanes.get(step.lane ?? '') ?? 0) < lane;
    // Thirds of cores do not add up to whole ones exactly.
    return isLaneFree && this.#load(step) <= this.#cores + 1e-9;
  }

  take(step: Schedulable): void {
    this.#cores -= this.#load(step);
    if (step.lane !== undefined) {
      this.#lanes.set(step.lane, (this.#lanes.get(step.lane) ?? 0) + 1);
    }
  }
}

function startReady<S extends Schedulable>(draft: Draft<S>, effects: ScheduleEffect<S>[]): void {
  const { steps, states, capacity } = draft;
  const room = new Room(
    capacity,
    steps.filter(({ id }) => states.get(id) === 'running'),
  );
  const started: S[] = [];
  for (const step of steps) {
    if (states.get(step.id) !== 'waiting') continue;
    const isReady =
      step.needs.every((id) => states.get(id) === 'done') &&
      step.after.every((id) => isOver(states.get(id)));
    if (!isReady || !room.fits(step)) continue;
    room.take(step);
    states.set(step.id, 'running');
    started.push(step);
  }
  if (started.length > 0) effects.push({ kind: 'start', steps: started });
  const runs = [...states.values()].includes('running');
  // They wait for one another in a circle: nothing will ever start them.
  if (!runs) for (const step of steps) cancel(draft, step, undefined, effects);
}
