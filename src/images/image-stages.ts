import type { DockerfileStage } from './dockerfile.ts';

/**
 * The stages that an image is made of, the outermost first: the target and what it is built from. What
 * only its builders copy is in none of its layers.
 * @param target name or number of a stage; undefined: the last.
 */
export function imageStages(
  stages: readonly DockerfileStage[],
  target: string | undefined,
): readonly DockerfileStage[] {
  const wanted = target?.toLowerCase();
  const named = stages.findIndex(({ name }) => name !== undefined && name === wanted);
  const numbered = /^\d+$/.test(wanted ?? '') ? Number(wanted) : stages.length - 1;
  let index = named === -1 ? numbered : named;
  const chain: DockerfileStage[] = [];
  while (index >= 0) {
    const stage = stages[index];
    if (stage === undefined) break;
    chain.unshift(stage);
    const base = stage.from.reference?.toLowerCase();
    index = stages.slice(0, index).findLastIndex(({ name }) => name !== undefined && name === base);
  }
  return chain;
}
