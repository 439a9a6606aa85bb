import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escaped } from '../../../../src/views/report/html.ts';
import { reportPage } from '../../../../src/views/report/page.ts';
import type { RecordedStep } from '../../../../src/release/run-record.ts';
import {
  aRecord,
  dataOf,
  HOSTILE_WORDS,
  hostileData,
  shopData,
} from '../../../support/report-data.ts';

const MEBIBYTE = 1024 * 1024;

describe('the report', () => {
  it('lets nothing run but what it says itself, and nothing out', () => {
    for (const live of [false, true]) {
      const page = reportPage(shopData(), { live });
      const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      for (const [, kind = '', text = ''] of page.matchAll(/<(style|script)>(.*?)<\/\1>/gs)) {
        const hash = createHash('sha256').update(text).digest('base64');
        expect(policy).toContain(`${kind}-src 'sha256-${hash}'`);
      }
      expect(page.includes('<script>')).toBe(live);
      expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    }
  });

  it('holds what strangers wrote, as text', () => {
    const page = reportPage(hostileData(), { live: false });
    for (const word of HOSTILE_WORDS) {
      expect(page).not.toContain(word);
      expect(page).toContain(escaped(word));
    }
    expect(page).not.toMatch(/[\u202a-\u202e\u001b]/);
  });

  it('stays below a mebibyte, whatever a project has', () => {
    const text = '&'.repeat(5000);
    const many = Array.from({ length: 500 }, () => text);
    const steps = Array.from({ length: 4000 }, (_, at): RecordedStep => ({
      ...{
        id: `test:${String(at)}${text.slice(0, 100)}`,
        needs: [],
        cause: text,
        outcome: 'failed',
      },
      ...{ startedAtMs: at, endedAtMs: at + 10 },
      failed: { what: text, why: text, cure: text, lines: many },
      verdicts: Array.from({ length: 20 }, () => ({
        ...{ gate: text, passed: false, what: text, cure: text },
        where: many,
      })),
    }));
    const data = dataOf(
      Array.from({ length: 12 }, (_, at) => aRecord(at, { steps, version: text })),
    );
    const nodes = Array.from({ length: 3000 }, (_, at) => ({
      ...{ name: `${String(at)}${text}`, kind: 'service' as const, image: text, published: [text] },
    }));
    const [release] = data.releases;
    if (release === undefined) throw new Error('no release');
    const released = { ...release, release: { ...release.release, version: text } };
    const page = reportPage(
      { ...data, releases: Array.from({ length: 900 }, () => released), map: { nodes, edges: [] } },
      { live: false },
    );
    expect(Buffer.byteLength(page)).toBeLessThan(MEBIBYTE);
  });

  it('says what there is to do where nothing was done yet', () => {
    const page = reportPage({ ...dataOf([]), releases: [], map: undefined }, { live: false });
    for (const word of ['dev ci', 'dev release', 'gates:']) expect(page).toContain(word);
  });
});
