import type { Reach } from '../../compose/check/reach.ts';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import type { YamlPath } from '../../definitions/yaml-source.ts';
import type { SourcePlace } from '../../events/failure.ts';
import type { OpenProject } from '../../model/open-project.ts';
import type { StageDefinition } from '../../model/pipeline.ts';
import { mappingAt } from '../../model/plain.ts';
import type { World } from '../../ports/world.ts';
import { lateSource } from './late-source.ts';

/** What a host command is called in the list, wherever dev.yaml has it. */
export function programReach(run: string, at: SourcePlace | undefined): Reach {
  return { kind: 'program', where: 'this machine', what: `runs ${JSON.stringify(run)}`, at };
}

/** Panes, commands and hooks that run on this machine, and stages' secrets, each with its line of dev.yaml. */
export function programReaches(
  { project }: OpenProject,
  { files }: Pick<World, 'files'>,
): readonly Reach[] {
  const source = lateSource(project.root, PROJECT_FILE, files);
  const reach = (run: string, path: YamlPath): Reach => programReach(run, source()?.placeAt(path));
  const panes = project.windows.flatMap((window, number) =>
    window.panes.flatMap((pane, index): readonly Reach[] => {
      if (pane.kind !== 'command' || pane.in !== 'host') return [];
      return [reach(pane.run, ['windows', number, 'panes', index, 'command'])];
    }),
  );
  const commands = project.commands
    .filter((command) => command.in === 'host')
    .map(({ name, run }) => reach(run, ['commands', name, 'run']));
  const hooks = project.hooks
    .filter((hook) => hook.in === 'host')
    .map(({ event, number, run }) => {
      const written = source()?.value;
      const isList = Array.isArray(mappingAt(written, 'hooks')[event]);
      return reach(run, ['hooks', event, ...(isList ? [number - 1] : [])]);
    });
  const stages = project.pipeline.stages.flatMap((stage) =>
    stage.secrets.length === 0
      ? []
      : stageReaches(stage, source()?.placeAt(['pipeline', 'stages', stage.name, 'secrets'])),
  );
  return [...panes, ...commands, ...hooks, ...stages];
}

/** Variables of the person that a stage of the pipeline is given, wherever dev.yaml has it. */
export function stageReaches(
  { name, run, network, secrets }: StageDefinition,
  at: SourcePlace | undefined,
): readonly Reach[] {
  const way = network ? ', which reaches the network' : '';
  return secrets.map((secret) => ({
    kind: 'secret',
    where: `pipeline.stages.${name}`,
    what: `gives the variable ${secret} of your shell to ${JSON.stringify(run)}${way}`,
    at,
  }));
}
