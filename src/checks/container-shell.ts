import { randomBytes } from 'node:crypto';
import type { Failure } from '../events/failure.ts';
import type { Engine } from '../ports/engine.ts';
import type { Execution } from '../ports/engine-containers.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { createMarkerScanner } from './marker-scanner.ts';
import { checkScript, evaluation, greetingScript } from './shell-script.ts';

/** How a script ended: its exit status, or the shell went while it ran. */
export type ShellEnd =
  { readonly kind: 'exit'; readonly status: number } | { readonly kind: 'lost' };

/** A command that runs, by what its processes are found. */
export interface StartedCheck {
  /** The number of its session and process group. */
  readonly leader: number;
  /** A word in the environment of everything that it starts. */
  readonly mark: string;
}

export interface CheckStart {
  readonly command: string;
  /** Absolute, in the container. */
  readonly directory: string;
  /** Called once, as soon as the command runs. */
  readonly onStart: (started: StartedCheck) => void;
  readonly onOutput: (bytes: Buffer) => void;
}

/**
 * A `sh` kept open in a running container. Starting a command in it costs a write, where an exec of
 * its own costs a hundred milliseconds. It runs one script at a time.
 */
export interface ContainerShell {
  /** Its process number in the container. */
  readonly pid: number;
  readonly open: boolean;
  /** Resolves when the shell is gone: killed, or its container stopped. */
  readonly closed: Promise<void>;
  /** Runs a script of our own; its output is dropped. */
  evaluate(script: string): Promise<ShellEnd>;
  /** Runs a check's command in a session of its own. */
  check(start: CheckStart): Promise<ShellEnd>;
  close(): void;
}

/** Opens a shell in a container, as the container's user. */
export async function openCheckShell(
  engine: Engine,
  containerId: string,
): Promise<Result<ContainerShell, Failure>> {
  const started = await engine.exec(containerId, {
    argv: ['sh'],
    // The container's own working directory may be gone for now; scripts enter theirs.
    workingDirectory: '/',
    stdin: true,
  });
  if (!started.ok) {
    return fail(isNoShell(started.failure.why ?? '') ? NO_SHELL : started.failure);
  }
  const shell = attach(started.value);
  const capable = await shell.greet();
  if (capable.kind === 'exit' && capable.status === 0) return ok(shell);
  shell.close();
  if (capable.kind === 'exit') return fail(NO_SETSID);
  return fail(isNoShell(shell.complaint()) ? NO_SHELL : LOST);
}

/** Whether a container is to blame that has not what checks need: it never will have it. */
export function isIncapable(failure: Failure): boolean {
  return failure === NO_SHELL || failure === NO_SETSID;
}

export const NO_SHELL: Failure = {
  reason: 'check',
  what: 'the container has no shell (sh)',
  why: 'checks run inside the module’s container, through a shell kept open there',
  cure: 'base the module on an image with a shell, or turn its checks off in dev.settings.yaml',
};
const NO_SETSID: Failure = {
  reason: 'check',
  what: 'the container has no `setsid`',
  why: 'without it a check that is overtaken could not be stopped with all its children',
  cure: 'install util-linux (Debian, Fedora) or busybox (Alpine) in the image',
};
const LOST: Failure = {
  reason: 'check',
  what: 'the shell in the container ended before it could be used',
  why: 'the container stopped, or the shell was killed',
};

/**
 * Whether the engine says that there is no such program. Its exit status (126 or 127) says that of
 * a container that is just ending, too.
 */
const isNoShell = (text: string): boolean =>
  /executable file.* not found|exec: "sh".*no such file/i.test(text);

/** Of what comes instead of the shell so much is kept. */
const COMPLAINT_LENGTH = 1_000;

interface Running {
  readonly endWord: string;
  readonly startWord: string | undefined;
  readonly onStart: ((pid: number) => void) | undefined;
  readonly onOutput: ((bytes: Buffer) => void) | undefined;
  readonly resolve: (end: ShellEnd) => void;
}

/** The start of a script that marks it. */
interface Start {
  readonly word: string;
  readonly onStart: (pid: number) => void;
  readonly onOutput?: (bytes: Buffer) => void;
}

interface NewShell extends ContainerShell {
  greet(): Promise<ShellEnd>;
  /** What came before the greeting: the engine's complaint, if there is no shell. */
  complaint(): string;
}

function attach(execution: Execution): NewShell {
  let open = true;
  let pid = 0;
  let running: Running | undefined;
  const scanner = createMarkerScanner(
    (word) => word === running?.endWord || word === running?.startWord,
  );
  let begun = false;
  let complaint = '';

  execution.stdout.on('data', (chunk: Buffer) => {
    for (const piece of scanner.push(chunk)) {
      if (piece.kind === 'bytes') {
        // Before the command's own start only a shell's complaint or a stray can have written.
        if (begun) running?.onOutput?.(piece.bytes);
        else if (pid === 0 && complaint.length < COMPLAINT_LENGTH) complaint += String(piece.bytes);
      } else if (piece.word === running?.startWord) {
        begun = true;
        running.onStart?.(Number(piece.value));
      } else {
        finish({ kind: 'exit', status: Number(piece.value) });
      }
    }
  });
  execution.stderr.resume();
  // A broken pipe is told by the stream's end as well.
  execution.stream.on('error', () => undefined);
  const closed = execution.exited
    .then(
      () => undefined,
      () => undefined,
    )
    .then(() => {
      open = false;
      finish({ kind: 'lost' });
    });

  function finish(end: ShellEnd): void {
    const ended = running;
    running = undefined;
    begun = false;
    ended?.resolve(end);
  }

  function run(script: string, endWord: string, start?: Start): Promise<ShellEnd> {
    if (running !== undefined) throw new Error('the shell runs a script already');
    if (!open) return Promise.resolve({ kind: 'lost' });
    return new Promise((resolve) => {
      const { word: startWord, onStart, onOutput } = start ?? {};
      running = { endWord, startWord, onStart, onOutput, resolve };
      execution.stream.write(evaluation(script, endWord));
    });
  }

  return {
    get pid() {
      return pid;
    },
    get open() {
      return open;
    },
    closed,
    complaint: () => complaint,
    greet: () => {
      const word = newWord();
      const onStart = (value: number): void => {
        pid = value;
      };
      return run(greetingScript(word), newWord(), { word, onStart });
    },
    evaluate: (script) => run(script, newWord()),
    check: ({ command, directory, onStart, onOutput }) => {
      const word = newWord();
      const mark = newWord();
      return run(checkScript(command, directory, { start: word, mark }), newWord(), {
        word,
        onStart: (leader) => onStart({ leader, mark }),
        onOutput,
      });
    },
    close: () => {
      open = false;
      execution.stream.end();
      execution.stream.destroy();
      finish({ kind: 'lost' });
    },
  };
}

const newWord = (): string => randomBytes(16).toString('hex');
