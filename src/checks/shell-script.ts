/** Shell text for a container's kept-open shell. POSIX `sh` and `setsid`, nothing else. */
import { quoted } from '../util/shell-words.ts';

/** Prints a mark that the scanner finds. The value is shell text. */
function printMark(word: string, value: string): string {
  return `printf '\\036%s:%s\\n' ${word} ${value}`;
}

/** Runs a script and marks its end with its exit status. */
export function evaluation(script: string, endWord: string): string {
  return `${script}\n${printMark(endWord, '"$?"')}\n`;
}

/**
 * Runs a check's command in a session and process group of its own, both numbered by the process
 * that the start mark tells. Its two streams are one, in the order in which they were written; its
 * standard input is empty. The folder is entered anew each time: it may have been made again.
 * A variable of its environment marks what it starts, also what leaves its session.
 */
export function checkScript(
  command: string,
  directory: string,
  words: { readonly start: string; readonly mark: string },
): string {
  const child = `${printMark('"$1"', '"$$"')}; export ${MARK_VARIABLE}="$2"; exec sh -c "$3"`;
  return (
    `cd ${quoted(directory)} && ` +
    `setsid sh -c ${quoted(child)} sh ${words.start} ${words.mark} ${quoted(command)} ` +
    `</dev/null 2>&1`
  );
}

const MARK_VARIABLE = 'ONESTACK_CHECK';

/**
 * Signals everything of a check's session, also what has left its process group, and succeeds once
 * nothing of it runs. Zombies do not count: they wait for a parent that may never look. With a
 * mark, also what detached itself (`setsid`, `nohup`): it still carries it in its environment.
 */
export function killScript(leader: number, signal: 'TERM' | 'KILL', mark?: string): string {
  const detached = [
    `for file in $(grep -lsF ${MARK_VARIABLE}=${mark ?? ''} /proc/[0-9]*/environ); do`,
    `  left=1; pid=\${file#/proc/}; kill -${signal} "\${pid%/environ}" 2>/dev/null`,
    'done',
  ];
  return [
    `kill -${signal} -- -${leader} 2>/dev/null`,
    'left=0',
    'for file in /proc/[0-9]*/stat; do',
    '  { read -r line <"$file"; } 2>/dev/null || continue',
    // The program's name stands in brackets and may hold anything: what follows is numbers.
    '  set -- ${line##*) }',
    `  [ "$3" = ${leader} ] || [ "$4" = ${leader} ] || continue`,
    '  [ "$1" = Z ] && continue',
    '  left=1; pid=${file#/proc/}',
    `  kill -${signal} "\${pid%/stat}" 2>/dev/null`,
    'done',
    ...(mark === undefined ? [] : detached),
    '[ $left = 0 ]',
  ].join('\n');
}

/** Tells the shell's own process number; succeeds if the container has what checks need. */
export function greetingScript(startWord: string): string {
  return `${printMark(startWord, '"$$"')}; command -v setsid >/dev/null`;
}

/** Succeeds while the process runs. */
export function aliveScript(pid: number): string {
  return `kill -0 ${pid} 2>/dev/null`;
}

/** Signals one process. */
export function signalScript(pid: number, signal: 'HUP'): string {
  return `kill -${signal} ${pid} 2>/dev/null`;
}
