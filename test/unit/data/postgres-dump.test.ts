import { describe, expect, it } from 'vitest';
import { LineFeed } from '../../../src/data/line-feed.ts';
import { rowDifferences, type DumpFacts } from '../../../src/data/dump-reader.ts';
import { PostgresDump } from '../../../src/data/postgres-dump.ts';
import { seeded } from '../../support/random.ts';

/** What goes on to the database, and what was found out, for a text that comes in pieces. */
function read(text: string, pieceBytes = 7): { readonly kept: string; readonly facts: DumpFacts } {
  const reader = new PostgresDump(new Set(['shop', 'odd "role"']));
  const lines = new LineFeed(reader);
  const bytes = Buffer.from(text);
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    kept.push(...lines.push(bytes.subarray(at, at + pieceBytes)));
  }
  kept.push(...lines.end());
  return { kept: Buffer.concat(kept).toString(), facts: reader.facts() };
}

const HEAD = '-- PostgreSQL database dump\n-- Dumped from database version 16.4 (Debian)\n';
const TAIL = '-- PostgreSQL database dump complete\n';

describe('a dump that is read on its way', () => {
  it('tells the version and the rows of each table, and goes through as it is', () => {
    const text = `${HEAD}CREATE TABLE public.a (id int);
COPY public.a (id) FROM stdin;
1
2
\\.
COPY public."odd name" (id, "b c") FROM stdin;
\\.
COPY public.bare  FROM stdin;
\\.
${TAIL}`;
    const { kept, facts } = read(text);
    expect(kept).toBe(text);
    expect(facts.version).toBe('16.4');
    expect([...facts.rows]).toEqual([
      ['public.a', 2],
      ['public."odd name"', 0],
      ['public.bare', 0],
    ]);
    expect(facts.isComplete).toBe(true);
    expect(facts.problem).toBeUndefined();
  });

  it('finds out that it was cut off', () => {
    expect(read(`${HEAD}CREATE TABLE a (id int);\n`).facts.isComplete).toBe(false);
    expect(read('CREATE TABLE a (id int);\n').facts.isComplete).toBe(true);
  });

  it.each([
    ['a program of the client’s', '\\! rm -rf /\n', 'command for psql'],
    ['a file of the client’s', '\\i /etc/passwd\n', 'command for psql'],
    ['two databases', '\\connect one\nSELECT 1;\n\\connect two\n', 'several databases: one, two'],
    ['a whole server', '-- PostgreSQL database cluster dump\n', 'whole server'],
  ])('refuses %s', (_what, text, why) => {
    const { kept, facts } = read(text);
    expect(facts.problem).toContain(why);
    expect(kept).not.toContain('\\');
  });

  it('leaves out what belongs to the database itself, and to roles that are not there', () => {
    const { kept, facts } = read(
      [
        '\\restrict abc',
        'DROP DATABASE shop;',
        'CREATE DATABASE shop WITH TEMPLATE = template0;',
        'ALTER DATABASE shop OWNER TO prod;',
        '\\connect shop',
        'SET transaction_timeout = 0;',
        'ALTER TABLE ONLY public.a DROP CONSTRAINT a_pkey;',
        'DROP TABLE public.a;',
        'CREATE SCHEMA public;',
        'CREATE TABLE public.a (id int);',
        'ALTER TABLE public.a OWNER TO prod;',
        'ALTER TABLE public.a OWNER TO shop;',
        'ALTER TABLE public.a OWNER TO "odd ""role""";',
        'GRANT SELECT ON TABLE public.a TO reader;',
        'GRANT SELECT ON TABLE public.a TO PUBLIC;',
        'ALTER DEFAULT PRIVILEGES FOR ROLE prod IN SCHEMA public GRANT SELECT ON TABLES TO shop;',
        'DROP TABLE public.b;',
        '\\unrestrict abc',
        '',
      ].join('\n'),
    );
    expect(facts.problem).toBeUndefined();
    expect(kept.split('\n')).toEqual([
      'CREATE TABLE public.a (id int);',
      'ALTER TABLE public.a OWNER TO shop;',
      'ALTER TABLE public.a OWNER TO "odd ""role""";',
      'GRANT SELECT ON TABLE public.a TO PUBLIC;',
      'DROP TABLE public.b;',
      '',
    ]);
    expect(facts.left.get('rights of prod, a role that is not here')).toBe(2);
    expect(facts.left.get('rights of reader, a role that is not here')).toBe(1);
  });

  it('takes nothing for a statement that stands in a text or in a function', () => {
    const text = [
      'CREATE FUNCTION public.f() RETURNS void LANGUAGE sql AS $_$',
      'GRANT SELECT ON TABLE public.a TO reader;',
      'DROP DATABASE other;',
      '$_$;',
      "INSERT INTO public.a VALUES (1, 'one",
      '\\connect other',
      "ALTER TABLE public.a OWNER TO nobody;');",
      "INSERT INTO public.a VALUES (2, 'it''s');",
      'SELECT 1;',
      '',
    ].join('\n');
    const { kept, facts } = read(text);
    expect(kept).toBe(text);
    expect(facts.problem).toBeUndefined();
    expect(facts.left.size).toBe(0);
  });

  it('comes to the same, however the bytes are cut', () => {
    const random = seeded(11);
    const long = 'x'.repeat(20_000);
    const text = `${HEAD}\\restrict a
CREATE TABLE public.a (id int, t text);
COPY public.a (id, t) FROM stdin;
1\t${long}
2\t\\N
\\\\.
\\.
INSERT INTO public.a VALUES (3, '${long}');
ALTER TABLE public.a OWNER TO prod;
${TAIL}`;
    const whole = read(text, text.length);
    expect([...whole.facts.rows.values()]).toEqual([3]);
    expect(whole.kept).not.toMatch(/restrict|prod/);
    for (let round = 0; round < 40; round += 1) {
      const again = read(text, 1 + random.under(6000));
      expect(again.kept === whole.kept).toBe(true);
      expect([...again.facts.rows]).toEqual([...whole.facts.rows]);
    }
  });

  it('holds little of a line, however long it is', () => {
    const reader = new PostgresDump(new Set());
    const lines = new LineFeed(reader);
    const piece = Buffer.alloc(64 * 1024, 'x');
    let given = 0;
    let taken = 0;
    for (let count = 0; count < 100; count += 1) {
      given += piece.length;
      for (const kept of lines.push(piece)) taken += kept.length;
    }
    expect(given - taken).toBeLessThan(8192);
  });
});

describe('rowDifferences', () => {
  it('names tables that lack rows, or are not there', () => {
    const expected = new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    const actual = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    expect(rowDifferences(expected, actual)).toEqual([
      'b: 2 were saved, 1 are there',
      'c: 3 were saved, none are there',
    ]);
  });
});
