import type { Clock } from '../ports/clock.ts';
import { pullImage as pullCommand } from '../ports/docker-command.ts';
import type { Processes } from '../ports/processes.ts';
import { withoutLogins } from '../util/without-logins.ts';

export interface PullRequest {
  readonly reference: string;
  readonly platform?: string | undefined;
}

interface Dependencies {
  readonly processes: Processes;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** `3 of 7 layers`; the engine's own words before it knows of layers. */
  readonly onProgress: (detail: string) => void;
}

/** A registry that has said nothing by then does not answer. */
const FIRST_ANSWER_MS = 20_000;
const PULL_MS = 3_600_000;

/** Counts layers in the lines of `docker pull`. */
function layerCounter(): (line: string) => string {
  const layers = new Map<string, boolean>();
  return (line) => {
    const [, id, state = ''] = /^([0-9a-f]{12}): (.*)$/.exec(line.trim()) ?? [];
    if (id === undefined) return line.trim();
    layers.set(id, layers.get(id) === true || /^(?:Pull complete|Already exists)/.test(state));
    const done = [...layers.values()].filter(Boolean).length;
    return `${String(done)} of ${String(layers.size)} layers`;
  };
}

/**
 * Pulls by `docker pull`: it knows the person's credentials, their helpers and the engine's mirrors.
 * @returns why that failed, in the words of stderr; undefined when the image is there.
 */
export async function pullServiceImage(
  { reference, platform }: PullRequest,
  { processes, clock, signal, onProgress }: Dependencies,
): Promise<string | undefined> {
  const patience = new AbortController();
  const hour = new AbortController();
  const answered = new AbortController();
  const ended = new AbortController();
  const abortAfter = (ms: number, unless: AbortController, over: AbortController): void =>
    void clock.sleep(ms, unless.signal).then(
      () => over.abort(),
      () => undefined,
    );
  abortAfter(FIRST_ANSWER_MS, answered, patience);
  abortAfter(PULL_MS, ended, hour);
  const count = layerCounter();
  const signals = [patience.signal, hour.signal, ...(signal ? [signal] : [])];
  const { status, stderr } = await processes.run(pullCommand(reference, platform), {
    signal: AbortSignal.any(signals),
    onLine: (line, stream) => {
      // Without a tag Docker speaks before it has asked anybody.
      if (stream === 'stdout' && !line.startsWith('Using default tag')) answered.abort();
      onProgress(withoutLogins(count(line)));
    },
  });
  answered.abort();
  ended.abort();
  if (status === 0) return undefined;
  if (patience.signal.aborted) return `no answer within ${String(FIRST_ANSWER_MS / 1000)} s`;
  return stderr.trim() === '' ? `docker pull ended with ${String(status)}` : withoutLogins(stderr);
}
