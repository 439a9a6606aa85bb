import pc from 'picocolors';
import { textWidth } from './text-width.ts';
import type { Failure, SourcePlace } from '../events/failure.ts';
import { logLines } from '../util/log-record-text.ts';
import { oneLine } from '../util/terminal-text.ts';

export interface FailureTextOptions {
  readonly color: boolean;
  /** Width of the terminal in columns; long source lines are cut to it. 100 when not given. */
  readonly columns?: number;
}

/** Longest excerpt when the terminal's width is not known. */
const DEFAULT_COLUMNS = 100;
/** Below this an excerpt would show nothing; the terminal may wrap it instead. */
const MINIMUM_EXCERPT = 20;

/**
 * Failures for people: what, place with the offending text marked, why, cure, details. Several are
 * parted by an empty line. Ends with a line end; empty for no failures.
 */
export function failureText(
  failures: Failure | readonly Failure[],
  options: FailureTextOptions,
): string {
  const list = 'reason' in failures ? [failures] : failures;
  return together(list)
    .map((failure) => one(failure, options))
    .join('\n');
}

/** Failures of one cause become one, which lists what each of them is about. */
function together(failures: readonly Failure[]): readonly Failure[] {
  return failures.flatMap((failure) => {
    const { shared } = failure;
    const alike = failures.filter(
      (other) => shared !== undefined && other.shared?.what === shared.what,
    );
    if (shared === undefined || alike.length < 2) return [failure];
    if (alike[0] !== failure) return [];
    const { reason, why } = failure;
    const what = `${shared.what}: ${String(alike.length)} images cannot be had`;
    const subjects = alike.map(({ shared: own, at }) => {
      const place = at === undefined ? '' : ` (${at.file}:${String(at.line)})`;
      return `${own?.subject ?? ''}${place}`;
    });
    const details = new Set(alike.flatMap(({ detail = [] }) => detail));
    const detail = [...subjects, ...details];
    return [{ reason, what, cure: shared.cure, detail, ...(why !== undefined && { why }) }];
  });
}

function one(failure: Failure, options: FailureTextOptions): string {
  const paint = pc.createColors(options.color);
  const lines = [`${paint.red(paint.bold('error:'))} ${paint.bold(oneLine(failure.what))}`];
  if (failure.at !== undefined) {
    lines.push(`  ${paint.cyan(oneLine(placeText(failure.at)))}`, ...excerpt(failure.at, options));
  }
  if (failure.why !== undefined) lines.push(...labelled('why', failure.why, paint.dim));
  if (failure.cure !== undefined) lines.push(...labelled('fix', failure.cure, paint.green));
  for (const detail of failure.detail ?? []) {
    const [, indent = '', text = ''] = /^( *)(.*)$/s.exec(detail) ?? [];
    for (const line of logLines(text, options.color)) {
      lines.push(`  ${paint.dim('│')} ${indent}${line}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** `file:line:column`, as editors and terminals make it clickable. */
export function placeText(place: SourcePlace): string {
  return `${place.file}:${place.line}:${place.column}`;
}

function labelled(label: string, text: string, paint: (text: string) => string): string[] {
  const [first = '', ...rest] = text.split('\n').map(oneLine);
  const indent = ' '.repeat(label.length + 4);
  return [`  ${paint(`${label}:`)} ${first}`, ...rest.map((line) => indent + line)];
}

/** The source line with its number, and a line of marks under the offending characters. */
function excerpt(place: SourcePlace, options: FailureTextOptions): string[] {
  if (place.text === undefined) return [];
  const paint = pc.createColors(options.color);
  const gutter = ` ${String(place.line)} `;
  const available = Math.max(
    MINIMUM_EXCERPT,
    (options.columns ?? DEFAULT_COLUMNS) - gutter.length - 5,
  );
  const cut = cutAround(place.text, place.column - 1, available);
  const before = cut.text.slice(0, cut.column);
  const marked = cut.text.slice(cut.column, cut.column + Math.max(1, place.length ?? 1));
  const marks = '^'.repeat(Math.max(1, textWidth(marked)));
  return [
    `  ${paint.dim(`${gutter}│`)} ${cut.text}`,
    `  ${paint.dim(`${' '.repeat(gutter.length)}│`)} ${' '.repeat(textWidth(before))}${paint.red(marks)}`,
  ];
}

/** At most `width` characters of a line, so that `column` (from 0) stays in sight. */
function cutAround(line: string, column: number, width: number): { text: string; column: number } {
  const text = visible(line.replaceAll('\t', ' ')).trimEnd();
  if (text.length <= width) return { text, column };
  const start = Math.max(0, Math.min(column - Math.floor(width / 3), text.length - width));
  const head = start > 0 ? '…' : '';
  const tail = start + width < text.length ? '…' : '';
  const middle = text.slice(start + head.length, start + width - tail.length);
  return { text: head + middle + tail, column: column - start };
}

/** What is not seen made visible, one for one: the marks below it stand under the right characters. */
function visible(text: string): string {
  return text
    .replace(UNSEEN, (character) => '\ufffd'.repeat(character.length))
    .replaceAll('\n', ' ');
}

const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f]|(?![\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
