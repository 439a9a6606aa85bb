import { readFileSync, readdirSync } from 'node:fs';

/** Process ids whose command line contains all these words, by way of /proc: `pgrep` is not everywhere. */
export function findProcesses(...words: readonly string[]): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return words.every((word) => line.includes(word));
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

/** The parent of a process; 0 when it is gone. */
export function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
