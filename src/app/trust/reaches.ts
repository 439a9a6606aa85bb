import { join, resolve } from 'node:path';
import { hostReach, reachKey, type Reach } from '../../compose/check/reach.ts';
import { reachedPath, outside, type ReachWorld } from '../../compose/check/reach-world.ts';
import { seccompFile } from '../../compose/seccomp.ts';
import { sourcePlace } from '../../compose/source.ts';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import { parseYaml, type YamlPath } from '../../definitions/yaml-source.ts';
import type { SourcePlace } from '../../events/failure.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { OpenProject } from '../../model/open-project.ts';
import { mappingAt } from '../../model/plain.ts';
import type { StageDefinition } from '../../model/pipeline.ts';
import type { Settings } from '../../model/settings.ts';
import type { World } from '../../ports/world.ts';
import type { Definition } from '../project/definition.ts';
import { composeFilesOf } from '../project/definition-layers.ts';
import { sha256 } from '../../util/sha256.ts';
import { ownerOfImage } from './owner-of-image.ts';

type ReachesWorld = Pick<World, 'files' | 'host'>;

/** Names of variables that hold what lets somebody act as the person elsewhere. */
const CREDENTIAL =
  /(?:^|_)(?:TOKEN|API_?KEY|ACCESS_KEY(?:_ID)?|SECRET_KEY|PRIVATE_KEY|AUTH_SOCK|AUTH_CONFIG|CREDENTIALS?|KUBECONFIG|PASSPHRASE|PAT)$|^(?:AWS|AZURE|GOOGLE|GCP|VAULT)_/i;

/** What a host command is called in the list, wherever dev.yaml has it. */
export function programReach(run: string, at: SourcePlace | undefined): Reach {
  return { kind: 'program', where: 'this machine', what: `runs ${JSON.stringify(run)}`, at };
}

/** Panes, commands and hooks that run on this machine, and stages' secrets, each with its line of dev.yaml. */
function programReaches({ project }: OpenProject, { files }: ReachesWorld): readonly Reach[] {
  const text = files.read(join(project.root, PROJECT_FILE));
  const source = parseYaml(PROJECT_FILE, text.ok ? (text.value ?? '') : '');
  const reach = (run: string, path: YamlPath): Reach =>
    programReach(run, source.ok ? source.value.placeAt(path) : undefined);
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
      const written = source.ok ? source.value.value : undefined;
      const isList = Array.isArray(mappingAt(written, 'hooks')[event]);
      return reach(run, ['hooks', event, ...(isList ? [number - 1] : [])]);
    });
  const stages = project.pipeline.stages.flatMap((stage) =>
    stageReaches(
      stage,
      source.ok ? source.value.placeAt(['pipeline', 'stages', stage.name, 'secrets']) : undefined,
    ),
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

/** The setting that gives the tools container the engine. */
export const SOCKET_REACH: Reach = {
  kind: 'engine',
  where: 'settings tools.engine_socket',
  what: "the engine's socket in the tools container",
  at: undefined,
};

const SETTINGS_FILE = 'dev.settings.yaml';
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
function settingsReaches(
  { opened: { settings, project }, environment }: Pick<Definition, 'opened' | 'environment'>,
  { files }: ReachesWorld,
  reachWorld: ReachWorld,
): readonly Reach[] {
  const text = files.read(join(project.root, SETTINGS_FILE));
  const source = parseYaml(SETTINGS_FILE, text.ok ? (text.value ?? '') : '');
  const reach = (kind: Reach['kind'], path: YamlPath, what: string): Reach => ({
    kind,
    where: `settings ${path.join('.')}`,
    what,
    at: source.ok ? source.value.placeAt(path) : undefined,
  });
  const read = settingsFiles(settings)
    .filter(([, path]) => outside(path, reachWorld))
    .map(([at, path]) => reach('path', at, `reads ${reachedPath(path, reachWorld)}`));
  const git = 'git writable in containers: hooks that their code leaves there run on this machine';
  const at = source.ok ? source.value.placeAt(['tools', 'engine_socket']) : undefined;
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
    ...(settings.tools.engineSocket ? [{ ...SOCKET_REACH, at }] : []),
  ];
}

