import { htmlText } from '../../util/html-text.ts';
import { terminalText } from '../../util/terminal-text.ts';

/** So much of one text is shown: a log line may have megabytes. */
const SHOWN_LENGTH = 400;

/** Markup that this tool wrote; everything else is text, and is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupPart = string | number | Markup | undefined | false | readonly MarkupPart[];

/** Text of strangers as markup that shows it: nothing in it is a tag, an attribute or a control. */
export function escaped(text: string): string {
  const cut = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return htmlText(terminalText(cut, false));
}

function rendered(part: MarkupPart): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(rendered).join('');
}

/** Markup with parts in it; what is no markup is escaped. */
export function html(pieces: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  const texts = parts.map((part, at) => rendered(part) + (pieces[at + 1] ?? ''));
  return new Markup((pieces[0] ?? '') + texts.join(''));
}

/** A table whose rows are there already. */
export function table(heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head) => html`<th>${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** As much of a list as there is room for; the page stays one that a browser likes. */
export function fitting<T>(
  items: readonly T[],
  bytes: number,
  render: (item: T) => Markup | undefined | false,
): { readonly shown: readonly Markup[]; readonly hidden: number } {
  const shown: Markup[] = [];
  let left = bytes;
  for (const [at, item] of items.entries()) {
    const part = render(item);
    if (part === undefined || part === false) continue;
    left -= Buffer.byteLength(part.text);
    if (left < 0) return { shown, hidden: items.length - at };
    shown.push(part);
  }
  return { shown, hidden: 0 };
}
