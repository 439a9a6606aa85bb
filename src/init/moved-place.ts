import { posix } from 'node:path';
import { goWorkMembers } from '../definitions/go-workspaces.ts';
import { packageLinks, workspaceOf } from '../definitions/workspaces.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';
import { codeIn } from './modules.ts';
import type { Repository } from './repository.ts';

/** Where the code is that a service runs, in the repository and in its image. */
export interface MovedPlace {
  /** Folder of the code, relative to the root. */
  readonly folder: string;
  /** Folder of the build's context, relative to the root: the same, or one above it. */
  readonly context: string;
  /** What of the image the code's folder is: absolute, `/` where nobody says. */
  readonly workdir: string;
  /** What of the image the context is. */
  readonly contextAt: string;
}

interface PlaceRequest {
  /** The service. */
  readonly name: string;
  readonly context: string;
  /** Relative to the root; undefined: written in the Compose file. */
  readonly dockerfile: string | undefined;
  readonly facts: DockerfileFacts;
  /** What the container runs today. */
  readonly command: string | undefined;
  readonly repository: Repository;
}

/**
 * Where a service's code is. A repository of several packages is built as a whole, with a Dockerfile for
 * each of its programs: which one it is, is told by where that lies, else by the folder that it runs in,
 * by its command, or by the service's name.
 */
export function movedPlace(request: PlaceRequest): MovedPlace {
  const { context, facts } = request;
  const workdir = facts.workdir?.value ?? '/';
  const folder = besideDockerfile(request) ?? memberOf(request, workdir) ?? context;
  const inner = posix.relative(context, folder);
  if (inner === '') return { folder, context, workdir, contextAt: workdir };
  return workdir.endsWith(`/${inner}`)
    ? { folder, context, workdir, contextAt: workdir.slice(0, -inner.length - 1) || '/' }
    : { folder, context, workdir: posix.join(workdir, inner), contextAt: workdir };
}

function besideDockerfile({ context, dockerfile, repository }: PlaceRequest): string | undefined {
  const folder = dockerfile === undefined ? context : posix.dirname(dockerfile);
  const inner = posix.relative(context, folder);
  if (inner === '' || inner.startsWith('..')) return undefined;
  return codeIn(folder, repository) === undefined ? undefined : folder;
}

function memberOf(
  { name, context, command = '', repository }: PlaceRequest,
  workdir: string,
): string | undefined {
  const place = { root: repository.root, files: repository.files };
  const workspace = workspaceOf(context, place);
  const members = [
    ...(workspace?.path === context ? workspace.members : []),
    ...goWorkMembers(context, place),
  ].filter((member) => member !== context);
  const inner = (member: string): string => posix.relative(context, member);
  const words = command.split(/[\s"'=]+/).map((word) => word.replace(/^\.\//, ''));
  const isNamed = (member: string): boolean => {
    const { name: own = '' } = packageLinks(member, place);
    return words.some((word) => word === own || word.startsWith(`${inner(member)}/`));
  };
  return (
    members.find((member) => workdir.endsWith(`/${inner(member)}`)) ??
    members.find(isNamed) ??
    members.find((member) => posix.basename(member) === name)
  );
}

/**
 * A command as it is written in the code's own folder: paths in it count from there.
 * @returns undefined where the package manager is asked for a package of the workspace, as it is in the root.
 */
export function commandInFolder(
  command: string,
  { folder, context, workdir }: MovedPlace,
): string | undefined {
  const inner = posix.relative(context, folder);
  if (inner !== '' && /\s(?:-w|--workspace|--filter|workspace|-F)[ =]/.test(command)) {
    return undefined;
  }
  const own = workdir === '/' ? command : command.replaceAll(`${workdir}/`, './');
  if (inner === '') return own;
  const start = new RegExp(`(^|[\\s"'=])(?:\\./)?${inner.replace(/[.+]/g, '\\$&')}/`, 'g');
  return own.replace(start, '$1./');
}

/** What a Dockerfile copies, as it is called in the code's own folder. */
export function factsInFolder(
  facts: DockerfileFacts,
  { folder, context }: MovedPlace,
): DockerfileFacts {
  const inner = posix.relative(context, folder);
  if (inner === '') return facts;
  const copies = facts.copies.map(({ sources, ...copied }) => ({
    ...copied,
    sources: sources?.map((source) => posix.relative(inner, posix.normalize(source))),
  }));
  return { ...facts, copies };
}
