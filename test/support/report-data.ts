import type { Release, ReleaseState } from '../../src/release/release.ts';
import type { ReportData, ReportRun } from '../../src/release/report-data.ts';
import type { RecordedStep, RunRecord } from '../../src/release/run-record.ts';
import { omit } from '../../src/util/omit.ts';
import { flakySteps, trendsOf } from '../../src/release/run-trends.ts';

export const NOW_MS = Date.UTC(2026, 10, 29, 4, 20);
const COMMIT = '3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3';

/** Steps one after the other, from a start, each so long. */
export function stepsFrom(
  startedAtMs: number,
  lengths: Readonly<Record<string, number>>,
): RecordedStep[] {
  let atMs = startedAtMs;
  return Object.entries(lengths).map(([id, ms]) => {
    const step: RecordedStep = {
      ...{ id, needs: [], cause: 'its sources are new', outcome: 'done' },
      ...{ startedAtMs: atMs, endedAtMs: atMs + ms },
    };
    atMs += ms * 0.6;
    return step;
  });
}

export function aRecord(at: number, change: Partial<RunRecord> = {}): RunRecord {
  const startedAtMs = NOW_MS - (at + 1) * 3_600_000;
  const steps = stepsFrom(startedAtMs, {
    'install:api': 9000,
    'compile:api': 4000,
    'test:api': 12_000 + at * 40,
    'lint:api': 3000,
    'pack:api': 800,
    'install:web': 14_000,
    'compile:web': 7000,
    'test:web': 6000,
    'bake:api': 2500,
    'bake:web': 2200,
    'gate:api': 300,
    smoke: 15_000,
  });
  return {
    ...{ id: `3f2a1bc-${String(at)}`, project: 'shop', commit: COMMIT },
    version: `1.5.0-SNAPSHOT+3f2a1b${String(at % 10)}`,
    ...{ startedAtMs, endedAtMs: startedAtMs + 60_000, outcome: 'good', steps },
    ...change,
  };
}

function aRelease(version: string, promoted: boolean): ReleaseState {
  const sha = `sha256:${'a'.repeat(64)}`;
  const image = { reference: 'shop/api:1', id: sha, key: 'k', artifacts: [] };
  const release: Release = {
    ...{ project: 'shop', version, tag: version, commit: COMMIT, checks: [], documents: {} },
    committedAt: '2026-11-29T03:00:00.000Z',
    images: {
      api: { ...image, base: { reference: 'onestack/node', id: sha } },
      web: { ...image, base: { reference: 'onestack/nginx', id: sha } },
    },
  };
  return {
    release,
    releasedAt: '2026-11-29T03:05:00.000Z',
    releasedBy: 'Ann <ann@example.com>',
    promotedAt: promoted ? '2026-11-29T03:45:00.000Z' : undefined,
    promotedBy: promoted ? 'Bea <bea@example.com>' : undefined,
    signed: undefined,
  };
}

const node = (name: string, kind: 'module' | 'library' | 'service', image: string, port = '') => ({
  ...{ name, kind, image },
  published: port === '' ? [] : [port],
});

export function dataOf(records: readonly RunRecord[]): ReportData {
  return {
    project: 'shop',
    madeAtMs: NOW_MS,
    runs: records.map((record): ReportRun => ({
      record,
      state: record.outcome ?? 'running',
      trends: trendsOf(record, records),
    })),
    flaky: flakySteps(records),
    releases: [aRelease('1.4.1+9e8d7c6', false), aRelease('1.4.0+3f2a1bc', true)],
    map: {
      nodes: [
        node('proxy', 'service', 'onestack/nginx', '443'),
        node('web', 'module', 'node'),
        node('api', 'module', 'node', '3000'),
        node('worker', 'module', 'python'),
        node('shared', 'library', 'node'),
        node('db', 'service', 'onestack/postgres', '5432'),
        node('queue', 'service', 'onestack/redis'),
      ],
      edges: [
        { from: 'proxy', to: 'web', kind: 'talks' },
        { from: 'proxy', to: 'api', kind: 'talks' },
        { from: 'api', to: 'db', kind: 'talks' },
        { from: 'api', to: 'queue', kind: 'talks' },
        { from: 'worker', to: 'queue', kind: 'talks' },
        { from: 'worker', to: 'db', kind: 'needs' },
        { from: 'api', to: 'shared', kind: 'imports' },
        { from: 'web', to: 'shared', kind: 'imports' },
      ],
    },
    problems: [],
  };
}

