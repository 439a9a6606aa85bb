import type { DumpFacts } from './dump-reader.ts';
import type { LineRules } from './line-feed.ts';

const NAME = String.raw`("(?:[^"]|"")+"|[\w$]+)`;
const OWNER = new RegExp(`^ALTER .* OWNER TO ${NAME};$`);
const GRANT = new RegExp(`^(?:GRANT|REVOKE) .* (?:TO|FROM) ${NAME}(?: WITH GRANT OPTION)?;$`);
const DEFAULTS = new RegExp(`^ALTER DEFAULT PRIVILEGES FOR ROLE ${NAME} `);
const COPY = /^COPY (.+?) +(?:\(.*\) +)?FROM stdin;$/;
const CONNECT = new RegExp(
  `^\\\\c(?:onnect)? +(?:-reuse-previous=on +)?(?:"dbname='(.*)'"|${NAME})$`,
);
/** Of a time when the server had not everything: setting them to nothing is what a new session has. */
const NEW_SETTINGS = /^SET (?:transaction_timeout|idle_session_timeout) = 0;$/;

/** What a text goes on with behind this line: `'`, `$tag$`; undefined outside of any text. */
function quoteAfter(line: string, before: string | undefined): string | undefined {
  let quote = before;
  for (const [mark] of line.matchAll(/'|\$(?:[A-Za-z_]\w*)?\$/g)) {
    if (quote === undefined) quote = mark;
    else if (quote === mark) quote = undefined;
  }
  return quote;
}

const plainName = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;

/**
 * Reads a dump of PostgreSQL's in SQL line by line as it is loaded into a database beside: what would
 * reach another database, or this machine's side of the client, is refused; what only a whole server
 * has (its databases, roles that are not there) is left out, and counted.
 */
export class PostgresDump implements LineRules {
  until: string | undefined;
  readonly #roles: ReadonlySet<string>;
  readonly #rows = new Map<string, number>();
  readonly #left = new Map<string, number>();
  #copied = '';
  #version: string | undefined;
  #problem: string | undefined;
  #database: string | undefined;
  /** Inside of a text of several lines: what ends it. */
  #quote: string | undefined;
  #isDump = false;
  #isOver = false;
  #hasStatements = false;
  #hasMade = false;

  /** @param roles those that the server has. */
  constructor(roles: ReadonlySet<string>) {
    this.#roles = roles;
  }

  facts(): DumpFacts {
    return {
      version: this.#version,
      rows: this.#rows,
      left: this.#left,
      problem: this.#problem,
      hasStatements: this.#hasStatements,
      isComplete: !this.#isDump || this.#isOver,
    };
  }

  rows(count: number): void {
    this.#rows.set(this.#copied, (this.#rows.get(this.#copied) ?? 0) + count);
    this.until = undefined;
  }

  line(text: string, whole: boolean): boolean {
    if (this.#quote !== undefined) {
      this.#quote = whole ? quoteAfter(text, this.#quote) : this.#quote;
      return true;
    }
    if (text === '') return true;
    if (text.startsWith('--')) return this.#comment(text);
    if (text.startsWith('\\')) return this.#command(text);
    this.#hasStatements = true;
    const copy = whole ? COPY.exec(text) : null;
    if (copy !== null) {
      this.#copied = copy[1] ?? '';
      this.until = '\\.';
      return true;
    }
    if (!whole) return true;
    this.#quote = quoteAfter(text, undefined);
    return this.#quote !== undefined || this.#statement(text);
  }

  #comment(text: string): true {
    const version = /^-- Dumped from database version (\S+)/.exec(text);
    if (version !== null) this.#version = version[1];
    if (text === '-- PostgreSQL database dump') this.#isDump = true;
    if (text === '-- PostgreSQL database dump complete') this.#isOver = true;
    if (/^-- (?:MySQL|MariaDB) dump /.test(text)) this.#refuse('it is a dump of MySQL or MariaDB');
    if (text === '-- PostgreSQL database cluster dump') {
      this.#refuse(
        'it is a dump of a whole server (pg_dumpall); make one of the database: pg_dump',
      );
    }
    return true;
  }

  #command(text: string): false {
    if (/^\\(?:un)?restrict /.test(text)) return false;
    const connect = CONNECT.exec(text);
    const database = connect?.[1] ?? connect?.[2];
    if (database === undefined) {
      this.#refuse(`it has a command for psql: ${text.slice(0, 60)}`);
    } else if (this.#database !== undefined && this.#database !== database) {
      this.#refuse(`it is of several databases: ${this.#database}, ${database}`);
    } else {
      this.#database = database;
      this.#leave('statements about the database itself');
    }
    return false;
  }

  #statement(text: string): boolean {
    if (/^(?:CREATE|ALTER|DROP) DATABASE .*;$/.test(text)) {
      return this.#leave('statements about the database itself');
    }
    if (NEW_SETTINGS.test(text) || text === 'CREATE SCHEMA public;') return false;
    if (!this.#hasMade && /^(?:DROP |ALTER TABLE .* DROP CONSTRAINT ).*;$/.test(text)) {
      return this.#leave('DROP statements: there is nothing to drop in a new database');
    }
    if (text.startsWith('CREATE ')) this.#hasMade = true;
    const role = OWNER.exec(text)?.[1] ?? DEFAULTS.exec(text)?.[1] ?? GRANT.exec(text)?.[1];
    if (role === undefined || role === 'PUBLIC' || this.#roles.has(plainName(role))) return true;
    return this.#leave(`rights of ${plainName(role)}, a role that is not here`);
  }

  #leave(what: string): false {
    this.#left.set(what, (this.#left.get(what) ?? 0) + 1);
    return false;
  }

  #refuse(why: string): void {
    this.#problem ??= why;
  }
}
