import { oneLine, terminalText } from '../util/terminal-text.ts';

/** A program that fails says why at its end. */
const LONGEST_TAIL = 2_000;
const LONGEST_WORDS = 200;

/** Programs that take the whole screen say nothing behind it. */
const TAKES_SCREEN = '\x1b[?1049h';

/** What an editor has written, as far as it is told when its window goes. */
export class EditorWords {
  #tail = '';
  #tookScreen = false;

  take(data: string | Uint8Array): void {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    this.#tookScreen ||= (this.#tail + text).includes(TAKES_SCREEN);
    this.#tail = (this.#tail + text).slice(-LONGEST_TAIL);
  }

  /**
   * What is said to everybody once it has ended; undefined where they have seen it themselves.
   * @param why `ended with status 1`
   * @param place what it was to open: `api/src/main.ts:3`
   */
  atEnd(program: string, why: string, place: string): string | undefined {
    const isWell = why === 'ended with status 0';
    // One with a window of its own is somewhere else on the screen, or on another one.
    if (isWell) return this.#tookScreen ? undefined : oneLine(`${program} has opened ${place}`);
    const lines = terminalText(this.#tail, false).split('\n');
    const last = this.#tookScreen ? undefined : lines.findLast((line) => line.trim() !== '');
    const words = last === undefined ? '' : `: ${last.trim().slice(0, LONGEST_WORDS)}`;
    return oneLine(`${program} ${why}${words}`);
  }
}
