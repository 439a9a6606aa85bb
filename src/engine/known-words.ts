const CRLF =
  'lines that end in CRLF, as Windows writes them: sed -i "s/\\r$//" FILE mends it, and "*.sh text eol=lf" in .gitattributes keeps it so';

/** What programs say as they cannot even begin, and what it means. */
const MEANINGS: readonly (readonly [says: RegExp, meaning: (found: string) => string])[] = [
  [/(?:\\r|\r|\^M)['’:]|\$'\\r': command not found/, () => `a script has ${CRLF}`],
  [
    /^\[FATAL tini \(\d+\)\] exec (\S+ .*) failed: No such file/,
    (program) =>
      `there is no program "${program}", spaces and all: each word by itself, ${JSON.stringify(program.split(/\s+/))}, or all in one text without brackets`,
  ],
  [
    /\bexec (?:user process caused: |(\S+?):? (?:failed: )?)?no such file or directory/i,
    (program) =>
      `${program || 'its program'} is not there, or its first line names an interpreter that is not there. Often the script has ${CRLF}`,
  ],
  [
    /exec format error/i,
    () =>
      'its program is made for another kind of processor, or is a script whose first line does not say what runs it (#!/bin/sh)',
  ],
];

/** What the last words of a program that did not begin mean; undefined for all that speak for themselves. */
export function meaningOf(lines: readonly string[]): string | undefined {
  for (const [says, meaning] of MEANINGS) {
    for (const line of lines) {
      const found = says.exec(line);
      if (found !== null) return meaning(found[1] ?? '');
    }
  }
  return undefined;
}
