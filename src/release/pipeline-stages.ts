import type { StoredArtifact } from '../ports/artifact-store.ts';
import { stageId, type KeyedStage } from './stage-keys.ts';

/** What a plan of a run's stages is made of. */
export interface StagesRequest {
  /** What the team adds, each after those that it comes after. */
  readonly stages?: readonly KeyedStage[];
  readonly stored: ReadonlyMap<string, StoredArtifact>;
  /** Whether tests, lint and stages are asked for, or only what production runs. */
  readonly checks: boolean;
}

interface StageStep {
  readonly id: string;
  readonly action: { readonly kind: 'stage'; readonly stage: string };
  readonly cause: string;
  readonly needs: readonly string[];
}

/** Stages of the team's own that were not passed yet. */
export function missingStages({
  stages = [],
  stored,
  checks,
}: StagesRequest): readonly KeyedStage[] {
  return checks ? stages.filter(({ key }) => !stored.has(key)) : [];
}

/** A stage waits for its module to be compiled and packed, and for those that it comes after. */
export function stageSteps(
  before: readonly { readonly id: string }[],
  request: StagesRequest,
): readonly StageStep[] {
  const missing = missingStages(request).map(({ definition }) => definition);
  const ids = new Map(missing.map((one) => [one.name, stageId(one)]));
  return missing.map((one) => {
    const own = [`compile:${one.module ?? ''}`, `pack:${one.module ?? ''}`];
    return {
      id: stageId(one),
      action: { kind: 'stage' as const, stage: one.name },
      cause: one.module === undefined ? 'not passed yet' : 'not passed yet with these sources',
      needs: [
        ...before.flatMap(({ id }) => (own.includes(id) ? [id] : [])),
        ...one.after.flatMap((name) => ids.get(name) ?? []),
      ],
    };
  });
}

/** Those that an earlier run has passed. */
export function keptStages({
  stages = [],
  stored,
  checks,
}: StagesRequest): readonly { readonly id: string; readonly from: StoredArtifact }[] {
  return (checks ? stages : []).flatMap(({ definition, key }) => {
    const from = stored.get(key);
    return from === undefined ? [] : [{ id: stageId(definition), from }];
  });
}
