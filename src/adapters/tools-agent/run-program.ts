import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { ToolsRunRequest } from '../../ports/tools-agent.ts';
import { encodeAgentFrame, type FrameType } from '../../tools/frames.ts';

/** A program that the agent runs for one connection. */
export interface RunningProgram {
  input(bytes: Uint8Array): void;
  closeInput(): void;
  /** Signals the whole process group. */
  signal(name: string): void;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}

/** 126 and 127 as shells have them. */
function startFailure(error: NodeJS.ErrnoException): number {
  return error.code === 'EACCES' ? 126 : 127;
}

/**
 * Starts a program and sends its output and its exit status as frames. When nobody reads them, the
 * program has to wait: a flood costs no memory.
 */
export function runForAgent(request: ToolsRunRequest, output: Writable): RunningProgram {
  const [program = '', ...args] = request.argv;
  const child = spawn(program, args, {
    cwd: request.workingDirectory,
    env: { ...process.env, ...request.environment },
    detached: true,
  });
  const forward = (type: FrameType, source: Readable): void => {
    source.on('data', (chunk: Buffer) => {
      if (output.write(encodeAgentFrame(type, chunk)) || source.isPaused()) return;
      source.pause();
      output.once('drain', () => source.resume());
    });
  };
  forward('stdout', child.stdout);
  forward('stderr', child.stderr);

  let ended = false;
  const end = (status: number): void => {
    if (ended) return;
    ended = true;
    output.write(encodeAgentFrame('exit', String(status)));
  };
  child.on('error', (error: NodeJS.ErrnoException) => {
    const folder = request.workingDirectory;
    const hint = folder === undefined ? '' : ` (in ${folder})`;
    output.write(encodeAgentFrame('stderr', `${program}: ${error.message}${hint}\n`));
    end(startFailure(error));
  });
  child.on('close', (code, signal) => {
    end(signal === null ? (code ?? 255) : 128 + constants.signals[signal]);
  });
  // A program that does not read its input closes it: no failure.
  child.stdin.on('error', () => undefined);

  return {
    input: (bytes) => void child.stdin.write(bytes),
    closeInput: () => void child.stdin.end(),
    signal(name) {
      if (ended || child.pid === undefined || !isSignal(name)) return;
      try {
        process.kill(-child.pid, name);
      } catch {
        // It has ended this very moment.
      }
    },
  };
}
