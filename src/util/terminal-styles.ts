/** Colours and styles of a text: the part of SGR (ECMA-48, 8.3.117) that changes no more than looks. */

/** What each code switches on, named by the code that switches it off again. */
function switchedOn(code: number): number | undefined {
  if (code === 1 || code === 2) return 22;
  if (code === 3) return 23;
  if (code === 4 || code === 21) return 24;
  if (code === 7) return 27;
  if (code === 9) return 29;
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 39;
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 49;
  if (code === 53) return 55;
  if (code === 58) return 59;
  return undefined;
}

const SWITCHES_OFF = new Set([22, 23, 24, 25, 27, 28, 29, 39, 49, 55, 59]);

/** How many parameters a colour takes behind 38, 48 or 58: `5;N` or `2;R;G;B`. */
const COLOUR_LENGTH: Readonly<Record<string, number>> = { '5': 2, '2': 4 };

/** Follows the styles of a line, and says whether some are still on at its end. */
export class StyleState {
  readonly #on = new Set<number>();

  get isPlain(): boolean {
    return this.#on.size === 0;
  }

  /**
   * The sequence with these parameters, less what hides text, blinks or changes fonts; empty when
   * nothing of it is left.
   */
  take(parameters: string): string {
    if (!/^[\d;:]*$/.test(parameters)) return '';
    const codes = parameters.split(';');
    const kept: string[] = [];
    for (let at = 0; at < codes.length; at += 1) {
      const code = codes[at] ?? '';
      const number = Number(code.split(':')[0]);
      const takes = [38, 48, 58].includes(number) && !code.includes(':');
      const length = takes ? (COLOUR_LENGTH[codes[at + 1] ?? ''] ?? 0) : 0;
      if (takes && (length === 0 || at + length >= codes.length)) break;
      if (this.#switch(number)) kept.push(...codes.slice(at, at + length + 1));
      at += length;
    }
    return kept.length === 0 ? '' : `\x1b[${kept.join(';')}m`;
  }

  /** Whether the code is one of those that may pass. */
  #switch(code: number): boolean {
    if (code === 0) this.#on.clear();
    else if (SWITCHES_OFF.has(code)) this.#on.delete(code);
    else {
      const off = switchedOn(code);
      if (off === undefined) return false;
      this.#on.add(off);
    }
    return true;
  }
}
