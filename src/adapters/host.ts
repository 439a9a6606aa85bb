import { availableParallelism, homedir, platform, userInfo } from 'node:os';
import type { Host } from '../ports/host.ts';

/** Reads the machine's facts. `toolDirectory` is the folder that holds base-images, compose, …. */
export function readHost(toolDirectory: string, toolVersion: string): Host {
  const { uid, gid } = userInfo();
  return {
    platform: platform(),
    cores: availableParallelism(),
    uid,
    gid,
    home: homedir(),
    workingDirectory: process.cwd(),
    toolDirectory,
    toolVersion,
    environment: process.env,
  };
}
