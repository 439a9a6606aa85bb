import type { SessionEvent } from '../events/session-event.ts';
import type { Clock } from '../ports/clock.ts';
import { reduce } from '../state/reduce.ts';
import { EMPTY_STATE } from '../state/session-state.ts';
import type { SessionState } from '../state/session-state.ts';

/** An event without its stamp; `save` is 0 when it is not given. */
export type Happening = SessionEvent extends infer Event
  ? Event extends SessionEvent
    ? Omit<Event, 'at' | 'save'> & { readonly at?: number; readonly save?: number }
    : never
  : never;

export interface EventBus {
  emit(happening: Happening): void;
  readonly state: SessionState;
  /** Called after each event with the states around it. */
  subscribe(listener: (event: SessionEvent, before: SessionState) => void): void;
}

/** Stamps events, keeps the state that they lead to, and passes them on in order. */
export function createEventBus(clock: Clock): EventBus {
  const listeners: ((event: SessionEvent, before: SessionState) => void)[] = [];
  const queue: SessionEvent[] = [];
  let state = EMPTY_STATE;
  let delivering = false;

  /** A listener may emit: what it says comes after what it heard, for everybody. */
  function deliver(): void {
    if (delivering) return;
    delivering = true;
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const before = state;
      state = reduce(state, event);
      for (const listener of listeners) listener(event, before);
    }
    delivering = false;
  }

  return {
    emit: (happening) => {
      queue.push({ save: 0, at: clock.now(), ...happening });
      deliver();
    },
    get state() {
      return state;
    },
    subscribe: (listener) => listeners.push(listener),
  };
}
