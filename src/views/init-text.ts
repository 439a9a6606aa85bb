import pc from 'picocolors';
import { counted } from '../util/counted.ts';
import { ownLine } from '../util/terminal-text.ts';

/** What `dev init` would write, for people. */
export interface InitView {
  readonly files: readonly {
    readonly path: string;
    readonly action: 'create' | 'append' | 'change';
    readonly text: string;
    /** The new lines of a file that is changed. */
    readonly shown?: string;
    /** Of a file that lies beside it. */
    readonly isCopy?: boolean;
  }[];
  readonly notes: readonly string[];
  /** Services that stay built from a Dockerfile. */
  readonly built: readonly { readonly service: string }[];
  readonly equal: { readonly judge: string; readonly added: readonly string[] } | undefined;
}

/** Files whose text is nothing to read. */
const LONG = new Set(['dev']);

/** The diff: every line that would be new, below the file that it would be in. */
export function initDiff({ files }: Pick<InitView, 'files'>, color: boolean): string {
  const paint = pc.createColors(color);
  return files
    .map(({ path, action, text: all, shown: text = all, isCopy = false }) => {
      const lines = text.replace(/\n$/, '').split('\n');
      const head = { create: 'new', append: 'at its end', change: 'changed' }[action];
      const title = `${paint.bold(ownLine(path))} ${paint.dim(`(${head})`)}\n`;
      if (isCopy || LONG.has(path))
        return `${title}  ${paint.green(`+ ${counted(lines.length, 'line')}`)}\n`;
      return (
        title + lines.map((line) => `  ${paint.green(`+ ${ownLine(line)}`.trimEnd())}\n`).join('')
      );
    })
    .join('\n');
}

/** What there is to know before saying yes. */
export function initNotes({ notes, built, equal }: InitView, color: boolean): string {
  const paint = pc.createColors(color);
  const lines = [...notes];
  if (equal !== undefined) {
    const more = equal.added.length === 0 ? '' : `; new beside it: ${equal.added.join(', ')}`;
    lines.unshift(`the Compose files mean the same as before (${equal.judge})${more}`);
  }
  if (built.length > 0) {
    const names = built.map(({ service }) => service).join(', ');
    const move = '`dev init move SERVICE` makes a watched module of one';
    lines.push(`built from a Dockerfile as before: ${names}; ${move}`);
  }
  return lines.map((line) => `${paint.cyan('·')} ${ownLine(line)}\n`).join('');
}

/** What `dev init move` changes of a service. */
export function moveNotes(
  { changes, notes }: { readonly changes: readonly string[]; readonly notes: readonly string[] },
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const keys = changes.map((path) => path.split('.').slice(2).join('.'));
  const lines = [`changes of the service: ${[...new Set(keys)].join(', ')}`, ...notes];
  return lines.map((line) => `${paint.cyan('·')} ${ownLine(line)}\n`).join('');
}
