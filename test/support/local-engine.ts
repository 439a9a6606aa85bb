import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Duplex } from 'node:stream';
import type { Engine } from '../../src/ports/engine.ts';
import type { Execution } from '../../src/ports/engine-containers.ts';
import { ok } from '../../src/util/result.ts';
import { partly } from './partly.ts';

export interface LocalEngine {
  readonly engine: Engine;
  /** The processes that stand for executions, in the order in which they were started. */
  readonly shells: ChildProcessByStdio<Writable, Readable, Readable>[];
}

/** An engine whose only container is this machine: `exec` starts a process. Nothing else works. */
export function createLocalEngine(): LocalEngine {
  const shells: LocalEngine['shells'] = [];
  const exec: Engine['exec'] = (_container, { argv }) => {
    const [program = 'sh', ...args] = argv;
    // A session of its own, as the engine gives it.
    const child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    shells.push(child);
    const execution: Execution = {
      id: String(child.pid),
      // Only written to and ended: that is all that a shell's user does with it.
      stream: writeOnly(child.stdin),
      stdout: child.stdout,
      stderr: child.stderr,
      resize: () => Promise.resolve(),
      exited: new Promise((resolve) => {
        child.on('error', () => resolve(127));
        child.on('close', (status) => resolve(status ?? 137));
      }),
    };
    return Promise.resolve(ok(execution));
  };
  return { engine: partly<Engine>({ exec }), shells };
}

function writeOnly(stdin: Writable): Duplex {
  return new Duplex({
    write: (chunk: Buffer, _encoding, done) => {
      stdin.write(chunk, done);
    },
    final: (done) => {
      stdin.end(done);
    },
    read: () => undefined,
  });
}
