import { availableParallelism, homedir, platform, userInfo } from 'node:os';
import type { Host } from '../ports/host.ts';

/** Node's report names glibc's version only where it is linked with it. */
function libc(): ReturnType<Host['libc']> {
  if (platform() !== 'linux') return 'other';
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** Reads the machine's facts. `toolDirectory` is the folder that holds base-images, compose, …. */
export function readHost(toolDirectory: string, toolVersion: string): Host {
  const { uid, gid, username: user } = userInfo();
  return {
    platform: platform(),
    cores: availableParallelism(),
    uid,
    user,
    gid,
    home: homedir(),
    workingDirectory: process.cwd(),
    toolDirectory,
    toolVersion,
    nodeVersion: process.versions.node,
    libc,
    environment: process.env,
  };
}
