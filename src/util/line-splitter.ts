/**
 * Takes text apart into lines as it comes. What has no end yet is kept in pieces: a line that comes in
 * thousands of them is put together once, not with each.
 */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #pieces: string[] = [];

  /** @param onLine gets each without its end, `\n` or `\r\n`. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#pieces.push(text.slice(from, end));
      this.#tell();
      from = end + 1;
    }
    if (from < text.length) this.#pieces.push(text.slice(from));
  }

  /** Tells what was left without an end. */
  end(): void {
    if (this.#pieces.length > 0) this.#tell();
  }

  #tell(): void {
    const line = this.#pieces.join('');
    this.#pieces = [];
    this.#onLine(line.replace(/\r$/, ''));
  }
}
