import { describe, expect, it } from 'vitest';
import { MongodbArchive } from '../../../src/data/mongodb-archive.ts';

const END = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** A document of texts and booleans, as BSON. */
function bson(fields: Readonly<Record<string, string | boolean>>): Buffer {
  const parts = Object.entries(fields).map(([name, value]) => {
    const key = Buffer.from(`${name}\0`);
    if (typeof value === 'boolean')
      return Buffer.concat([Buffer.from([8]), key, Buffer.from([Number(value)])]);
    const text = Buffer.from(`${value}\0`);
    const length = Buffer.alloc(4);
    length.writeInt32LE(text.length);
    return Buffer.concat([Buffer.from([2]), key, length, text]);
  });
  const body = Buffer.concat([...parts, Buffer.from([0])]);
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 4);
  return Buffer.concat([length, body]);
}

const block = (db: string, collection: string, documents: readonly Buffer[]): Buffer =>
  Buffer.concat([bson({ db, collection, EOF: false }), ...documents, END]);
const last = (db: string, collection: string): Buffer =>
  Buffer.concat([bson({ db, collection, EOF: true }), END]);

const ARCHIVE = Buffer.concat([
  Buffer.from([0x6d, 0xe2, 0x99, 0x81]),
  bson({ version: '0.1', server_version: '8.0.4', tool_version: '100.10.0' }),
  bson({ db: 'shop', collection: 'goods', metadata: '{}', type: 'collection' }),
  bson({ db: 'shop', collection: 'empty', metadata: '{}', type: 'collection' }),
  bson({ db: 'shop', collection: 'seen', metadata: '{}', type: 'view' }),
  bson({ db: 'admin', collection: 'system.users', metadata: '{}', type: 'collection' }),
  END,
  block('shop', 'goods', [bson({ name: 'x'.repeat(5000) }), bson({ name: 'y' })]),
  block('admin', 'system.users', [bson({ name: 'app' })]),
  block('shop', 'goods', [bson({ EOF: true, db: 'other', collection: 'other' })]),
  last('admin', 'system.users'),
  last('shop', 'goods'),
  last('shop', 'empty'),
]);

function read(bytes: Buffer, pieceBytes: number) {
  const reader = new MongodbArchive();
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    kept.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  kept.push(...reader.end());
  return { kept: Buffer.concat(kept), facts: reader.facts() };
}

describe('an archive of mongodump’s that is read on its way', () => {
  it.each([1, 5, 100, 1_000_000])('tells its documents in pieces of %i bytes', (pieceBytes) => {
    const { kept, facts } = read(ARCHIVE, pieceBytes);
    expect(kept.equals(ARCHIVE)).toBe(true);
    expect(facts).toMatchObject({ version: '8.0.4', isComplete: true, problem: undefined });
    expect([...facts.rows]).toEqual([
      ['shop.goods', 3],
      ['shop.empty', 0],
    ]);
  });

  it('is not whole wherever it is cut off', () => {
    for (let at = 4; at < ARCHIVE.length; at += 7) {
      expect(read(ARCHIVE.subarray(0, at), 64).facts.isComplete, String(at)).toBe(false);
    }
  });

  it('is refused where it is something else', () => {
    expect(read(Buffer.from('CREATE TABLE a ();'), 4).facts.problem).toContain('no archive');
  });
});
