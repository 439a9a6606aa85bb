import xterm from '@xterm/headless';

/** What a text did to a terminal beside showing itself, and what stands on the screen after it. */
export interface Verdict {
  readonly deeds: readonly string[];
  readonly lines: readonly string[];
}

const COLUMNS = 2_000;
const FINALS = Array.from({ length: 0x7e - 0x40 + 1 }, (_, at) => String.fromCharCode(0x40 + at));
const ESCAPES = Array.from({ length: 0x7e - 0x30 + 1 }, (_, at) => String.fromCharCode(0x30 + at));

/**
 * Shows a text on a real emulator of a terminal, and records every sequence in it but colours: the
 * emulator's own parser says what is one.
 *
 * @param allowed deeds that are the program's own: those of the frames of a screen
 */
export async function judge(text: string, allowed: RegExp = /^$/): Promise<Verdict> {
  const rows = text.split('\n').length + 1;
  const terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows,
    allowProposedApi: true,
    logLevel: 'off',
  });
  const deeds: string[] = [];
  const did = (deed: string) => (): boolean => {
    if (!allowed.test(deed)) deeds.push(deed);
    return false;
  };
  const { parser } = terminal;
  for (const final of FINALS) {
    for (const prefix of ['', '?', '>', '=', '<']) {
      if (prefix === '' && final === 'm') continue;
      parser.registerCsiHandler(
        { ...(prefix !== '' && { prefix }), final },
        did(`CSI ${prefix}${final}`),
      );
    }
    parser.registerCsiHandler({ intermediates: '!', final }, did(`CSI !${final}`));
    parser.registerDcsHandler({ final }, did(`DCS ${final}`));
  }
  for (const final of ESCAPES) parser.registerEscHandler({ final }, did(`ESC ${final}`));
  for (const code of [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 104, 133, 777, 1337]) {
    parser.registerOscHandler(code, did(`OSC ${String(code)}`));
  }
  terminal.onTitleChange((title) => deeds.push(`title ${title}`));
  terminal.onBell(did('bell'));
  terminal.onData((data) => deeds.push(`reply ${data}`));
  terminal.onBinary((data) => deeds.push(`reply ${data}`));
  await new Promise<void>((done) => terminal.write(text.replaceAll('\n', '\r\n'), done));
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, line) => active.getLine(line)?.translateToString(true) ?? '',
  );
  if (active.cursorX !== 0 && text.endsWith('\n'))
    deeds.push('the cursor is not at a line’s begin');
  terminal.dispose();
  return { deeds, lines: lines.slice(0, rows) };
}

/** The text less its colours, as a person would read it, line by line. */
export function readable(text: string): readonly string[] {
  return text.replace(/\x1b\[[\d;:]*m/g, '').split('\n');
}
