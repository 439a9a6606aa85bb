import * as z from 'zod/mini';
import { SEVERITIES } from '../model/gates.ts';
import { pathBelow, optional, required, texts } from './schema-parts.ts';
import { SIZE_PATTERN } from './sizes.ts';

const share = z
  .number()
  .check(
    z.minimum(0, 'this is a number of percent'),
    z.maximum(100, 'this is a number of percent'),
  );
const whole = z.number().check(z.int(), z.minimum(0, 'this is how many, 0 or more'));
const report = pathBelow('it lies below the folder, and has no .. in it: coverage/lcov.info');

/** What a module has to hold to go on to production. */
export const gates = z.strictObject({
  coverage: optional(
    z.strictObject({
      report: required(
        report,
        'What the test writes: lcov, cobertura, Go’s profile or JaCoCo.',
        'coverage/lcov.info',
      ),
      total: optional(share, 'Percent of all lines.', 80),
      changed: optional(share, 'Percent of the lines that the commit changes.', 90),
      except: optional(texts, 'Patterns of files that do not count.', 'src/generated/**'),
    }),
    'How much of the code its test runs.',
  ),
  tests: optional(
    z.strictObject({
      report: required(report, 'What the test writes, as JUnit’s XML.', 'junit.xml'),
      least: optional(whole, 'How many have to run. Default 1.', 20),
      skipped: optional(whole, 'How many may be skipped. Default: any number.', 0),
      flaky: optional(
        whole,
        'How many may have failed and passed with the same sources. Default: any number; they are told.',
        0,
      ),
    }),
    'What became of its tests.',
  ),
  size: optional(
    z.string().check(z.regex(SIZE_PATTERN, 'a size is written 80MB or 1.5GB')),
    'The largest that its image may be.',
    '250MB',
  ),
  problems: optional(
    z.strictObject({
      new: required(whole, 'How many may be new, compared with where the branch began.', 0),
    }),
    'What its lint says and ends well all the same: warnings, and what || true lets through.',
  ),
  duplicates: optional(
    z.strictObject({
      most: required(share, 'Percent of its lines that may stand there twice.', 3),
      lines: optional(
        z.number().check(z.int(), z.minimum(2, 'this is how many lines, 2 or more')),
        'How many lines have to be alike. Default 6.',
        10,
      ),
      except: optional(texts, 'Patterns of files that do not count.', 'src/generated/**'),
    }),
    'How much of its code stands there twice.',
  ),
  licences: optional(
    z.strictObject({
      allow: optional(texts, 'Licences that may be used. Default: all that are not denied.', 'MIT'),
      deny: optional(texts, 'Licences that may not be used.', 'AGPL-*'),
      except: optional(texts, 'Patterns of packages that do not count.', '@shop/*'),
    }),
    'Licences of what it needs in production, by SPDX’s names or patterns of them.',
  ),
  vulnerabilities: optional(
    z.strictObject({
      database: required(
        report,
        'File with what is known, in OSV’s JSON, below the project; it need not be committed.',
        'osv.json',
      ),
      from: optional(z.enum(SEVERITIES), 'Lesser ones are told, and pass. Default low.', 'high'),
      except: optional(texts, 'Ids that do not concern it.', 'GHSA-xxxx-xxxx-xxxx'),
    }),
    'Known weaknesses of what it needs in production.',
  ),
});

export type RawGates = z.infer<typeof gates>;
