import type { Reach } from '../../compose/check/reach.ts';
import { outside, reachedPath, type ReachWorld } from '../../compose/check/reach-world.ts';
import { SETTINGS_FILE } from '../../definitions/change-setting.ts';
import type { YamlPath } from '../../definitions/yaml-source.ts';
import { mappingAt } from '../../model/plain.ts';
import type { Settings } from '../../model/settings.ts';
import type { World } from '../../ports/world.ts';
import type { Definition } from '../project/definition.ts';
import { lateSource } from './late-source.ts';

/** The setting that gives the tools container the engine. */
export const SOCKET_REACH: Reach = {
  kind: 'engine',
  where: 'settings tools.engine_socket',
  what: "the engine's socket in the tools container",
  at: undefined,
};

const DELETED = 'its data volumes are deleted at every dev up';

/** Every file that the settings name, by where. */
function settingsFiles({
  certificates,
  credentials,
}: Settings): readonly (readonly [YamlPath, string])[] {
  const { companyCa, server, ca } = certificates;
  const pair = (name: 'server' | 'ca', keys: typeof server): (readonly [YamlPath, string])[] =>
    keys === undefined
      ? []
      : [
          [['certificates', name, 'certificate'], keys.certificate],
          [['certificates', name, 'key'], keys.key],
        ];
  return [
    ...(typeof companyCa === 'string'
      ? []
      : companyCa.map((path, index) => [['certificates', 'company_ca', index], path] as const)),
    ...pair('server', server),
    ...pair('ca', ca),
    ...[...credentials].map(([name, path]) => [['credentials', name], path] as const),
  ];
}

/**
 * What the settings file reaches. It is the developer's own, but it lies in the project: it can come
 * with a repository, and code in a container can write it.
 */
export function settingsReaches(
  { opened: { settings, project }, environment }: Pick<Definition, 'opened' | 'environment'>,
  { files }: Pick<World, 'files'>,
  reachWorld: ReachWorld,
): readonly Reach[] {
  const source = lateSource(project.root, SETTINGS_FILE, files);
  const reach = (kind: Reach['kind'], path: YamlPath, what: string): Reach => ({
    kind,
    where: `settings ${path.join('.')}`,
    what,
    at: source()?.placeAt(path),
  });
  const read = settingsFiles(settings)
    .filter(([, path]) => outside(path, reachWorld))
    .map(([at, path]) => reach('path', at, `reads ${reachedPath(path, reachWorld)}`));
  const git = 'git writable in containers: hooks that their code leaves there run on this machine';
  // Of one that there is not (yet), the setting means nothing.
  const services = mappingAt(environment.document, 'services');
  return [
    ...read,
    ...[...settings.services].flatMap(([name, { data }]) =>
      data === 'recreate' && services[name] !== undefined
        ? [reach('data', ['services', name, 'data'], DELETED)]
        : [],
    ),
    ...(settings.git === 'writable' ? [reach('program', ['git'], git)] : []),
    ...(settings.tools.engineSocket
      ? [{ ...SOCKET_REACH, at: source()?.placeAt(['tools', 'engine_socket']) }]
      : []),
  ];
}
