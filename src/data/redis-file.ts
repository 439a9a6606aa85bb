import type { DumpFacts, DumpReader } from './dump-reader.ts';

/** Where a file says who wrote it. */
const HEAD_BYTES = 512;

/** An RDB file as it goes by. What is in it its server's own programs tell, which read all of it. */
export class RedisFile implements DumpReader {
  #head = Buffer.alloc(0);

  push(piece: Buffer): readonly Buffer[] {
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, piece.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    return [piece];
  }

  end(): readonly Buffer[] {
    return [];
  }

  facts(): DumpFacts {
    const text = this.#head.toString('latin1');
    return {
      // A field of a name and a value, each behind a byte with its length.
      version: /(?:redis|valkey)-ver[^]([\d.]+)/.exec(text)?.[1],
      rows: new Map(),
      left: new Map(),
      problem: /^(?:REDIS|VALKEY)\d{3}/.test(text) ? undefined : 'it is no RDB file',
      hasStatements: true,
      isComplete: true,
    };
  }
}
