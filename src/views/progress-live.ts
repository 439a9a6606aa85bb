import pc from 'picocolors';
import { textWidth } from './text-width.ts';
import { oneLine, outputLine } from '../util/terminal-text.ts';
import { durationText, usualText, type ProgressState } from './progress.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** Cuts a line to the terminal's width, so that it never wraps and the region never tears. */
function cut(line: string, columns: number): string {
  if (textWidth(line) <= columns) return line;
  let text = '';
  for (const character of line) {
    if (textWidth(text + character) > columns - 1) break;
    text += character;
  }
  return `${text}…`;
}

/** The live region's lines at a moment; at most `rows` of them. */
export function liveLines(
  state: ProgressState,
  nowMs: number,
  size: { readonly columns: number; readonly rows: number; readonly color: boolean },
): string[] {
  const paint = pc.createColors(size.color);
  const spinner = SPINNER[Math.floor(nowMs / FRAME_MS) % SPINNER.length] ?? '';
  const running = state.running.map((step) => ({
    ...step,
    label: oneLine(step.label),
    // A tool's own progress, as it wrote it.
    detail: oneLine(outputLine(step.detail, false)),
  }));
  const width = Math.max(0, ...running.map(({ label }) => textWidth(label)));
  const lines = running.map(({ label, detail, startedAtMs, usualMs }) => {
    const passed = durationText(Math.floor((nowMs - startedAtMs) / 1000) * 1000);
    const time = `${passed.replace('0ms', '')}${usualText(usualMs)}`;
    const padding = ' '.repeat(width - textWidth(label));
    const [head, tail] = [`${label}${padding}  `, detail === '' ? '' : `${detail} `];
    const room = size.columns - 2 - textWidth(head) - time.length - 1;
    return `${paint.cyan(spinner)} ${head}${paint.dim(`${cut(tail, Math.max(8, room))}${time}`)}`;
  });
  if (lines.length <= size.rows) return lines;
  const hidden = lines.length - size.rows + 1;
  return [...lines.slice(0, size.rows - 1), paint.dim(`  and ${String(hidden)} more`)];
}
