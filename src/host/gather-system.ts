import type { World } from '../ports/world.ts';
import { type AptSource, parseAptSources } from './apt-sources.ts';
import type { AptFacts, MachineFacts, Privilege, SystemRelease } from './facts.ts';
import { BORROWED_PINS, pinnedPackages } from './install.ts';

export type GatherWorld = Pick<
  World,
  'host' | 'files' | 'processes' | 'clock' | 'engine' | 'engineChoice'
>;

/** Facts come from files that may be missing or unreadable: then there is nothing to tell. */
export function textAt({ files }: Pick<World, 'files'>, path: string): string {
  const text = files.read(path);
  return text.ok ? (text.value ?? '') : '';
}

/** Where programs are looked for, those for administrators too. */
export function searchPaths({
  host,
}: {
  readonly host: Pick<World['host'], 'environment'>;
}): readonly string[] {
  const own = (host.environment['PATH'] ?? '').split(':').filter((path) => path.startsWith('/'));
  return [...new Set([...own, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])];
}

/** Absolute; undefined when no folder has it. */
export function findProgram(
  { files }: Pick<World, 'files'>,
  paths: readonly string[],
  name: string,
): string | undefined {
  return paths
    .map((path) => `${path}/${name}`)
    .find((path) => ((files.mode(path) ?? 0) & 0o111) !== 0 && !files.isDirectory(path));
}

/** Reads os-release(5). */
export function parseRelease(text: string): SystemRelease | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?(.*?)["']?$`, 'm').exec(text)?.[1] ?? '';
  const id = field('ID');
  if (id === '') return undefined;
  return {
    id,
    version: field('VERSION_ID'),
    codename: field('VERSION_CODENAME'),
    name: field('PRETTY_NAME') || id,
  };
}

/** What may do things as root on this machine; nothing is asked. */
export async function findPrivilege({
  host,
  processes,
}: Pick<World, 'host' | 'processes'>): Promise<Privilege> {
  if (host.uid === 0) return 'root';
  const { status, stderr } = await processes.run(['sudo', '-n', 'true']);
  if (status === 0) return 'sudo';
  return status !== 127 && /password is required|a password/.test(stderr)
    ? 'sudo-password'
    : 'none';
}

export function aptFacts(world: GatherWorld, paths: readonly string[]): AptFacts | undefined {
  if (findProgram(world, paths, 'apt-get') === undefined) return undefined;
  const { files } = world;
  const parts = '/etc/apt/sources.list.d';
  const sourceFiles = [
    '/etc/apt/sources.list',
    ...files.list(parts).map((name) => `${parts}/${name}`),
  ].filter((path) => /\.(list|sources)$/.test(path));
  const status = textAt(world, '/var/lib/dpkg/status');
  return {
    sources: sourceFiles.flatMap((path): AptSource[] => parseAptSources(path, textAt(world, path))),
    // dpkg's journal of a run that did not end, and packages left between unpacked and installed.
    interrupted:
      files.list('/var/lib/dpkg/updates').some((name) => /^\d+$/.test(name)) ||
      /^Status: \S+ \S+ (unpacked|half-configured|half-installed|triggers-\w+)$/m.test(status),
    installed: installedPackages(status),
    pinned: pinnedPackages(textAt(world, BORROWED_PINS)),
  };
}

/** Names of the installed packages of dpkg's status file. */
function installedPackages(status: string): ReadonlySet<string> {
  const names = status
    .split('\n\n')
    .filter((stanza) => /^Status: \S+ \S+ installed$/m.test(stanza))
    .map((stanza) => /^Package: (\S+)$/m.exec(stanza)?.[1] ?? '');
  return new Set(names);
}

export function memoryAvailable(world: GatherWorld): number | undefined {
  const kilobytes = /^MemAvailable:\s*(\d+) kB$/m.exec(textAt(world, '/proc/meminfo'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

export function inotify(world: GatherWorld): MachineFacts['inotify'] {
  const limit = (name: string): number =>
    Number.parseInt(textAt(world, `/proc/sys/fs/inotify/${name}`), 10);
  const watches = limit('max_user_watches');
  const instances = limit('max_user_instances');
  return Number.isNaN(watches) || Number.isNaN(instances) ? undefined : { watches, instances };
}
