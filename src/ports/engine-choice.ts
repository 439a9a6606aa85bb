import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** Where the engine's API is served when nothing else is chosen. */
export const SOCKET = '/var/run/docker.sock';

/** The one engine that everything uses: the API's client, Compose, `docker`, the session. */
export interface EngineChoice {
  /** `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`, `ssh://me@there`. */
  readonly address: string;
  readonly at:
    | { readonly kind: 'socket'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'ssh' };
  /** Name of the Docker context; `default` where there is none. */
  readonly context: string;
  /** `DOCKER_HOST`, `DOCKER_CONTEXT`, `currentContext in …/config.json`; undefined: nothing did. */
  readonly chosenBy: string | undefined;
  readonly tls: EngineTls | undefined;
  /** Whether it runs on this machine, as far as its address tells: it sees the person's files. */
  readonly sharesFiles: boolean;
}

export interface EngineTls {
  /** PEM; undefined where there is no such file. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly verify: boolean;
}

/** Name of the Docker context that programs use; where none can be had, they say so themselves. */
export function contextOf(choice: Result<EngineChoice, Failure>): string {
  return choice.ok ? choice.value.context : 'default';
}

/** `unix:///run/x.sock (Docker context colima, by DOCKER_CONTEXT)`. */
export function choiceText({ address, context, chosenBy }: EngineChoice): string {
  if (chosenBy === undefined) return address;
  return context === 'default'
    ? `${address} (by ${chosenBy})`
    : `${address} (Docker context ${context}, by ${chosenBy})`;
}

/**
 * How an engine is started that is not the one of this machine's own, or done without.
 * @param chosenBy has the name of what chose it: `the Docker context colima (by DOCKER_CONTEXT)`.
 */
export function engineElsewhereCure(chosen: {
  readonly address: string;
  readonly chosenBy: string;
}): string {
  const { address, chosenBy } = chosen;
  const unset = chosenBy.includes('currentContext')
    ? 'docker context use default'
    : `unset ${chosenBy.includes('DOCKER_HOST') ? 'DOCKER_HOST' : 'DOCKER_CONTEXT'}`;
  if (address.includes('colima')) return 'colima start';
  if (address.includes('podman')) return 'systemctl --user start podman.socket';
  if (address.includes('desktop')) return 'systemctl --user start docker-desktop';
  if (address.startsWith('unix:///run/user/')) return 'systemctl --user start docker';
  return `Start the engine there, or use this machine's own: ${unset}`;
}