/** Files beyond the project that the definition is made of, by includes or by links. */
function readReaches(paths: readonly string[], world: ReachWorld): readonly Reach[] {
  return paths
    .filter((path) => outside(path, world))
    .map((path) => ({
      kind: 'path',
      where: 'the definition',
      what: `reads ${reachedPath(path, world)}`,
      at: undefined,
    }));
}

/** Development's ports are the person's own choice of settings; production's are the repository's. */
function opensPorts({ context, settings }: Definition['opened']): boolean {
  return policyOf(context).modules === 'baked' && settings.compose.ports === 'as-written';
}

/**
 * Of a security profile what is in it counts, too: code in a container that has its folder may write it,
 * and would get rights that nobody agreed to.
 */
function withContents(
  reach: Reach,
  folders: readonly string[],
  files: Pick<World['files'], 'readBytes'>,
): Reach {
  const file = reach.where.endsWith('.security_opt') ? seccompFile(reach.what) : undefined;
  if (file === undefined) return reach;
  const bytes = folders
    .map((folder) => files.readBytes(resolve(folder, file)))
    .flatMap((read) => (read.ok && read.value !== undefined ? [read.value] : []));
  const [first] = bytes;
  const contents =
    first === undefined ? 'not there' : `as it is now: ${sha256(first).slice(0, 12)}`;
  return { ...reach, what: `${reach.what} (${contents})` };
}

/**
 * Everything of the host that a project's definition reaches, each with its place: what a person has
 * to have agreed to before anything of it runs. What the tool itself brings is not in it.
 */
export function projectReaches(
  { opened, environment }: Pick<Definition, 'opened' | 'environment'>,
  world: ReachesWorld,
): readonly Reach[] {
  const { files, host } = world;
  const { project, context, instance } = opened;
  const isOfShell = (name: string): boolean => host.environment[name] !== undefined;
  const reachWorld: ReachWorld = {
    root: project.root,
    instance,
    opensPorts: opensPorts(opened),
    readable: [host.toolDirectory],
    realPath: (path) => files.realPath(path),
    linkTarget: (path) => files.linkTarget(path),
    isOfShell,
    ownerOfImage: (repository) => ownerOfImage(repository, { root: project.root, instance }, world),
  };
  const { merged, filesRead } = environment;
  const folders = [project.compose?.directory ?? project.root, project.root];
  const document = hostReach(merged.root, reachWorld).map((reach) =>
    withContents(reach, folders, files),
  );
  const variables = [...merged.variables]
    .filter(([name, at]) => !('tool' in at) && CREDENTIAL.test(name) && isOfShell(name))
    .map(([name, at]): Reach => ({
      kind: 'secret',
      where: 'variables',
      what: `reads the variable ${name} of your shell`,
      at: sourcePlace(at),
    }));
  // Told once, where the document tells it better.
  const isTold = ({ what, at }: Reach): boolean =>
    document.some(
      (reach) =>
        reach.what === what &&
        (at === undefined ? /\.(?:env|label)_file$/.test(reach.where) : reach.at?.line === at.line),
    );
  const own = [
    ...composeFilesOf(project.root, context, files).map((path) => join(project.root, path)),
    ...(project.compose?.files ?? []),
  ];
  const read = readReaches([...own, ...filesRead], reachWorld);
  const all = [
    ...document,
    ...[...variables, ...read].filter((reach) => !isTold(reach)),
    ...programReaches(opened, world),
    ...settingsReaches({ opened, environment }, world, reachWorld),
  ];
  return [...new Map(all.map((reach) => [reachKey(reach), reach])).values()];
}
