import { join, resolve } from 'node:path';
import { hostReach, reachKey, type Reach } from '../../compose/check/reach.ts';
import { reachedPath, outside, type ReachWorld } from '../../compose/check/reach-world.ts';
import { seccompFile } from '../../compose/seccomp.ts';
import { sourcePlace } from '../../compose/source.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { World } from '../../ports/world.ts';
import type { Definition } from '../project/definition.ts';
import { composeFilesOf } from '../project/definition-layers.ts';
import { sha256 } from '../../util/sha256.ts';
import { ownerOfImage } from './owner-of-image.ts';
import { programReaches } from './program-reaches.ts';
import { settingsReaches } from './settings-reaches.ts';

type ReachesWorld = Pick<World, 'files' | 'host'>;

/** Names of variables that hold what lets somebody act as the person elsewhere. */
const CREDENTIAL =
  /(?:^|_)(?:TOKEN|API_?KEY|ACCESS_KEY(?:_ID)?|SECRET_KEY|PRIVATE_KEY|AUTH_SOCK|AUTH_CONFIG|CREDENTIALS?|KUBECONFIG|PASSPHRASE|PAT)$|^(?:AWS|AZURE|GOOGLE|GCP|VAULT)_/i;

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
