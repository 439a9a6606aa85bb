/**
 * Splits a command into words as a POSIX shell does, without running anything: quotes and backslashes
 * count, nothing is expanded. Compose reads `command: npm run "two words"` so.
 */
export function splitWords(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  const pattern = /\s+|\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\s\\'"]+)|([\s\S])/g;
  for (const match of command.matchAll(pattern)) {
    const [all, escaped, single, double, plain, stray] = match;
    if (/^\s/.test(all)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const text = double?.replace(/\\(["\\$`])/g, '$1');
      word = (word ?? '') + (escaped ?? single ?? text ?? plain ?? stray ?? '');
    }
  }
  return word === undefined ? words : [...words, word];
}

/** A word of a POSIX shell that stands for exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The same for people to read: bare where nothing in it means anything. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word);
}
