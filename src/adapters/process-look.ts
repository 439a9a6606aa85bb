import { execFileSync } from 'node:child_process';
import { isAlive } from './is-alive.ts';
import { textOf } from './text-of.ts';

/** A process as it is now. */
export interface ProcessLook {
  /** Tells it from another one that has its number later; undefined where the system does not tell. */
  readonly start: string | undefined;
  /** Stopped by a signal: it does nothing until it is continued. */
  readonly isStopped: boolean;
}

/** Undefined when there is none of this number, or one that has ended and that nobody has noted yet. */
export function lookAtProcess(pid: number): ProcessLook | undefined {
  if (!isAlive(pid)) return undefined;
  const look = process.platform === 'linux' ? byProc(pid) : byPs(pid);
  return look?.state === 'Z' ? undefined : { start: look?.start, isStopped: look?.state === 'T' };
}

interface Look {
  /** One letter, of ps(1). */
  readonly state: string;
  readonly start?: string;
}

/** By proc(5): its start is counted from the machine's own, which has a name of its own. */
function byProc(pid: number): Look | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  // The program's name stands in brackets, and may have any characters in it.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  if (state === undefined) return undefined;
  const boot = textOf('/proc/sys/kernel/random/boot_id')?.trim();
  return { state, ...(start && boot && { start: `${boot}:${start}` }) };
}

function byPs(pid: number): Look | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: [...stdio],
    });
    return { state: state.trim().slice(0, 1) };
  } catch {
    return undefined;
  }
}
