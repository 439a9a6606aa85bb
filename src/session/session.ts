import type { Failure } from '../events/failure.ts';
import type { Settings } from '../model/settings.ts';
import type { SessionState } from '../state/session-state.ts';
import { createTurnFinder } from '../state/turns.ts';
import type { Result } from '../util/result.ts';
import { tellCompiled } from './compiled-results.ts';
import { createEventBus } from './event-bus.ts';
import type { Intent, IntentAnswer } from './protocol.ts';
import { gatherCrew } from './session-crew.ts';
import { carryOutEffect } from './session-effects.ts';
import type { SessionParts } from './session-parts.ts';
import { NEW_SESSION, sessionStep } from './session-step.ts';
import type { SaveRequest, SessionFacts, SessionInput } from './session-input.ts';
import type { FileChange } from './sort-change.ts';

export interface Session {
  readonly state: SessionState;
  /** Reads the definition and looks at the engine; false when the definition is wrong. */
  start(): Promise<boolean>;
  changed(change: FileChange): void;
  emit: ReturnType<typeof createEventBus>['emit'];
  intend(intent: Intent): Promise<Result<IntentAnswer, Failure>>;
  /** Ends checks and everything that is followed; resolves when nothing of it runs. */
  stop(reason: string): Promise<void>;
}

/**
 * The one loop: file changes and intents come in, checks run, services restart, the environment
 * follows its definition, and everything that happens goes out as events. What follows from what is
 * decided by `session-step.ts`; here the parts are put together.
 */
export function createSession(parts: SessionParts): Session {
  const { clock, identity } = parts;
  const bus = createEventBus(clock);
  const over = new AbortController();
  const findTurns = createTurnFinder();
  let model = NEW_SESSION;

  bus.subscribe((event) => {
    parts.onEvent(event, bus.state);
    if (!event.kind.startsWith('check-')) return;
    const desktop = model.loaded?.settings.notifications.desktop === true;
    for (const turn of findTurns(bus.state)) parts.onTurn(turn, desktop);
  });

  /** An effect may lead to the next input: it is followed before the effects after it. */
  function give(input: SessionInput): void {
    const facts: SessionFacts = {
      now: clock.now(),
      reading: crew.definition.reading,
      ending: over.signal.aborted,
      restarts: parts.restarts !== false,
    };
    const next = sessionStep(model, input, facts);
    model = next.model;
    for (const effect of next.effects) carryOutEffect(effect, crew);
  }

  /** @returns the number of the save. */
  function ask(request: SaveRequest): number {
    const save = model.saves + 1;
    give({ kind: 'asked', request });
    return save;
  }

  const crew = gatherCrew(parts, { bus, signal: over.signal, model: () => model, give, ask });

  /** Nobody waits for it: it is for whoever comes to the same engine by another address. */
  async function tellEngine(): Promise<void> {
    const known = await parts.engine.identity();
    if (known.ok && !over.signal.aborted) bus.emit({ kind: 'engine-known', id: known.value });
  }

  return {
    get state() {
      return bus.state;
    },
    emit: (happening) => bus.emit(happening),
    start: async () => {
      const { pid, project, root, context, version, engine } = identity;
      const started = { kind: 'session-started', pid, project, root, context, version } as const;
      bus.emit({ ...started, ...(engine !== undefined && { engine }) });
      const good = await crew.definition.load();
      tellCompiled(parts.environment, bus);
      await crew.services.refresh();
      void tellEngine();
      void crew.services.follow(over.signal);
      return good;
    },
    changed: (change) => {
      if (over.signal.aborted) return;
      give(crew.sort(change, model.loaded?.settings ?? NOTHING_WATCHED));
    },
    intend: async (intent) => {
      if (over.signal.aborted) return { ok: false, failure: ENDING };
      return crew.intents(intent);
    },
    stop: async (reason) => {
      bus.emit({ kind: 'session-stopping', reason });
      over.abort();
      // Whoever takes the environment down must not meet an edit that is still being applied.
      const applied = crew.definition.stop();
      crew.restarter.stop();
      crew.loops.cancel({ reason: 'stopping' });
      await Promise.all([applied, crew.loops.idle(), crew.sync?.idle()]);
      await parts.runner.close();
      await parts.pool.close();
    },
  };
}

/** Before there is a definition that is right, only its own files count. */
const NOTHING_WATCHED: Pick<Settings, 'watch' | 'modules'> = {
  watch: { enabled: false, mode: 'auto', quietMs: 0 },
  modules: new Map(),
};

const ENDING: Failure = { reason: 'interrupted', what: 'the session is ending' };
