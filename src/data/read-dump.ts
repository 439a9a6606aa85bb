import type { DumpFacts, DumpReader } from './dump-reader.ts';
import { LineFeed } from './line-feed.ts';
import { MongodbArchive } from './mongodb-archive.ts';
import { MysqlDump } from './mysql-dump.ts';
import { PostgresDump } from './postgres-dump.ts';
import { RedisFile } from './redis-file.ts';

/** Kinds of dumps that can be read. */
export type DumpContents = 'postgres' | 'mysql' | 'redis' | 'mongodb';

class LineReader implements DumpReader {
  readonly #dump: PostgresDump;
  readonly #lines: LineFeed;

  constructor(dump: PostgresDump) {
    this.#dump = dump;
    this.#lines = new LineFeed(dump);
  }

  push(piece: Buffer): readonly Buffer[] {
    return this.#lines.push(piece);
  }

  end(): readonly Buffer[] {
    return this.#lines.end();
  }

  facts(): DumpFacts {
    return this.#dump.facts();
  }
}

/** @param accounts roles or accounts that the server has, its own for others' first. */
export function dumpReader(contents: DumpContents, accounts: readonly string[]): DumpReader {
  switch (contents) {
    case 'postgres':
      return new LineReader(new PostgresDump(new Set(accounts)));
    case 'mysql':
      return new MysqlDump(accounts);
    case 'redis':
      return new RedisFile();
    case 'mongodb':
      return new MongodbArchive();
  }
}
