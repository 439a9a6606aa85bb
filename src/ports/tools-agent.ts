import type { NetworkProber } from './prober.ts';

/** A program to run in the tools container. */
export interface ToolsRunRequest {
  readonly argv: readonly string[];
  /** A folder of the container; the repository's root when not given. */
  readonly workingDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where the agent of a running tools container is reached. */
export interface AgentPlace {
  readonly containerId: string;
  /** Its socket on the host. Where nobody answers there, the engine's `exec` carries the link. */
  readonly socket: string;
}

/** Text for a program's stdin, or the stdin of `dev` itself. */
export type ProgramInput = 'inherit' | AsyncIterable<string>;

/** The process in the tools container that runs programs and sends probes. */
export interface ToolsAgent {
  /**
   * Runs a program without a terminal; its output goes to ours.
   * @param signal when aborted, the program gets SIGINT.
   * @returns its exit status; 255 when the container goes away under it.
   */
  run(
    place: AgentPlace,
    request: ToolsRunRequest,
    input: ProgramInput,
    signal: AbortSignal,
  ): Promise<number>;
  /** Opens a link for probes. */
  prober(place: AgentPlace): Promise<NetworkProber>;
}
