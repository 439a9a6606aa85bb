import { EventEmitter } from 'node:events';
import { emitKeypressEvents } from 'blessed/lib/keys.js';

/** One thing that a person did at the terminal. `raw` is what a program in a pane would get. */
export type TerminalInput = KeyInput | MouseInput | PasteInput;

export interface KeyInput {
  readonly kind: 'key';
  /** `a`, `A`, `C-b`, `M-Left`, `PageUp`, `Enter`, `Escape`, `Space`, `F5`, … */
  readonly name: string;
  readonly raw: string;
}

export interface MouseInput {
  readonly kind: 'mouse';
  readonly action: 'press' | 'release' | 'drag' | 'wheel-up' | 'wheel-down';
  readonly button: number;
  /** Shift (4), Alt (8) and Ctrl (16), as programs are told them. */
  readonly modifiers: number;
  /** Cells from 0. */
  readonly x: number;
  readonly y: number;
}

export interface PasteInput {
  readonly kind: 'paste';
  readonly text: string;
}

const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** A longer paste is handed on in pieces of about so much, so that none has to be held as a whole. */
const PIECE_CHARACTERS = 64 * 1024;
const CTRL_C = '\x03';
/** A whole escape sequence at the start, or the beginning of one that may still grow. */
const SEQUENCE = /^\x1b(?:\x1b?\[[0-?]*[ -/]*[@-~]|\x1b?O[ -~]|\[\[[A-E]|[^[O\x1b])/u;

const UNFINISHED = /^\x1b(?:\x1b?(?:\[[0-?]*[ -/]*|O)?)?$/;

const SGR_MOUSE = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])$/;

/**
 * Takes a terminal's input apart. What the keys are called comes from blessed, whose table knows
 * the sequences of xterm, rxvt, Linux' console and others; blessed alone cannot be used for the
 * rest: it takes sequences that arrive in two reads for several keys, and knows no pastes.
 */
export class InputReader {
  #rest = '';
  readonly #decoder = new TextDecoder();
  readonly #namer = new KeyNamer();

  /** What these bytes complete. */
  read(bytes: Uint8Array): readonly TerminalInput[] {
    const read = this.#decoder.decode(bytes, { stream: true });
    const inputs: TerminalInput[] = [];
    // Terminals paste no control characters: somebody wants out of a paste whose end was lost.
    if (read === CTRL_C && this.#rest.startsWith(PASTE_BEGIN)) {
      const text = this.#rest.slice(PASTE_BEGIN.length);
      this.#rest = '';
      if (text !== '') inputs.push({ kind: 'paste', text });
    }
    let text = this.#rest + read;
    while (text !== '') {
      const taken = this.#first(text);
      if (taken === undefined) {
        const piece = pieceOf(text);
        if (piece === undefined) break;
        inputs.push({ kind: 'paste', text: piece });
        text = PASTE_BEGIN + text.slice(PASTE_BEGIN.length + piece.length);
        break;
      }
      if (taken.input !== undefined) inputs.push(taken.input);
      text = text.slice(taken.length);
    }
    this.#rest = text;
    return inputs;
  }

  /** Whether the beginning of a sequence waits for its rest: a lone Escape, most of the time. */
  get isWaiting(): boolean {
    return this.#rest !== '' && !this.#rest.startsWith(PASTE_BEGIN);
  }

  /** Nothing more came: what waits is what it looks like. */
  flush(): readonly TerminalInput[] {
    if (!this.isWaiting) return [];
    const text = this.#rest;
    this.#rest = '';
    return [this.#namer.name(text)];
  }

  #first(text: string): { readonly input?: TerminalInput; readonly length: number } | undefined {
    if (text.startsWith(PASTE_BEGIN)) {
      const end = text.indexOf(PASTE_END);
      if (end < 0) return undefined;
      const pasted = text.slice(PASTE_BEGIN.length, end);
      return { input: { kind: 'paste', text: pasted }, length: end + PASTE_END.length };
    }
    if (!text.startsWith('\x1b')) {
      const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
      return { input: this.#namer.name(char), length: char.length };
    }
    if (UNFINISHED.test(text)) return undefined;
    const sequence = SEQUENCE.exec(text)?.[0] ?? '\x1b';
    const mouse = SGR_MOUSE.exec(sequence);
    if (mouse !== null) {
      const input = mouseInput(mouse);
      return { ...(input === undefined ? {} : { input }), length: sequence.length };
    }
    return { input: this.#namer.name(sequence), length: sequence.length };
  }
}

/**
 * What can be handed on of a long paste that has not ended yet: all but what may be the beginning of
 * its end, or half a character.
 */
function pieceOf(text: string): string | undefined {
  if (!text.startsWith(PASTE_BEGIN) || text.length < PIECE_CHARACTERS) return undefined;
  const end = text.length - PASTE_END.length;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return text.slice(PASTE_BEGIN.length, isHalf ? end - 1 : end);
}

function mouseInput(match: RegExpExecArray): MouseInput | undefined {
  const code = Number(match[1]);
  const modifiers = code & 28;
  const place = { modifiers, x: Number(match[2]) - 1, y: Number(match[3]) - 1 };
  const button = code & 3;
  if ((code & 64) !== 0) {
    if (button > 1) return undefined;
    return { kind: 'mouse', action: button === 0 ? 'wheel-up' : 'wheel-down', button, ...place };
  }
  if (match[4] === 'm') return { kind: 'mouse', action: 'release', button, ...place };
  return { kind: 'mouse', action: (code & 32) !== 0 ? 'drag' : 'press', button, ...place };
}

interface BlessedKey {
  readonly name?: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

const NAMES: Readonly<Record<string, string>> = {
  return: 'Enter',
  enter: 'C-j',
  tab: 'Tab',
  backspace: 'Backspace',
  escape: 'Escape',
  space: 'Space',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  home: 'Home',
  end: 'End',
  insert: 'Insert',
  delete: 'Delete',
  pageup: 'PageUp',
  pagedown: 'PageDown',
};

class KeyNamer {
  readonly #stream = new EventEmitter();
  #name = '';

  constructor() {
    this.#stream.on('keypress', (char: string | undefined, key: BlessedKey | undefined) => {
      this.#name = keyName(char, key);
    });
    emitKeypressEvents(this.#stream);
  }

  /** `raw` is one character or one whole sequence. */
  name(raw: string): KeyInput {
    this.#name = '';
    // What is printed is its own name.
    if (!raw.startsWith('\x1b') && raw > ' ' && raw !== '\x7f') this.#name = raw;
    else this.#stream.emit('data', raw);
    return { kind: 'key', name: this.#name === '' ? raw : this.#name, raw };
  }
}

function keyName(char: string | undefined, key: BlessedKey | undefined): string {
  if (key?.name === undefined || key.name === 'undefined') return char ?? '';
  const special = NAMES[key.name] ?? (/^f\d+$/.test(key.name) ? key.name.toUpperCase() : undefined);
  const base = special ?? (key.shift && !key.ctrl ? key.name.toUpperCase() : key.name);
  const shift = special !== undefined && key.shift ? 'S-' : '';
  return `${key.ctrl ? 'C-' : ''}${key.meta ? 'M-' : ''}${shift}${base}`;
}
