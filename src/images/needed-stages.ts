import { copiedFrom, type DockerfileStage } from './dockerfile.ts';

/**
 * The stages that a build runs, in their order: those that the image is made of, and what these copy
 * from.
 * @param chain those that it is made of.
 */
export function neededStages(
  stages: readonly DockerfileStage[],
  chain: readonly DockerfileStage[],
): readonly DockerfileStage[] {
  const needed = new Set<DockerfileStage>();
  const stageAt = (name: string, before: number): DockerfileStage | undefined =>
    /^\d+$/.test(name)
      ? stages[Number(name)]
      : stages.slice(0, before).findLast((one) => one.name === name.toLowerCase());
  const visit = (stage: DockerfileStage | undefined): void => {
    if (stage === undefined || needed.has(stage)) return;
    needed.add(stage);
    const at = stages.indexOf(stage);
    const { reference } = stage.from;
    if (reference !== undefined) visit(stageAt(reference, at));
    for (const instruction of stage.instructions) {
      for (const from of copiedFrom(instruction)) visit(stageAt(from, at));
    }
  };
  chain.forEach(visit);
  return stages.filter((stage) => needed.has(stage));
}
