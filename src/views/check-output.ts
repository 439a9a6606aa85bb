import type { SessionEvent } from '../events/session-event.ts';
import { oneLine, outputLine } from '../util/terminal-text.ts';

/** A line that does not end is shown in pieces of about this many characters. */
const LONGEST_REST = 65_536;

/**
 * The output of checks, which comes in pieces that end anywhere, as whole lines for a terminal: a
 * piece may end within an escape sequence, and what two checks say at the same time must not mix
 * within a line.
 */
export class CheckOutputLines {
  readonly #color: boolean;
  readonly #rests = new Map<string, string>();

  constructor(color: boolean) {
    this.#color = color;
  }

  /** The lines that an event completes, without their ends: what is run, and what it says. */
  lines(event: SessionEvent): readonly string[] {
    switch (event.kind) {
      case 'check-started': {
        const { command, incremental = 'plain', why } = event;
        if (command === undefined) return [];
        return [oneLine(`$ ${command}  (${incremental}: ${why ?? ''})`)];
      }
      case 'check-output':
        return this.#take(`${event.module} ${event.check}`, event.text);
      case 'check-finished':
      case 'check-cancelled':
        return this.#end(`${event.module} ${event.check}`);
      default:
        return [];
    }
  }

  #take(key: string, text: string): readonly string[] {
    const lines = `${this.#rests.get(key) ?? ''}${text}`.split('\n');
    let rest = lines.pop() ?? '';
    if (rest.length > LONGEST_REST) {
      lines.push(rest);
      rest = '';
    }
    this.#rests.set(key, rest);
    return lines.map((line) => outputLine(line, this.#color));
  }

  /** What a check said last may lack its line's end. */
  #end(key: string): readonly string[] {
    const rest = this.#rests.get(key) ?? '';
    this.#rests.delete(key);
    return rest === '' ? [] : [outputLine(rest, this.#color)];
  }
}
