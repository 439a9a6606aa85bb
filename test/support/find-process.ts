import { readFileSync, readdirSync } from 'node:fs';

/** Process ids whose command line contains all these words, by way of /proc: `pgrep` is not everywhere. */
export function findProcesses(...words: readonly string[]): readonly number[] {
  return processes()
    .filter((one) => words.every((word) => one.words.includes(word)))
    .map(({ pid }) => pid);
}

/** All but this one, with their command lines. */
function processes(): readonly { readonly pid: number; readonly words: readonly string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return [{ pid: Number(name), words: line.split('\0') }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

/** Whether any process has a folder on its command line, or something in it: a session, a dashboard. */
export function isNamedByProcess(folder: string): boolean {
  const isIn = (word: string): boolean => word === folder || word.startsWith(`${folder}/`);
  return processes().some(({ words }) => words.some(isIn));
}

/** Process ids whose command line has a text somewhere. */
export function processesNaming(text: string): readonly number[] {
  return processes()
    .filter(({ words }) => words.some((word) => word.includes(text)))
    .map(({ pid }) => pid);
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
