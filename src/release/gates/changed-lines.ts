/** Numbers of the lines that a commit added or changed, by file; blank lines are no change. */
export type ChangedLines = ReadonlyMap<string, readonly number[]>;

/**
 * What `git diff --unified=0 --no-prefix` says. A line of a file that begins as a header does is no header:
 * it stands within the count that its hunk announced.
 */
export function changedLines(diff: string): ChangedLines {
  const changed = new Map<string, number[]>();
  let file: string | undefined;
  let removed = 0;
  let added = 0;
  let at = 0;
  for (const line of diff.split('\n')) {
    if (removed > 0 && line.startsWith('-')) {
      removed -= 1;
    } else if (added > 0 && line.startsWith('+')) {
      if (file !== undefined && line.slice(1).trim() !== '') {
        const lines = changed.get(file);
        if (lines === undefined) changed.set(file, [at]);
        else lines.push(at);
      }
      at += 1;
      added -= 1;
    } else if (line.startsWith('+++ ')) {
      const [name = ''] = line.slice('+++ '.length).split('\t');
      file = name === '/dev/null' ? undefined : name;
    } else {
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk === null) continue;
      removed = Number(hunk[1] ?? 1);
      at = Number(hunk[2]);
      added = Number(hunk[3] ?? 1);
    }
  }
  return changed;
}
