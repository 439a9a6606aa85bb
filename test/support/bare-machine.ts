import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ownName } from './own-run.ts';
import { runProgram } from './run-program.ts';
import type { Outcome } from './run-program.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** Where the tool lies in the machine: read-only, as built before the tests. */
export const TOOL = '/opt/onestack';
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * A machine with Node and nothing else: a privileged container with a file system of Debian's, whose
 * engine's data is in a volume of its own. What happens in there does not touch the engine outside.
 */
export interface BareMachine {
  readonly name: string;
  /** Runs a program as root, or as another user of the machine, without a terminal. */
  run(argv: readonly string[], options?: { readonly user?: string }): Promise<Outcome>;
  /** The same with a script for `sh -eu`. */
  sh(script: string, options?: { readonly user?: string }): Promise<Outcome>;
  /** `dev ARGS` in the folder /tmp, or another. */
  dev(
    args: readonly string[],
    options?: { readonly user?: string; readonly folder?: string },
  ): Promise<Outcome>;
  remove(): Promise<void>;
}

/** Starts a machine from an image of Debian's. `mounts`: further `--volume` values. */
export async function startBareMachine(
  image: string,
  mounts: readonly string[] = [],
): Promise<BareMachine> {
  const name = `${ownName()}-bare`;
  const volumes = [
    '/var/lib/docker',
    `${process.execPath}:/usr/local/bin/node:ro`,
    `${REPOSITORY}:${TOOL}:ro`,
    // A company's certificates, as its machines have them.
    ...(existsSync(CA_BUNDLE) ? [`${CA_BUNDLE}:/usr/local/share/ca-bundle.crt:ro`] : []),
    ...mounts,
  ];
  const started = await runProgram([
    ...['docker', 'run', '--detach', '--init', '--privileged', '--name', name],
    ...['--hostname', 'bare', ...volumes.flatMap((volume) => ['--volume', volume])],
    ...(existsSync(CA_BUNDLE)
      ? ['--env', 'NODE_EXTRA_CA_CERTS=/usr/local/share/ca-bundle.crt']
      : []),
    ...[image, 'sleep', 'infinity'],
  ]);
  if (started.status !== 0) throw new Error(`cannot start a bare machine: ${started.stderr}`);

  const inside = (argv: readonly string[], user = 'root', folder = '/tmp'): Promise<Outcome> =>
    runProgram(['docker', 'exec', '--user', user, '--workdir', folder, name, ...argv]);
  const machine: BareMachine = {
    name,
    run: (argv, { user } = {}) => inside(argv, user),
    sh: (script, { user } = {}) => inside(['sh', '-euc', script], user),
    dev: (args, { user, folder } = {}) => inside([`${TOOL}/dev`, ...args], user, folder),
    remove: async () => {
      await runProgram(['docker', 'rm', '--force', '--volumes', name]);
    },
  };
  const node = await machine.run(['node', '--version']);
  if (node.status !== 0) {
    await machine.remove();
    throw new Error(`Node of this machine does not run on a bare Debian: ${node.stderr}`);
  }
  return machine;
}
