import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  SessionEffect,
  SessionFacts,
  SessionInput,
  SessionModel,
} from '../../../src/session/session-input.ts';
import { NEW_SESSION, sessionStep } from '../../../src/session/session-step.ts';
import { aCompiledModule, aDefinition } from '../../support/session-bench.ts';

const FACTS: SessionFacts = { now: 1_000, reading: false, ending: false, restarts: true };
const SCRIPT = { run: 'python app.py', restart: 'on-compile', checks: [] } as const;
const MODULES = [
  aCompiledModule('lib'),
  aCompiledModule('api', { uses: ['lib'] }),
  aCompiledModule('script', SCRIPT),
];
const LOADED = aDefinition(MODULES);
const READY: SessionModel = { ...NEW_SESSION, loaded: LOADED, followed: LOADED };

function saved(module: string, path = `${module}/a.js`): SessionInput {
  const change = {
    paths: [path],
    comeOrGone: new Set<string>(),
    ...{ firstAt: 900, lastAt: 950, topics: () => [] },
  };
  const sorted = {
    modules: new Map([[module, [path]]]),
    unwatched: new Set<string>(),
    ...{ lockfiles: [], definitions: [], ignoreFiles: [] },
  };
  return { kind: 'files-changed', change, sorted, admitted: sorted.modules };
}

function edited(path: string): SessionInput {
  const input = saved('lib');
  if (input.kind !== 'files-changed') return input;
  const change = { ...input.change, paths: [...input.change.paths, path] };
  return { ...input, change, sorted: { ...input.sorted, definitions: [path] } };
}

const kinds = (effects: readonly SessionEffect[]): readonly string[] =>
  effects.map((effect) =>
    effect.kind === 'check' ? `check ${effect.options.modules.join(' ')}` : effect.kind,
  );

describe('a step of the session', () => {
  it('numbers a save, tells it, and has what it concerns checked', () => {
    const { model, effects } = sessionStep(READY, saved('lib'), FACTS);
    expect(model.saves).toBe(1);
    expect(kinds(effects)).toEqual(['emit', 'check lib api']);
  });

  it('restarts at once what has nothing to compile, where things are restarted at all', () => {
    const { effects } = sessionStep(READY, saved('script'), FACTS);
    expect(kinds(effects)).toEqual(['emit', 'restart', 'check script']);
    const once = sessionStep(READY, saved('script'), { ...FACTS, restarts: false });
    expect(kinds(once.effects)).toEqual(['emit', 'check script']);
  });

  it('waits with what changed together with the definition until that is read', () => {
    const { model, effects } = sessionStep(READY, edited('dev.yaml'), FACTS);
    expect(kinds(effects)).toEqual(['emit', 'redefine']);
    const more = sessionStep(model, saved('api'), { ...FACTS, reading: true });
    expect(kinds(more.effects)).toEqual(['emit']);
    const read = sessionStep(more.model, { kind: 'definition-read' }, FACTS);
    expect(kinds(read.effects)).toEqual(['check lib api', 'check api', 'catch-up']);
    expect(read.model.postponed).toEqual([]);
  });

  it('begins nothing while the session ends', () => {
    const ending = { ...FACTS, ending: true };
    const { effects } = sessionStep(READY, { kind: 'checks-missed', module: 'lib' }, ending);
    expect(kinds(effects)).toEqual(['emit']);
  });

  it('is told of a definition once, and forgets loops only where checks are others', () => {
    const first = sessionStep(NEW_SESSION, { kind: 'defined', loaded: LOADED }, FACTS);
    expect(kinds(first.effects)).toEqual(['forget-loops', 'emit', 'take-over']);
    const again = sessionStep(
      first.model,
      { kind: 'defined', loaded: aDefinition(MODULES) },
      FACTS,
    );
    expect(kinds(again.effects)).toEqual(['emit', 'take-over']);
  });

  it('checks every save exactly once, whenever the definition is read', () => {
    const inputs = fc.constantFrom<() => SessionInput>(
      () => saved('lib'),
      () => saved('api'),
      () => saved('script'),
      () => edited('dev.yaml'),
      () => ({ kind: 'definition-read' }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(inputs, fc.boolean())), (course) => {
        let model = READY;
        const checked: number[] = [];
        const give = (input: SessionInput, reading: boolean): void => {
          const next = sessionStep(model, input, { ...FACTS, reading });
          model = next.model;
          for (const effect of next.effects) if (effect.kind === 'check') checked.push(effect.save);
        };
        for (const [input, reading] of course) give(input(), reading);
        give({ kind: 'definition-read' }, false);
        const all = Array.from({ length: model.saves }, (_, index) => index + 1);
        expect([...checked].sort((one, other) => one - other)).toEqual(all);
      }),
    );
  });
});
