import { readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import type { LockHolder } from '../ports/locks.ts';
import { lookAtProcess, type ProcessLook } from './process-look.ts';

/** A holder refreshes its lock this often. */
export const REFRESH_MS = 1_000;
/** One whose process is gone by all signs has not refreshed it for so long: it is left behind. */
const ORPHANED_MS = 2 * REFRESH_MS;
/** The same of one of whom is not known whether it lives. */
const STALE_MS = 10_000;

interface Written extends LockHolder {
  /** Of its process, as `ProcessLook` has it. */
  readonly start: string | undefined;
}

/** Who has the lock writes itself into the file. Throws like `node:fs`. */
export function writeHolder(path: string, purpose: string): void {
  const start = process.platform === 'linux' ? lookAtProcess(process.pid)?.start : undefined;
  const lines = [`${process.pid} ${purpose}`, ...(start === undefined ? [] : [`since ${start}`])];
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}

function readWritten(path: string): Written | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const [, pid = '', purpose = ''] = /^(\d+) (.*)$/m.exec(text) ?? [];
    const start = /^since (.+)$/m.exec(text)?.[1];
    return pid === '' ? undefined : { pid: Number(pid), purpose, start };
  } catch {
    return undefined;
  }
}

/** Who had it last, by its own word. */
export function readHolder(path: string): LockHolder | undefined {
  const written = readWritten(path);
  return written && { pid: written.pid, purpose: written.purpose };
}

/** Its process, unless another one has the number by now. */
function processOf({ pid, start }: Written): ProcessLook | undefined {
  const look = lookAtProcess(pid);
  return start !== undefined && look?.start !== undefined && look.start !== start
    ? undefined
    : look;
}

/** The same as `readHolder`; nobody for who had it before and is gone. */
export function livingHolder(path: string): LockHolder | undefined {
  const written = readWritten(path);
  const look = written && processOf(written);
  if (written === undefined || look === undefined) return undefined;
  const { pid, purpose } = written;
  return { pid, purpose, ...(look.isStopped && { isStopped: true }) };
}

/** One look at a lock that somebody has, or had. */
interface Look {
  readonly modifiedMs: number;
  readonly inode: number;
  /** How long its holder may leave it as it is; Infinity: as long as it likes. */
  readonly limitMs: number;
  /** Its holder is gone, or unknown: the machine's clock is believed. */
  readonly isOrphan: boolean;
}

function lookAtLock(path: string): Look | undefined {
  const stats = statSync(`${path}.lock`, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const { mtimeMs: modifiedMs, ino: inode } = stats;
  const written = readWritten(path);
  const look = written && processOf(written);
  if (written !== undefined && look === undefined) {
    return { modifiedMs, inode, limitMs: ORPHANED_MS, isOrphan: true };
  }
  // A stopped one and one on a machine that slept go on where they were, however late.
  const lives = look !== undefined && (look.isStopped || written?.start !== undefined);
  return {
    ...{ modifiedMs, inode },
    limitMs: lives ? Infinity : STALE_MS,
    isOrphan: look === undefined,
  };
}

const isLong = ({ modifiedMs, isOrphan, limitMs }: Look): boolean =>
  isOrphan && Date.now() - modifiedMs > limitMs;

/** Whether the lock is there, and not left behind as far as one look tells. */
export function isHeldBySomebody(path: string): boolean {
  const look = lookAtLock(path);
  return look !== undefined && !isLong(look);
}

/**
 * Looks again and again whether a lock is left behind, and frees it then. That it is not refreshed is
 * measured by a clock that nobody sets: a machine that wakes up, or whose clock is corrected, would
 * take the lock from those that live.
 */
export function createLockJudge(path: string): { freesIt(): boolean } {
  let seen = { modifiedMs: Number.NaN, sinceMs: 0 };
  return {
    freesIt: () => {
      const look = lookAtLock(path);
      if (look === undefined) return true;
      const now = performance.now();
      if (look.modifiedMs !== seen.modifiedMs) {
        seen = { modifiedMs: look.modifiedMs, sinceMs: now };
      }
      return (isLong(look) || now - seen.sinceMs > look.limitMs) && free(path, look);
    },
  };
}

/** Takes away what was looked at, and nothing that another one has made in its place meanwhile. */
function free(path: string, { modifiedMs, inode }: Look): boolean {
  const folder = `${path}.lock`;
  const aside = `${folder}.${String(process.pid)}`;
  try {
    renameSync(folder, aside);
    const { mtimeMs, ino } = statSync(aside);
    if (mtimeMs === modifiedMs && ino === inode) rmdirSync(aside);
    else renameSync(aside, folder);
    return true;
  } catch {
    // Another one was quicker; or it cannot be taken away, and is waited for as if it were held.
    return false;
  }
}
