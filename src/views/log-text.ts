import pc from 'picocolors';
import type { LogLine } from '../ports/engine.ts';

type Paint = (text: string) => string;

/** A log line for people: the service's name in its own colour, then the text as it is. */
export function logLineText(
  line: LogLine & { readonly service: string; readonly replica?: number },
  services: readonly string[],
  color: boolean,
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
  return `${own(name.padEnd(width))} ${paint.dim('│')} ${line.text}\n`;
}
