import type { Failure } from '../../events/failure.ts';
import type { ContainerDetail, Engine, Execution } from '../../ports/engine.ts';
import type { Result } from '../../util/result.ts';
import { fail } from '../../util/result.ts';
import { notice } from './pane-source.ts';
import type { OpenPaneSource, PaneSize } from './pane-source.ts';

/** What to run in a container, once it is known what is in there. */
export interface ExecProgram {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface ExecSourceOptions {
  readonly engine: () => Promise<Pick<Engine, 'containers' | 'exec' | 'inspect'>>;
  /** Compose project name. */
  readonly instance: string;
  readonly service: string;
  readonly program: (container: ContainerDetail, image: string) => Result<ExecProgram, Failure>;
}

/** A program in a service's running container, on a terminal. */
export function execSource(options: ExecSourceOptions): OpenPaneSource {
  return (size, sink) => {
    let execution: Execution | undefined;
    let wanted = size;
    let closed = false;
    const isOpen = (): boolean => !closed;
    // What is typed before the program is there is for it all the same.
    let early = '';
    const run = async (): Promise<void> => {
      const started = await start(options, wanted);
      if (!started.ok) {
        const { what, why, cure } = started.failure;
        for (const line of [what, why, cure]) if (line !== undefined) sink.write(notice(line));
        sink.ended('not started');
        return;
      }
      execution = started.value;
      if (!isOpen()) {
        execution.stream.destroy();
        return;
      }
      execution.stream.on('error', () => undefined);
      execution.stdout.on('data', (data: Uint8Array) => sink.write(data));
      void execution.resize(wanted.columns, wanted.rows);
      if (early !== '') execution.stream.write(early);
      const status = await execution.exited;
      if (isOpen()) sink.ended(`ended with status ${status}`);
    };
    void run();
    return {
      send: (data) => {
        if (execution === undefined) early += data;
        else execution.stream.write(data);
      },
      resize: (columns, rows) => {
        wanted = { columns, rows };
        void execution?.resize(columns, rows);
      },
      pause: () => void execution?.stdout.pause(),
      resume: () => void execution?.stdout.resume(),
      close: () => {
        closed = true;
        execution?.stream.destroy();
      },
    };
  };
}

async function start(
  options: ExecSourceOptions,
  size: PaneSize,
): Promise<Result<Execution, Failure>> {
  const { instance, service } = options;
  const engine = await options.engine();
  const listed = await engine.containers(instance);
  if (!listed.ok) return listed;
  const container = listed.value.find(
    (one) => one.service === service && !one.oneOff && one.state === 'running',
  );
  if (container === undefined) {
    const cure = `dev up ${service}`;
    return fail({ reason: 'service', what: `${service} is not running`, cure });
  }
  const detail = await engine.inspect(container.id);
  if (!detail.ok) return detail;
  const program = options.program(detail.value, container.image);
  if (!program.ok) return program;
  return engine.exec(container.id, { ...program.value, ...size, tty: true, stdin: true });
}
