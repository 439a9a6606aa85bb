import type { DumpFacts, DumpReader } from './dump-reader.ts';
import { withoutComments, MysqlRows, QUOTED_NAME, unquoted, shown } from './mysql-rows.ts';
import { MysqlScan } from './mysql-scan.ts';

const SQL_MODE = /^SET\s[^;]*\bsql_mode\s*=\s*'([^']*)'/i;
const ACCOUNT = '`(?:[^`]|``)*`|\'(?:[^\']|\'\')*\'|"(?:[^"]|"")*"|[\\w$]+';
const DEFINER = new RegExp(`\\bDEFINER\\s*=\\s*((?:${ACCOUNT})\\s*@\\s*(?:${ACCOUNT}))`, 'gi');
const WHOLE_SERVER =
  /^(?:SET\s+@@GLOBAL\.GTID_PURGED|SET\s+@@SESSION\.SQL_LOG_BIN|SET\s+@MYSQLDUMP_TEMP_LOG_BIN|CHANGE\s+(?:MASTER|REPLICATION)|START\s+(?:SLAVE|REPLICA))/i;
const CLIENT =
  /^(?:\\[^-]|(?:system|source|tee|notee|pager|nopager|edit|connect|charset|resetconnection|query_attributes)\b)/i;

const quoted = (name: string): string => `\`${unquoted(name).replaceAll('`', '``')}\``;

/** `'prod'@'%'`, however it is written, as accounts are listed. */
function accountOf(text: string): string {
  const at = /^(.*)\s*@\s*(.*)$/s.exec(text);
  return `${quoted((at?.[1] ?? text).trim())}@${quoted((at?.[2] ?? '%').trim())}`;
}

/**
 * Reads a dump of MySQL's or MariaDB's in SQL as it is loaded into a database beside: what would choose
 * another database, or is for the client, is refused; what only a whole server has is left out, and
 * counted; definers that are not here get one that is.
 */
export class MysqlDump implements DumpReader {
  readonly #scan: MysqlScan;
  readonly #accounts: readonly string[];
  readonly #rows = new MysqlRows();
  readonly #left = new Map<string, number>();
  #version: string | undefined;
  #problem: string | undefined;
  #database: string | undefined;
  /** The one that it was made of, as its comment says. */
  #source: string | undefined;
  #isDump = false;
  #isOver = false;
  #hasStatements = false;

  /** @param accounts as the server lists them: `` `app`@`%` ``; the first stands in for those that are not here. */
  constructor(accounts: readonly string[]) {
    this.#accounts = accounts;
    this.#scan = new MysqlScan({
      comment: (text) => this.#comment(text),
      begins: (text) => this.#begins(text),
      ends: (statement) => this.#rows.take(statement),
    });
  }

  push(piece: Buffer): readonly Buffer[] {
    return this.#scan.push(piece);
  }

  end(): readonly Buffer[] {
    return this.#scan.end();
  }

  facts(): DumpFacts {
    return {
      version: this.#version,
      rows: this.#rows.sure(),
      left: this.#left,
      problem: this.#problem,
      hasStatements: this.#hasStatements,
      isComplete: (!this.#isDump || this.#isOver) && !this.#scan.isCut(),
    };
  }

  #comment(text: string): void {
    this.#source ??= /^-- Host: .*\bDatabase: (.+)$/.exec(text)?.[1]?.trim();
    if (/^-- (?:MySQL|MariaDB) dump /.test(text)) this.#isDump = true;
    if (text.startsWith('-- Dump completed')) this.#isOver = true;
    this.#version ??= /^-- Server version\s+(\S+)/.exec(text)?.[1];
    if (text === '-- PostgreSQL database dump') this.#refuse('it is a dump of PostgreSQL');
  }

  /** What becomes of a statement, by its beginning: other text, or nothing at all. */
  #begins(text: string): string {
    const code = withoutComments(text);
    if (CLIENT.test(code)) this.#refuse(`it has a command for the client: ${code.slice(0, 60)}`);
    if (WHOLE_SERVER.test(code)) return this.#leave('statements about a whole server’s log');
    const used = new RegExp(`^USE\\s+(${QUOTED_NAME})\\s*(?:[;$/]|$)`, 'i').exec(code);
    if (used !== null) return this.#use(shown(unquoted(used[1] ?? '')));
    if (/^USE\s/i.test(code)) this.#refuse('USE stands there without its end');
    if (/^(?:CREATE|ALTER|DROP)\s+(?:DATABASE|SCHEMA)\b/i.test(code)) {
      return this.#leave('statements about the database itself');
    }
    if (code !== '') this.#hasStatements = true;
    const mode = SQL_MODE.exec(code)?.[1];
    if (mode !== undefined) this.#scan.escapes = !mode.includes('NO_BACKSLASH_ESCAPES');
    return this.#defined(text);
  }

  #defined(text: string): string {
    // Of code, not of rows that somebody wrote.
    if (!/^\s*(?:\/\*M?!\d*\s*)?(?:CREATE|ALTER)\b/i.test(text)) return text;
    // Views name their own database now and then, which has another name meanwhile.
    const own = `\`${Buffer.from(this.#database ?? this.#source ?? '').toString('latin1')}\`.`;
    return text.replaceAll(own, '').replaceAll(DEFINER, (whole, given: string) => {
      const account = accountOf(shown(given));
      const [instead] = this.#accounts;
      if (instead === undefined || this.#accounts.includes(account)) return whole;
      this.#leave(`${account} is not here: ${instead} is the definer in its place`);
      return `DEFINER=${Buffer.from(instead).toString('latin1')}`;
    });
  }

  #use(database: string): '' {
    if (this.#database !== undefined && this.#database !== database) {
      this.#refuse(`it is of several databases: ${this.#database}, ${database}`);
    }
    this.#database = database;
    this.#leave('statements about the database itself');
    return '';
  }

  #leave(what: string): '' {
    this.#left.set(what, (this.#left.get(what) ?? 0) + 1);
    return '';
  }

  #refuse(why: string): void {
    this.#problem ??= why;
  }
}
