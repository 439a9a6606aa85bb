import pc from 'picocolors';
import type { LogLine } from '../ports/engine-containers.ts';
import type { Output } from '../ports/terminal.ts';
import { logLines } from '../util/log-record-text.ts';

type Paint = (text: string) => string;

/**
 * A log line for people: the service's name in its own colour, then the text; records of JSON are laid
 * out, a stack trace takes a line each. `raw` leaves it as it came. Else only its colours are
 * kept: what a container writes must not drive a terminal, not even later, out of a file. A terminal
 * is not filled with one line either.
 */
export function logLineText(
  line: LogLine & { readonly service: string; readonly replica?: number },
  services: readonly string[],
  { color, isTty, raw = false }: Pick<Output, 'color' | 'isTty'> & { readonly raw?: boolean },
): string {
  const paint = pc.createColors(color);
  const paints: readonly Paint[] = [
    paint.cyan,
    paint.yellow,
    paint.green,
    paint.magenta,
    paint.blue,
    paint.red,
  ];
  const unique = [...new Set(services)].sort();
  const own = paints[Math.max(0, unique.indexOf(line.service)) % paints.length] ?? paint.cyan;
  const width = Math.max(...unique.map((name) => name.length));
  const name =
    line.replica === undefined ? line.service : `${line.service}-${String(line.replica)}`;
  const texts = raw ? [line.text] : logLines(line.text, color, isTty ? undefined : Infinity);
  const head = `${own(name.padEnd(width))} ${paint.dim('│')} `;
  return texts.map((text) => `${head}${text}\n`).join('');
}
