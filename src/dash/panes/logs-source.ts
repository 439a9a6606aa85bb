import type { Clock } from '../../ports/clock.ts';
import type { ContainerSummary, LogLine } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import { LineGroups } from '../../app/logs/line-groups.ts';
import { logLines } from '../../util/log-record-text.ts';
import { outputLine, terminalText } from '../../util/terminal-text.ts';
import { CANCEL, notice } from './pane-source.ts';
import type { OpenPaneSource, PaneSink } from './pane-source.ts';

/** Lines of the past that a pane starts with. */
const TAIL_LINES = 1_000;
/** How soon a container that is not there is looked for again. */
const LOOK_AGAIN_MS = 1_000;

export interface LogsSourceOptions {
  readonly engine: () => Promise<Pick<Engine, 'containers' | 'logs'>>;
  readonly clock: Clock;
  readonly instance: string;
  readonly service: string;
  /** Whether lines are shown as they came; asked for each. */
  readonly isRaw: () => boolean;
  /** A line with the places that compiled files were made from. */
  readonly inSources: (text: string) => string;
}

/** A service's log, over restarts and recreations of its container. */
export function logsSource(options: LogsSourceOptions): OpenPaneSource {
  return (_size, sink) => {
    const controller = new AbortController();
    const gate = new Gate();
    if (options.isRaw()) sink.write(notice('lines as they came; J lays them out again'));
    follow(options, sink, gate, controller.signal).catch((error: unknown) => {
      // The engine's client could not be loaded: there is nothing to follow.
      sink.write(notice(error instanceof Error ? error.message : String(error)));
    });
    return {
      send: () => undefined,
      resize: () => undefined,
      pause: () => gate.close(),
      resume: () => gate.open(),
      close: () => {
        controller.abort();
        gate.open();
      },
    };
  };
}

async function follow(
  { engine: connect, clock, instance, service, isRaw, inSources }: LogsSourceOptions,
  sink: PaneSink,
  gate: Gate,
  signal: AbortSignal,
): Promise<void> {
  const engine = await connect();
  const lastSeenMs = new Map<string, number>();
  let said = '';
  const say = (text: string): void => {
    if (text === said) return;
    said = text;
    sink.write(notice(text));
  };
  const fail = (why: string): void => sink.write(notice(why));
  while (!signal.aborted) {
    const listed = await engine.containers(instance);
    const container = listed.ok ? newest(service, listed.value) : undefined;
    const seen = container === undefined ? undefined : lastSeenMs.get(container.id);
    if (container === undefined) {
      say(listed.ok ? `${service} has no container` : listed.failure.what);
    } else if (container.state === 'running' || seen === undefined) {
      if (lastSeenMs.size > 0 && seen === undefined) say(`new container ${container.name}`);
      said = '';
      const groups = new LineGroups<LogLine>(() => true);
      const show = (line: LogLine): void => {
        const isHead = groups.take(line).some((one) => one.isHead);
        const { shown, besides } = bothForms(line.text, { isRaw: isRaw(), inSources });
        // A line that breaks off within an escape sequence must not swallow the next ones.
        sink.write(shown.map((text) => `${text}${CANCEL}\r\n`).join(''), { isHead, besides });
      };
      const last = await readLog({ engine, container, seenMs: seen, show, fail, gate, signal });
      lastSeenMs.set(container.id, last);
    }
    // One that was made just now is about to be started: that is told when it takes longer.
    const isMadeNow = container?.state === 'created' && seen === undefined;
    if (container !== undefined && container.state !== 'running' && !isMadeNow)
      say(`${service}: ${container.status}`);
    await clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
  }
}

/** A line as it is shown, and the other one of its two forms where that is another text. */
function bothForms(
  text: string,
  { isRaw, inSources }: { readonly isRaw: boolean } & Pick<LogsSourceOptions, 'inSources'>,
): { readonly shown: readonly string[]; readonly besides: string | undefined } {
  const came = outputLine(text, false, Infinity);
  const laidOut = logLines(inSources(text), true, Infinity);
  const plain = laidOut.map((line) => terminalText(line, false)).join('\n');
  const other = isRaw ? plain : came;
  return {
    shown: isRaw ? [outputLine(text, true, Infinity)] : laidOut,
    besides: plain === came ? undefined : other,
  };
}

interface Reading {
  readonly engine: Pick<Engine, 'logs'>;
  readonly container: ContainerSummary;
  readonly seenMs: number | undefined;
  readonly show: (line: LogLine) => void;
  readonly fail: (why: string) => void;
  readonly gate: Gate;
  readonly signal: AbortSignal;
}

/** Follows one container's log to its end. @returns the time of its last line. */
async function readLog(reading: Reading): Promise<number> {
  const { engine, container, seenMs, show, fail, gate, signal } = reading;
  let last = seenMs ?? 0;
  const from = seenMs === undefined ? { tail: TAIL_LINES } : { sinceMs: seenMs + 1 };
  try {
    for await (const line of engine.logs(container.id, { ...from, follow: true, signal })) {
      last = Math.max(last, line.atMs);
      show(line);
      if (gate.isClosed) await gate.opened();
    }
  } catch (error) {
    // The container or the engine went away; the next round says what there is.
    if (!signal.aborted) fail(error instanceof Error ? error.message : String(error));
  }
  return last;
}

function newest(
  service: string,
  containers: readonly ContainerSummary[],
): ContainerSummary | undefined {
  return containers
    .filter((one) => one.service === service && !one.oneOff)
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs)[0];
}

/** Where a reader waits while the pane cannot take more. */
class Gate {
  #waiting: (() => void)[] = [];
  isClosed = false;

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.isClosed = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  opened(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isClosed) this.#waiting.push(resolve);
      else resolve();
    });
  }
}
