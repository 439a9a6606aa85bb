import type { Finished, Processes, RunOptions } from '../../src/ports/processes.ts';

/** One program that was run, as it was asked for. */
export interface Call {
  readonly argv: readonly string[];
  readonly options: RunOptions;
}

/** What a program prints and ends with; status 0 and no output where nothing is said. */
export interface Script {
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * Programs of the host that are never started: `play` says what each one does. Records every call.
 */
export class ScriptedProcesses implements Processes {
  readonly calls: Call[] = [];
  readonly #play: (call: Call) => Script | Promise<Script>;

  constructor(play: (call: Call) => Script | Promise<Script> = () => ({})) {
    this.#play = play;
  }

  /** The calls as text, for programs whose arguments have no blanks. */
  get lines(): readonly string[] {
    return this.calls.map(({ argv }) => argv.join(' '));
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const call = { argv, options };
    this.calls.push(call);
    const { status = 0, stdout = '', stderr = '' } = await this.#play(call);
    for (const [stream, text] of [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const) {
      for (const line of text.split('\n')) if (line !== '') options.onLine?.(line, stream);
    }
    return { status, stdout, stderr };
  }

  interactive(): Promise<number> {
    throw new Error('nothing here asks a person');
  }
}
