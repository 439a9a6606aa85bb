import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from './debian-registry.ts';
import { ownName } from './own-run.ts';
import { takeImages } from './private-engine.ts';
import type { Rig } from './rig.ts';
import { runProgram } from './run-program.ts';
import { waitFor } from './wait-for.ts';

const IMAGE = 'onestack-test/podman';
const PACKAGES = 'podman crun netavark aardvark-dns nftables catatonit';
const DOCKERFILE = `FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES}
VOLUME /var/lib/containers
`;

/**
 * Health checks are run by timers of systemd where it is there. Here they are run as those do, which is by
 * the same command.
 */
const SERVE = `
umask 0
podman system service --time=0 "unix://$1/podman.sock" &
while kill -0 $!; do
  for id in $(podman ps --quiet); do podman healthcheck run "$id"; done
  sleep 0.5
done >/dev/null 2>&1
`;

/** Debian 13's Podman behind Docker's API, in a container of the machine's engine. */
export interface PodmanEngine {
  readonly address: string;
  /** @param folders of this machine that its containers may mount, each at its own place. */
  start(folders: readonly string[]): Promise<void>;
  takeImages(rig: Rig, names: readonly string[]): Promise<void>;
  /** What `podman` itself says. */
  podman(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Makes nothing yet: `start` does. */
export function podmanEngine(): PodmanEngine {
  const name = `${ownName()}-podman`;
  const folder = join(tmpdir(), name);
  const address = `unix://${folder}/podman.sock`;
  return {
    address,
    start: async (folders) => {
      mkdirSync(folder, { recursive: true });
      await docker(['build', '--quiet', '--tag', IMAGE, '-'], DOCKERFILE);
      const shared = [folder, ...folders].map((path) => `--volume=${path}:${path}`);
      const command = ['sh', '-c', SERVE, 'sh', folder];
      const run = ['run', '--detach', '--privileged', '--init', '--name', name];
      await docker([...run, ...shared, IMAGE, ...command]);
      await waitFor('Podman answers', async () => {
        const asked = ['curl', '--silent', '--fail', '--unix-socket', `${folder}/podman.sock`];
        return (await runProgram([...asked, 'http://podman/_ping'])).status === 0;
      });
    },
    takeImages: (rig, names) => takeImages(address, rig, names),
    podman: (...args) => docker(['exec', name, 'podman', ...args]),
    remove: async () => {
      await docker(['rm', '--force', '--volumes', name]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
