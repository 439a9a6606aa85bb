import { PassThrough } from 'node:stream';
import type {
  ContainerDetail,
  ExecOptions,
  Execution,
  Health,
} from '../../src/ports/engine-containers.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { fail, ok } from '../../src/util/result.ts';
import { aContainer } from './containers.ts';

/** A program in a fake container: what it was started as, and what a test lets it do. */
export interface FakeProgram {
  readonly argv: readonly string[];
  readonly typed: string[];
  says(text: string): void;
  exits(status: number): void;
}

/** An engine with one service `api`, of which a test decides whether and since when it runs. */
export class PaneEngine implements Pick<Engine, 'containers' | 'exec' | 'inspect'> {
  readonly programs: FakeProgram[] = [];
  /** When the container's run began; undefined while it does not run. */
  runningSinceMs: number | undefined = 1;
  health: Health = 'none';

  readonly containers: Engine['containers'] = () =>
    Promise.resolve(ok(this.runningSinceMs === undefined ? [] : [aContainer('api')]));

  readonly inspect: Engine['inspect'] = (id) =>
    Promise.resolve(
      this.runningSinceMs === undefined
        ? fail({ reason: 'service' as const, what: 'no such container' })
        : ok({ ...containerDetail(id, this.runningSinceMs), health: this.health }),
    );

  readonly exec = (_id: string, { argv }: ExecOptions) => {
    const stream = new PassThrough();
    const stdout = new PassThrough();
    const typed: string[] = [];
    stream.on('data', (data: Buffer) => void typed.push(data.toString()));
    let exits: (status: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      exits = resolve;
    });
    stdout.write('7\r\n');
    this.programs.push({ argv, typed, says: (text) => void stdout.write(text), exits });
    const resize = (): Promise<void> => Promise.resolve();
    const execution: Execution = {
      id: 'e',
      stream,
      stdout,
      stderr: new PassThrough(),
      resize,
      exited,
    };
    return Promise.resolve(ok(execution));
  };
}

export const containerDetail = (id: string, startedAtMs: number): ContainerDetail => ({
  id,
  pid: 1,
  state: 'running',
  health: 'none',
  exitCode: 0,
  oomKilled: false,
  startedAtMs,
  finishedAtMs: 0,
  restartCount: 0,
  isRestarted: false,
  stopGraceSeconds: 10,
  user: '',
  workingDirectory: '/',
  command: [],
  environment: [],
  exposedPorts: [],
  healthLog: [],
  addresses: {},
  mounts: [],
});
