import { withUses } from '../model/uses.ts';
import { candidateOf } from './candidates.ts';
import type { Need } from './pipeline-modules.ts';
import type { Kept, PipelineStep, TriedImage } from './pipeline-plan.ts';
import type { PipelineRequest } from './pipeline-request.ts';

/** Id of the step that tries the images. */
export const SMOKE_STEP = 'smoke';

/** A module's gates wait for its checks and its image. */
export function gateSteps(
  before: readonly PipelineStep[],
  { gateKeys, stored, checks, modules }: PipelineRequest,
): readonly PipelineStep[] {
  return [...(checks ? (gateKeys ?? []) : [])].flatMap(([module, key]) => {
    const all = withUses(
      modules.filter(({ name }) => name === module),
      modules,
    );
    const dependencies = new Set(all.map(({ name }) => `dependencies:${name}`));
    const remade = before.flatMap(({ id, action }) => {
      const isOwn = (action.kind === 'check' || action.kind === 'bake') && action.module === module;
      return isOwn || dependencies.has(id) ? [id] : [];
    });
    if (stored.has(key) && remade.length === 0) return [];
    const action = { kind: 'gate' as const, module };
    return [{ id: `gate:${module}`, action, cause: 'not passed yet', needs: remade }];
  });
}

export function keptGates(
  again: readonly PipelineStep[],
  { gateKeys, stored, checks }: PipelineRequest,
): readonly Kept[] {
  const ids = new Set(again.map(({ id }) => id));
  return [...(checks ? (gateKeys ?? []) : [])].flatMap(([module, key]) => {
    const from = stored.get(key);
    const id = `gate:${module}`;
    return from === undefined || ids.has(id) ? [] : [{ id, from }];
  });
}

/** All images are tried together, when everything else of the run is good. */
export function smokeSteps(
  before: readonly PipelineStep[],
  needs: readonly Need[],
  { smokeKey, stored, images }: PipelineRequest,
): readonly PipelineStep[] {
  const tried = needs.flatMap(({ module, reference }): readonly TriedImage[] => {
    if (reference === undefined) return [];
    const current = images.has(reference) ? reference : candidateOf(reference);
    return [{ module: module.name, reference, current }];
  });
  if (smokeKey === undefined || tried.length === 0) return [];
  const isNamed = tried.every(({ reference, current }) => reference === current);
  if (stored.has(smokeKey) && isNamed) return [];
  const wanted = before.filter(({ action: { kind } }) =>
    ['bake', 'check', 'stage', 'gate'].includes(kind),
  );
  return [
    {
      id: SMOKE_STEP,
      action: { kind: 'smoke', images: tried },
      cause: isNamed ? 'not tried yet with this definition' : 'not tried yet',
      needs: wanted.map(({ id }) => id),
    },
  ];
}

export function keptSmoke({ smokeKey, stored }: PipelineRequest): readonly Kept[] {
  const from = smokeKey === undefined ? undefined : stored.get(smokeKey);
  return from === undefined ? [] : [{ id: SMOKE_STEP, from }];
}
