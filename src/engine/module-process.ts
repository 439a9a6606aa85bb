import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { LogLine } from '../ports/engine-containers.ts';
import { SEARCHED_LINES, tellingLines } from './telling-lines.ts';

/** What `run-module` says when the process that it runs has ended. */
export const ENDED =
  /^onestack: the process ended with exit status (\d+); it starts again in (\d+) s/;
const LOG_LINES = 12;
/** After it was started again, so long. */
const STEADY_MS = 1_500;

/** The end of a container's log; nothing where it cannot be read. */
export async function endOfLog(
  engine: Pick<Engine, 'logs'>,
  id: string,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  try {
    for await (const line of engine.logs(id, { tail: SEARCHED_LINES })) lines.push(line);
  } catch {
    // Its log cannot be read, or it is gone: nothing is known against it.
  }
  return lines;
}

/**
 * Whether a module's process has ended, and ends again when it is started again: its container goes on
 * all the same. Times in logs are only compared with one another.
 * @returns undefined when it runs, as far as its log says.
 */
export async function endedProcess(
  { service, containerId }: { readonly service: string; readonly containerId: string },
  {
    engine,
    clock,
    signal,
  }: {
    readonly engine: Pick<Engine, 'logs'>;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<Failure | undefined> {
  const told = await endOfLog(engine, containerId);
  // What ended long ago has been running since.
  const before = told.slice(-LOG_LINES).findLast(({ text }) => ENDED.test(text));
  if (before === undefined) return undefined;
  // It may have been started again by now.
  const isAway = before === told.at(-1);
  const delayMs = isAway ? Number(ENDED.exec(before.text)?.[2]) * 1000 : 0;
  await clock.sleep(delayMs + STEADY_MS, signal).catch(() => undefined);
  const lines = await endOfLog(engine, containerId);
  const again = lines.findLast(({ text, atMs }) => ENDED.test(text) && atMs > before.atMs);
  const status = ENDED.exec(again?.text ?? '')?.[1];
  if (status === undefined) return undefined;
  const texts = lines.map(({ text }) => text);
  const shown = tellingLines(texts, LOG_LINES);
  return {
    reason: 'service',
    what: `the process of ${service} does not run`,
    why: `it ended with exit status ${status}, and again when it was started again`,
    cure: `dev logs ${service}   or   dev shell ${service}`,
    detail: ['last log lines:', ...shown.map((text) => `  ${text}`)],
  };
}