/** A shop with a week behind it: a failed run, a flaky test, gates, and one that is at work. */
export function shopData(): ReportData {
  const broken = (record: RunRecord): RunRecord => ({
    ...record,
    outcome: 'failed',
    endedAtMs: record.startedAtMs + 31_000,
    steps: record.steps.map((step): RecordedStep => {
      if (step.id === 'test:web') {
        const lines = ['✗ adds to the cart', '  expected 2 to be 3', '  at cart.test.ts:14:9'];
        const why = '`npm test` in web ended with status 1.';
        return {
          ...step,
          outcome: 'failed',
          key: 'k',
          failed: { what: 'test web failed', why, lines },
        };
      }
      if (!['bake:web', 'smoke'].includes(step.id)) return step;
      const { id, needs, cause } = step;
      return { id, needs, cause, outcome: 'left' };
    }),
  });
  const gated = (record: RunRecord): RunRecord => ({
    ...record,
    steps: record.steps.map((step): RecordedStep => {
      if (step.id === 'test:web') return { ...step, key: 'k' };
      if (step.id !== 'gate:api') return step;
      return {
        ...step,
        verdicts: [
          {
            gate: 'coverage',
            passed: true,
            what: '87.2 % of 1204 lines are covered, 80 % are wanted',
            where: [],
          },
          {
            gate: 'changed lines',
            passed: false,
            what: '50 % of 12 changed lines are covered, 90 % are wanted',
            where: ['src/cart.ts:14-19'],
            cure: 'Write tests for these lines',
          },
          {
            gate: 'tests',
            passed: true,
            what: '148 tests ran, 0 failed, 2 were skipped',
            where: [],
          },
        ],
      };
    }),
  });
  const running = (record: RunRecord): RunRecord => {
    const open = omit(record, 'outcome', 'endedAtMs');
    const startedAtMs = NOW_MS - 24_000;
    const shift = startedAtMs - record.startedAtMs;
    return {
      ...{ ...open, startedAtMs },
      steps: record.steps.map((step): RecordedStep => {
        const { id, needs, cause } = step;
        const from = (step.startedAtMs ?? 0) + shift;
        const to = (step.endedAtMs ?? 0) + shift;
        if (from > NOW_MS) return { id, needs, cause, outcome: 'waiting' };
        return to > NOW_MS
          ? { id, needs, cause, outcome: 'running', startedAtMs: from }
          : { ...step, startedAtMs: from, endedAtMs: to };
      }),
    };
  };
  const records = Array.from({ length: 14 }, (_, at) => aRecord(at));
  return dataOf(
    records.map((record, at) =>
      at === 0 ? running(record) : at === 3 ? broken(record) : gated(record),
    ),
  );
}

/** What a repository or a log would say to break out of its place. */
export const HOSTILE_WORDS = [
  '<script>owned=1</script>',
  '"onload="owned=1',
  "'><img src=x onerror=owned=1>",
  ']]></style><iframe src=//evil.example>',
  '<!--',
  '</title></pre></svg>',
] as const;

/** The same words in every place that strangers have a say in; each part is long as well. */
export function hostileData(): ReportData {
  const all = HOSTILE_WORDS.join(' ');
  const long = 'w'.repeat(300);
  const record = aRecord(0, { project: all, version: all, commit: `${all}0000000` });
  const steps = record.steps.map((step, at): RecordedStep => ({
    ...step,
    id: `test:${HOSTILE_WORDS[at % HOSTILE_WORDS.length] ?? ''}`,
    cause: all,
    outcome: 'failed',
    failed: { what: all, why: all, cure: all, lines: [all, long, '\u202egpj.exe\u001b[2J'] },
    verdicts: [{ gate: all, passed: false, what: all, where: [all, long], cure: all }],
  }));
  const data = dataOf([{ ...record, id: all, steps }]);
  const [release] = data.releases;
  return {
    ...data,
    project: all,
    flaky: [{ id: all, commit: all, failed: 1, passed: 1 }],
    releases:
      release === undefined
        ? []
        : [{ ...release, releasedBy: all, release: { ...release.release, version: all } }],
    map: {
      nodes: [
        { name: all, kind: 'module', image: all, published: [all] },
        { name: long, kind: 'service', image: long, published: [] },
      ],
      edges: [{ from: all, to: long, kind: 'talks' }],
    },
  };
}
