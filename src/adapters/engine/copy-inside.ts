import type Docker from 'dockerode';
import { posix } from 'node:path';
import type { CopiedFile, FileOwner } from '../../ports/engine-containers.ts';
import { addFiles, copyInto } from './copy-into.ts';
import { startExecution } from './execution.ts';
import { pack } from 'tar-stream';

/** Programs that are not there, or are none. */
const NO_PROGRAM = new Set([126, 127]);

const NEEDS_TAR =
  'only a tar in the container can write there, as it is read-only or has a tmpfs in that place';

/** Folders of a container in which the engine does not see what its processes see. */
function hiddenFolders({
  HostConfig: host,
  Mounts: mounts,
}: Docker.ContainerInspectInfo): string[] {
  // It writes nothing into a read-only file system, where a volume or a tmpfs is mounted neither.
  if (host.ReadonlyRootfs === true) return ['/'];
  const written: unknown = host.Tmpfs;
  const short = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  const long = (host.Mounts ?? []).filter(({ Type: type }) => type === 'tmpfs');
  const listed = mounts.filter(({ Type: type }) => type === 'tmpfs');
  return [
    ...short,
    ...long.map(({ Target: target }) => target),
    ...listed.map(({ Destination: target }) => target),
  ];
}

/** By a `tar` that runs in the container, as root: it writes where its processes read. */
async function copyByTar(
  container: Docker.Container,
  files: readonly CopiedFile[],
  owner: FileOwner | undefined,
  isReadOnly: boolean,
): Promise<void> {
  const argv = ['tar', '-xpf', '-', '-C', '/'];
  const { stream, stderr, exited } = await startExecution(container, {
    ...{ argv, user: '0', stdin: true },
  });
  let said = '';
  stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)));
  const archive = pack();
  archive.pipe(stream);
  await addFiles(archive, files, owner).catch((error: unknown) => {
    stream.destroy();
    throw error;
  });
  const status = await exited;
  if (status === 0) return;
  const line = said.trim().split('\n')[0] ?? '';
  if (NO_PROGRAM.has(status)) throw new Error(`${NEEDS_TAR}, and its image has none`);
  if (isReadOnly) throw new Error(`the container is read_only, but for what is mounted: ${line}`);
  throw new Error(line || `tar ended with ${String(status)}`);
}

/** Copies files into containers, to where their processes see them. */
export function createCopies(docker: Docker) {
  /** By container: neither mounts nor modes of one that is made change. */
  const hidden = new Map<string, readonly string[]>();

  async function hiddenIn(container: Docker.Container): Promise<readonly string[]> {
    const known = hidden.get(container.id);
    if (known !== undefined) return known;
    const found = hiddenFolders(await container.inspect()).map((path) => posix.join(path, '/'));
    hidden.set(container.id, found);
    return found;
  }

  return async (id: string, files: readonly CopiedFile[], owner?: FileOwner): Promise<void> => {
    const container = docker.getContainer(id);
    const folders = await hiddenIn(container);
    const isHidden = ({ to }: CopiedFile): boolean => folders.some((path) => to.startsWith(path));
    const seen = files.filter((file) => !isHidden(file));
    if (seen.length > 0) await copyInto(container, seen, owner);
    const rest = files.filter(isHidden);
    if (rest.length > 0) await copyByTar(container, rest, owner, folders.includes('/'));
  };
}
