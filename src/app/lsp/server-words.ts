import type { Readable } from 'node:stream';
import type { Output } from '../../ports/terminal.ts';
import { LineSplitter } from '../../util/line-splitter.ts';

/** What a server says of itself, for an editor's log as it came; a terminal gets text alone. */
export function passWords(from: Readable, to: Pick<Output, 'writeRaw'>): void {
  const lines = new LineSplitter((line) => to.writeRaw(`${line}\n`));
  from.setEncoding('utf8');
  from.on('data', (text: string) => lines.add(text));
  from.once('end', () => lines.end());
}
