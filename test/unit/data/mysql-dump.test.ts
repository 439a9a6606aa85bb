import { describe, expect, it } from 'vitest';
import type { DumpFacts } from '../../../src/data/dump-reader.ts';
import { MysqlDump } from '../../../src/data/mysql-dump.ts';
import { seeded } from '../../support/random.ts';

/** What goes on to the database, and what was found out, for a text that comes in pieces. */
function read(text: string, pieceBytes = 7): { readonly kept: string; readonly facts: DumpFacts } {
  const reader = new MysqlDump(['`shop`@`%`', '`root`@`localhost`']);
  const bytes = Buffer.from(text);
  const kept: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    kept.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  kept.push(...reader.end());
  return { kept: Buffer.concat(kept).toString(), facts: reader.facts() };
}

const HEAD = '-- MariaDB dump 10.19-11.8.2-MariaDB\n-- Server version\t11.8.2-MariaDB-0+deb13u1\n';
const TAIL = '-- Dump completed on 2026-11-29\n';

describe('a dump of MySQL that is read on its way', () => {
  it('tells the version and the rows of each table, and goes through as it is', () => {
    const text = `${HEAD}CREATE TABLE \`a\` (id int, t text);
INSERT INTO \`a\` VALUES (1,'it''s; (one)'),(2,'back\\\\'),(3,'\\'),(4)'),(5,concat('(',')'));
INSERT INTO \`a\` (\`id\`, \`t\`) VALUES
(6,NULL), -- a comment; with 'quotes
(7,"two\nlines; (2)");
INSERT INTO \`o\`\`dd ü\` VALUES (1);
INSERT IGNORE INTO \`ignored\` VALUES (1),(2);
INSERT INTO dup VALUES (1),(2) ON DUPLICATE KEY UPDATE id=VALUES(id);
DELIMITER ;;
CREATE PROCEDURE p() BEGIN INSERT INTO a VALUES (9); SELECT 1; END ;;
DELIMITER ;
/*!40101 SET NAMES utf8mb4 */;
${TAIL}`;
    for (const pieceBytes of [1, 7, 63, 100_000]) {
      const { kept, facts } = read(text, pieceBytes);
      expect(kept).toBe(text);
      expect(facts.version).toBe('11.8.2-MariaDB-0+deb13u1');
      expect([...facts.rows]).toEqual([
        ['a', 6],
        ['o`dd ü', 1],
      ]);
      expect(facts).toMatchObject({ isComplete: true, problem: undefined, hasStatements: true });
    }
  });

  it('counts whatever rows hold, in pieces of any length', () => {
    const random = seeded(20261129);
    const alphabet = [
      "'",
      '"',
      '`',
      '\\',
      '(',
      ')',
      ',',
      ';',
      '\n',
      '--',
      '/*',
      '*/',
      '#',
      'a',
      'ü',
    ];
    for (let round = 0; round < 100; round += 1) {
      const rows = Array.from({ length: 1 + random.under(5) }, () => {
        const words = Array.from({ length: random.under(12) }, () => random.pick(alphabet)).join(
          '',
        );
        return `(1,'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}')`;
      });
      const text = `INSERT INTO t VALUES ${rows.join(',')};\nSELECT 1;\n`;
      const { kept, facts } = read(text, 1 + random.under(90));
      expect(kept).toBe(text);
      expect(facts.rows.get('t'), text).toBe(rows.length);
    }
  });

  it('knows tables without rows, and those of which the text does not tell', () => {
    const { facts } = read(`CREATE TABLE IF NOT EXISTS none (id int);
CREATE TABLE made AS SELECT 1;
CREATE TABLE fewer (id int);
INSERT INTO fewer VALUES (1),(2);
DELETE FROM fewer WHERE id = 1;
/*!50001 CREATE TABLE \`view\` (id int) ENGINE=MyISAM */;
/*!50001 DROP TABLE IF EXISTS \`view\`*/;
`);
    expect([...facts.rows]).toEqual([['none', 0]]);
  });

  it('takes the name of its database out of what is made, and leaves it in rows', () => {
    const text = `-- Host: localhost    Database: shop
-- ------------------------------------------------------
CREATE VIEW v AS select max(\`shop\`.\`goods\`.\`id\`) AS m from goods;
INSERT INTO goods VALUES ('\`shop\`.');
`;
    expect(read(text).kept).toBe(text.replace('max(`shop`.', 'max('));
  });

  it('finds out that it was cut off', () => {
    expect(read(`${HEAD}CREATE TABLE a (id int);\n`).facts.isComplete).toBe(false);
    expect(read("INSERT INTO a VALUES ('x").facts.isComplete).toBe(false);
    expect(read('CREATE TABLE a (id int);\n').facts.isComplete).toBe(true);
  });

  it.each([
    ['a program of the client’s', 'system rm -rf /;\n', 'command for the client'],
    ['a short command', '\\! rm -rf /\n', 'command for the client'],
    ['a file of the client’s', 'source /etc/passwd;\n', 'command for the client'],
    ['two databases', 'USE one;\nSELECT 1;\nUSE `two`;\n', 'several databases: one, two'],
    ['PostgreSQL', '-- PostgreSQL database dump\n', 'of PostgreSQL'],
  ])('refuses %s', (_what, text, why) => {
    expect(read(text).facts.problem).toContain(why);
  });

  it('leaves out what belongs to the database itself and to the server’s log', () => {
    const { kept, facts } = read(
      [
        '/*M!999999\\- enable the sandbox mode */ ',
        'SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;',
        "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-2,\nb:1-3';",
        'CREATE DATABASE /*!32312 IF NOT EXISTS*/ `prod` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;',
        'USE `prod`;',
        'CREATE TABLE a (id int);',
        'ALTER DATABASE `prod` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;',
      ].join('\n'),
    );
    expect(kept.trim().split(/\s*\n\s*/)).toEqual([
      '/*M!999999\\- enable the sandbox mode */',
      'CREATE TABLE a (id int);',
    ]);
    expect([...facts.left.values()].reduce((sum, count) => sum + count)).toBe(5);
    expect(facts.problem).toBeUndefined();
  });

  it('has somebody who is here define what somebody defined who is not', () => {
    const rows = "INSERT INTO a VALUES ('DEFINER=`gone`@`%`');\n";
    const { kept, facts } = read(
      `/*!50013 CREATE DEFINER=\`gone\`@\`%\` SQL SECURITY DEFINER */ /*!50001 VIEW v AS SELECT 1 */;
CREATE DEFINER='root'@'localhost' TRIGGER x BEFORE INSERT ON a FOR EACH ROW SET @a = 1;
${rows}`,
    );
    expect(kept).toContain('DEFINER=`shop`@`%` SQL SECURITY');
    expect(kept).toContain("DEFINER='root'@'localhost'");
    expect(kept).toContain(rows);
    expect([...facts.left.keys()].join()).toContain('`gone`@`%` is not here');
  });
});
