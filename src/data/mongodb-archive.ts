import { ByteQueue } from './byte-queue.ts';
import type { DumpFacts, DumpReader } from './dump-reader.ts';

const MAGIC = 0x8199e26d;
/** Ends a block. Everything else begins with its own length. */
const TERMINATOR = 0xffffffff;
/** Longer documents of the archive's own are none. */
const HELD_BYTES = 1024 * 1024;

/** A field's text, whether it is true; undefined where it is not there. */
function field(document: Buffer, name: string): string | undefined {
  for (const [type, length] of [
    [0x02, 4],
    [0x08, 0],
  ] as const) {
    const at = document.indexOf(Buffer.from([type, ...Buffer.from(name), 0]));
    if (at < 0) continue;
    const value = at + name.length + 2;
    if (type === 0x08) return document[value] === 1 ? 'true' : 'false';
    const bytes = document.readInt32LE(value);
    return document.toString('utf8', value + length, value + length + bytes - 1);
  }
  return undefined;
}

/** Of the server itself; nobody restores them. */
const isOwn = (database: string): boolean => database === 'admin' || database === 'config';

/**
 * Reads an archive of mongodump's as it goes by, whole documents of the collections unread: a prelude
 * of documents, then blocks, each with a header that names its collection, and a last one for each.
 * Source: mongo-tools, `common/archive`.
 */
export class MongodbArchive implements DumpReader {
  readonly #held = new ByteQueue();
  /** Of a document that nobody reads: what is still to come. */
  #skip = 0;
  #state: 'magic' | 'prelude' | 'header' | 'documents' = 'magic';
  #collection: string | undefined;
  #documents = 0;
  #version: string | undefined;
  #problem: string | undefined;
  readonly #open = new Set<string>();
  readonly #rows = new Map<string, number>();

  push(piece: Buffer): readonly Buffer[] {
    this.#held.push(piece);
    while (this.#problem === undefined && this.#step());
    return [piece];
  }

  end(): readonly Buffer[] {
    return [];
  }

  facts(): DumpFacts {
    const isBetween = this.#held.bytes === 0 && this.#skip === 0 && this.#state === 'header';
    return {
      version: this.#version,
      rows: this.#rows,
      left: new Map(),
      problem: this.#problem,
      hasStatements: this.#rows.size > 0,
      isComplete: isBetween && this.#open.size === 0,
    };
  }

  /** Takes what is there of the next thing; false when more has to come. */
  #step(): boolean {
    if (this.#skip > 0) {
      const bytes = Math.min(this.#skip, this.#held.bytes);
      this.#skip -= bytes;
      this.#held.take(bytes);
      return bytes > 0;
    }
    if (this.#held.bytes < 4) return false;
    const length = this.#held.peek(4).readUInt32LE(0);
    if (this.#state === 'magic') {
      this.#held.take(4);
      if (length !== MAGIC) this.#problem = 'it is no archive of mongodump';
      this.#state = 'prelude';
      return true;
    }
    if (length === TERMINATOR) {
      this.#held.take(4);
      this.#endBlock();
      return true;
    }
    if (length < 5) this.#problem = 'it is damaged: a document of no length';
    else if (this.#state === 'documents') {
      this.#documents += 1;
      this.#skip = length;
    } else if (length > HELD_BYTES * 16) this.#problem = 'it is damaged: no end of a document';
    else if (this.#held.bytes < length) return false;
    else this.#document(this.#held.take(length));
    return true;
  }

  #endBlock(): void {
    if (this.#state === 'documents' && this.#collection !== undefined) {
      this.#rows.set(this.#collection, (this.#rows.get(this.#collection) ?? 0) + this.#documents);
    }
    this.#state = 'header';
  }

  #document(document: Buffer): void {
    if (this.#state === 'prelude') {
      this.#version ??= field(document, 'server_version');
      const name = this.#nameIn(document);
      // A view has no documents and no end.
      if (name !== undefined && field(document, 'type') !== 'view') {
        this.#open.add(name);
        this.#rows.set(name, 0);
      }
      return;
    }
    const name = this.#nameIn(document);
    if (name !== undefined && field(document, 'EOF') === 'true') this.#open.delete(name);
    this.#collection = name;
    this.#documents = 0;
    this.#state = 'documents';
  }

  #nameIn(document: Buffer): string | undefined {
    const database = field(document, 'db');
    const collection = field(document, 'collection');
    if (database === undefined || collection === undefined || isOwn(database)) return undefined;
    return `${database}.${collection}`;
  }
}
