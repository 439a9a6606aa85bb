import type { CheckKind } from '../model/checks.ts';
import type { StoredArtifact } from '../ports/artifact-store.ts';

/** What a step of the pipeline does. The executor carries it out and decides nothing. */
export type PipelineAction =
  /** Puts what an earlier run compiled, or installed, where who uses it looks for it. */
  | { readonly kind: 'restore'; readonly module: string; readonly part: 'artifact' | 'installed' }
  | { readonly kind: 'install'; readonly module: string }
  | { readonly kind: 'compile'; readonly module: string }
  | { readonly kind: 'check'; readonly module: string; readonly check: CheckKind }
  | { readonly kind: 'pack'; readonly module: string }
  | { readonly kind: 'dependencies'; readonly module: string }
  | { readonly kind: 'profiles' }
  | { readonly kind: 'bake'; readonly module: string; readonly reference: string }
  /** Runs a command that the team adds, by its name. */
  | { readonly kind: 'stage'; readonly stage: string }
  /** Looks at what a module's test has written, and at its image. */
  | { readonly kind: 'gate'; readonly module: string }
  /** Tries all images of the run together; then those that have no name yet get it. */
  | { readonly kind: 'smoke'; readonly images: readonly TriedImage[] };

/** An image of a run, and what it is called while nobody has tried it. */
export interface TriedImage {
  readonly module: string;
  readonly reference: string;
  /** What it is called now: its reference, or its candidate. */
  readonly current: string;
}

export interface PipelineStep {
  /** `compile:api`, `test:api`: unique in its run. */
  readonly id: string;
  readonly action: PipelineAction;
  readonly cause: string;
  /** Ids of steps that must have been done well. */
  readonly needs: readonly string[];
}

/** Something that this run need not do. */
export interface Kept {
  readonly id: string;
  /** When it was made, epoch milliseconds, and of which commit; undefined for an image. */
  readonly from: Pick<StoredArtifact, 'madeAtMs' | 'commit' | 'tookMs'> | undefined;
}

/** A run of the pipeline, as data: what is done, in an order in which it could be done one by one. */
export interface PipelinePlan {
  readonly steps: readonly PipelineStep[];
  readonly kept: readonly Kept[];
  /** Ids of all of them as people read them: module by module, each one's as the pipeline goes. */
  readonly order: readonly string[];
}

/** The plan as people read it. */
export function pipelineText({ steps, kept, order }: PipelinePlan): string {
  const told = new Map([
    ...steps.map(({ id, cause }) => [id, cause] as const),
    ...kept.map(({ id, from }) => {
      const when = from === undefined ? '' : new Date(from.madeAtMs).toISOString();
      const told =
        from === undefined ? 'there already' : `kept from ${from.commit.slice(0, 7)}, ${when}`;
      return [id, told] as const;
    }),
  ]);
  const lines = order.map((id) => `${id.replace(':', ' ')}: ${told.get(id) ?? ''}`);
  return `${lines.join('\n')}\n`;
}
