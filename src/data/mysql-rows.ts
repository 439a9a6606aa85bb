import type { ScannedStatement } from './mysql-statement.ts';

/** Of a name, as it may stand in SQL. */
export const QUOTED_NAME = '`(?:[^`]|``)+`|"(?:[^"]|"")+"|[\\w$\\u0080-\\uffff]+';
const INSERT = new RegExp(
  `^INSERT\\s+INTO\\s+(?:(?:${QUOTED_NAME})\\s*\\.\\s*)?(${QUOTED_NAME})\\s*(\\((?:[^()\`]|\`[^\`]*\`)*\\)\\s*)?VALUES?\\b`,
  'i',
);
const CREATE = new RegExp(
  `^CREATE\\s+TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(?:(?:${QUOTED_NAME})\\s*\\.\\s*)?(${QUOTED_NAME})\\s*(\\(?)`,
  'i',
);
/** What changes how many rows there are in a way that its text does not tell. */
const OTHER_ROWS = /^(?:INSERT|REPLACE|UPDATE|DELETE|TRUNCATE|LOAD|WITH|CALL|DO|DROP\s+TABLE)\b/i;
const NAMES = new RegExp(QUOTED_NAME, 'g');
/** Executable comments are code: what stands in them counts. */
const IN_COMMENT = /\/\*M?!\d*\s*|\*\//g;

/** A name without its quotes. */
export const unquoted = (name: string): string =>
  /^[`"']/.test(name)
    ? name.slice(1, -1).replaceAll(`${name[0] ?? ''}${name[0] ?? ''}`, name[0] ?? '')
    : name;
/** Of text that is read one character a byte. */
export const shown = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
export const withoutComments = (text: string): string => text.replaceAll(IN_COMMENT, '').trim();

/** Counts rows by table as statements go by. */
export class MysqlRows {
  readonly #rows = new Map<string, number>();
  /** Tables whose rows cannot be told from the text. */
  readonly #unsure = new Set<string>();

  /** Of the tables of which it can be told. */
  sure(): ReadonlyMap<string, number> {
    return new Map([...this.#rows].filter(([table]) => !this.#unsure.has(table)));
  }

  take({ beginning, groups, groupsBeforeWord }: ScannedStatement): void {
    const code = withoutComments(beginning);
    const insert = INSERT.exec(code);
    if (insert !== null) {
      const table = shown(unquoted(insert[1] ?? ''));
      const columns = insert[2] === undefined ? 0 : 1;
      this.#rows.set(table, (this.#rows.get(table) ?? 0) + groups - columns);
      // `ON DUPLICATE KEY UPDATE`.
      if (groupsBeforeWord > columns) this.#unsure.add(table);
      return;
    }
    const made = CREATE.exec(code);
    if (made !== null) {
      const table = shown(unquoted(made[1] ?? ''));
      if (made[2] === '(') this.#rows.set(table, this.#rows.get(table) ?? 0);
      if (/\bSELECT\b/i.test(code)) this.#unsure.add(table);
    }
    if (!OTHER_ROWS.test(code)) return;
    for (const [name] of code.matchAll(NAMES)) {
      const table = shown(unquoted(name));
      if (/^DROP/i.test(code)) {
        this.#rows.delete(table);
        this.#unsure.delete(table);
      } else this.#unsure.add(table);
    }
  }
}
