import { PidLine, signalArgv, tellingPid } from '../../engine/exec-pid.ts';
import type { Failure } from '../../events/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContainerDetail, Execution } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { currentRun, goesOn } from './container-run.ts';
import type { ContainerRun } from './container-run.ts';
import { notice } from './pane-source.ts';
import type { OpenPaneSource, PaneSink, PaneSize, PaneSource } from './pane-source.ts';

/** What to run in a container, once it is known what is in there. */
export interface ExecProgram {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type PaneEngine = Pick<Engine, 'containers' | 'exec' | 'inspect'>;

export interface ExecSourceOptions {
  readonly engine: () => Promise<PaneEngine>;
  readonly clock: Clock;
  /** Compose project name. */
  readonly instance: string;
  readonly service: string;
  readonly program: (container: ContainerDetail, image: string) => Result<ExecProgram, Failure>;
  /** Whether it is of use only once the service is well: a console, to a database that starts. */
  readonly needsHealth?: boolean;
}

/** How soon a container that is not there is looked for again. */
const LOOK_AGAIN_MS = 1_000;
/** A program that was killed, or that nothing is known of: its container may have gone, too. */
const STATUS_OF_LOST: readonly number[] = [137, 255];

/**
 * A program in a service's running container, on a terminal. While there is no such container, and
 * when it goes away under the program, the next one is waited for, and the program started there.
 *
 *     waiting ──a container runs──► running ──the container stops──► waiting
 *                                      └──the program ends──► ended
 */
export function execSource(options: ExecSourceOptions): OpenPaneSource {
  return (size, sink) => {
    const session = new ExecSession(options, size, sink);
    void session.run();
    return session;
  };
}

interface Started {
  readonly run: ContainerRun;
  readonly execution: Execution;
}

class ExecSession implements PaneSource {
  readonly #options: ExecSourceOptions;
  readonly #sink: PaneSink;
  readonly #closed = new AbortController();
  #size: PaneSize;
  #execution: Execution | undefined;
  #hangUp: () => void = () => undefined;
  /** What is typed before the program is there is for it all the same; not what is typed later. */
  #early: string | undefined = '';
  readonly #notices: Notices;

  constructor(options: ExecSourceOptions, size: PaneSize, sink: PaneSink) {
    this.#options = options;
    this.#size = size;
    this.#sink = sink;
    this.#notices = new Notices(sink);
  }

  /** From the first look for a container to the end of the program, or of the pane. */
  async run(): Promise<void> {
    const { service, clock } = this.#options;
    const { signal } = this.#closed;
    try {
      const engine = await this.#options.engine();
      while (!signal.aborted) {
        const started = await startProgram(engine, this.#options, this.#size, this.#notices);
        if (started === undefined) {
          this.#early = undefined;
          await clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
        } else if (!started.ok) {
          const { what, why, cure } = started.failure;
          for (const line of [what, why, cure]) if (line !== undefined) this.#notices.say(line);
          this.#sink.ended('not started');
          return;
        } else {
          const status = await this.#attend(engine, started.value);
          const { run } = started.value;
          if (!(await isLost(run, status, { engine, clock, signal }))) {
            this.#sink.ended(`ended with status ${status}`);
            return;
          }
          this.#sink.reset();
          this.#notices.say(`the container of ${service} ended: this goes on in the next one`);
        }
      }
    } catch (error) {
      // The engine's client could not be loaded: nothing to wait for.
      this.#notices.say(error instanceof Error ? error.message : String(error));
      this.#sink.ended('not started');
    }
  }

  send(data: string): void {
    if (this.#execution !== undefined) this.#execution.stream.write(data);
    else if (this.#early !== undefined) this.#early += data;
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    void this.#execution?.resize(columns, rows);
  }

  pause(): void {
    this.#execution?.stdout.pause();
  }

  resume(): void {
    this.#execution?.stdout.resume();
  }

  close(): void {
    this.#closed.abort(new Error('the pane is closed'));
    this.#hangUp();
  }

  /** Lets the person talk to the program until it ends. @returns its exit status. */
  async #attend(engine: PaneEngine, { run, execution }: Started): Promise<number> {
    const { stream, stdout, exited } = execution;
    const pidLine = new PidLine();
    // The engine leaves a program running when nobody is connected to it any more.
    this.#hangUp = () => {
      if (pidLine.pid === undefined || stream.destroyed) return;
      void engine.exec(run.detail.id, { argv: signalArgv(pidLine.pid, 'HUP') });
      stream.destroy();
    };
    stream.on('error', () => undefined);
    stdout.on('data', (data: Buffer) => {
      const own = pidLine.take(data);
      // Closed before the program had told its id: now it has.
      if (this.#closed.signal.aborted) this.#hangUp();
      else if (own.length > 0) this.#sink.write(own);
    });
    this.#notices.ran();
    this.#execution = execution;
    void execution.resize(this.#size.columns, this.#size.rows);
    if (this.#early !== undefined && this.#early !== '') stream.write(this.#early);
    this.#early = undefined;
    const status = await exited;
    this.#execution = undefined;
    return status;
  }
}

/** Whether it was the container that ended, and not the program in it. */
async function isLost(
  run: ContainerRun,
  status: number,
  { engine, clock, signal }: { engine: PaneEngine; clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  if (!STATUS_OF_LOST.includes(status)) return false;
  if (!(await goesOn(engine, run))) return true;
  // The engine tells of a program's end a moment before it tells of the container's.
  await clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
  return !(await goesOn(engine, run));
}

/** Lines of our own in a pane: each once, until its program has run. */
class Notices {
  readonly #sink: Pick<PaneSink, 'write'>;
  #said = '';
  #hasRun = false;

  constructor(sink: Pick<PaneSink, 'write'>) {
    this.#sink = sink;
  }

  get hasSaid(): boolean {
    return this.#said !== '';
  }

  get hasRun(): boolean {
    return this.#hasRun;
  }

  say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#sink.write(notice(text));
  }

  ran(): void {
    this.#said = '';
    this.#hasRun = true;
  }
}

/** Starts the program. Undefined when there is no container to start it in. */
async function startProgram(
  engine: PaneEngine,
  options: ExecSourceOptions,
  size: PaneSize,
  notices: Notices,
): Promise<Result<Started, Failure> | undefined> {
  const { instance, service } = options;
  const found = await currentRun(engine, instance, service);
  if (!found.ok || found.value === undefined) {
    if (!found.ok) notices.say(found.failure.what);
    else if (!notices.hasSaid) notices.say(`${service} does not run: dev up ${service} starts it`);
    return undefined;
  }
  const run = found.value;
  if (options.needsHealth === true && run.detail.health === 'starting') {
    notices.say(`${service} is starting`);
    return undefined;
  }
  const program = options.program(run.detail, run.image);
  if (!program.ok) return program;
  const { argv, environment } = program.value;
  const terminal = { ...size, tty: true, stdin: true };
  const command = { argv: tellingPid(argv), environment, ...terminal };
  const execution = await engine.exec(run.detail.id, command);
  if (!execution.ok) {
    return (await goesOn(engine, run)) ? fail(execution.failure) : undefined;
  }
  if (notices.hasSaid) notices.say(`${notices.hasRun ? 'back ' : ''}in ${run.name}`);
  return ok({ run, execution: execution.value });
}
