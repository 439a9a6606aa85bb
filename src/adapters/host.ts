import { availableParallelism, homedir, platform, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Host } from '../ports/host.ts';

/** Node's report names glibc's version only where it is linked with it. */
export function libc(): ReturnType<Host['libc']> {
  if (platform() !== 'linux') return 'other';
  // Otherwise it asks for the names of all hosts that there are connections to. Not in every Node.
  if ('excludeNetwork' in process.report) process.report.excludeNetwork = true;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The person's account. One without an entry (a container run as any number) has only numbers. */
function account(): Pick<Host, 'uid' | 'gid' | 'user'> {
  try {
    const { uid, gid, username: user } = userInfo();
    return { uid, gid, user };
  } catch {
    const uid = process.getuid?.() ?? 0;
    return { uid, gid: process.getgid?.() ?? 0, user: String(uid) };
  }
}

/** Such an account has no home either, unless HOME names one; then it is what login gives: `/`. */
function home(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** The folder that the shell is in; one that was removed under it is only known by its name. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    const { PWD: named = '' } = process.env;
    return isAbsolute(named) ? named : '/';
  }
}

/** Reads the machine's facts. `toolDirectory` is the folder that holds base-images, compose, …. */
export function readHost(toolDirectory: string, toolVersion: string): Host {
  return {
    ...account(),
    platform: platform(),
    cores: availableParallelism(),
    home: home(),
    workingDirectory: workingDirectory(),
    toolDirectory,
    toolVersion,
    nodeVersion: process.versions.node,
    nodePath: process.execPath,
    pid: process.pid,
    libc,
    environment: process.env,
  };
}
