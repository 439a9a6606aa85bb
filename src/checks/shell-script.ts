/** Shell text for a container's kept-open shell. POSIX `sh` and `setsid`, nothing else. */

/** A word of the shell that stands for exactly this text. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

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
 */
export function checkScript(command: string, directory: string, startWord: string): string {
  const child = `${printMark('"$1"', '"$$"')}; exec sh -c "$2"`;
  return (
    `cd ${quote(directory)} && ` +
    `setsid sh -c ${quote(child)} sh ${startWord} ${quote(command)} </dev/null 2>&1`
  );
}

/**
 * Signals everything of a check's session, also what has left its process group, and succeeds once
 * nothing of it runs. Zombies do not count: they wait for a parent that may never look.
 */
export function killScript(leader: number, signal: 'TERM' | 'KILL'): string {
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
