import type { ListedEntry } from '../../src/generate/catalogue-list.ts';
import { reachLines } from '../../src/app/trust/text.ts';
import type { LedgerEvent, Release, ReleaseState } from '../../src/release/release.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { catalogueText } from '../../src/views/catalogue-text.ts';
import { snapshotsText } from '../../src/views/data-text.ts';
import { deathText, debuggingText } from '../../src/views/debug-text.ts';
import { initDiff, initNotes, moveNotes } from '../../src/views/init-text.ts';
import { lineDiff } from '../../src/views/line-diff.ts';
import { parityText } from '../../src/views/parity-text.ts';
import { ledgerText, releasesText, releaseText } from '../../src/views/release-text.ts';
import { settingChoices, settingQuestion, valueChoices } from '../../src/views/settings-choices.ts';
import { runTreeText } from '../../src/views/run-tree.ts';
import { timingsText } from '../../src/views/timings.ts';
import { oneLine } from '../../src/util/terminal-text.ts';
import { partly } from './partly.ts';

/** A release with a stranger's word wherever one may stand: a ledger is written by many. */
function releaseWith(x: string): ReleaseState {
  const at = x;
  const base = { reference: x, id: x };
  const artifacts = [{ kind: x, name: x, digest: x, size: 1 }];
  const release: Release = {
    ...{ project: x, version: x, tag: x, commit: x, committedAt: at, registry: x },
    images: { [x]: { reference: x, id: x, key: x, digest: x, base, artifacts } },
    checks: [{ name: x, commit: x, madeAt: at, tookMs: 1, log: x }],
    documents: { [x]: x },
  };
  return {
    release,
    releasedAt: at,
    releasedBy: x,
    promotedAt: at,
    promotedBy: x,
    signed: undefined,
  };
}

function trustWith(x: string): string {
  const at = { file: x, line: 1, column: 1, text: x, length: 1 };
  const reaches = (['program', 'path', 'secret', 'foreign'] as const).map((kind) => ({
    ...{ kind, where: x, what: x, at, isNew: true },
  }));
  return reachLines({ reaches, gone: [x], changed: true }).join('\n');
}

function treeWith(x: string): string {
  const step = { needs: [], cause: x, startedAtMs: 1, endedAtMs: 2 };
  const steps = [
    { ...step, id: `test:${x}`, outcome: 'done' as const },
    { ...step, id: 'smoke', outcome: 'kept' as const },
  ];
  const record = { id: x, project: x, commit: x, version: x, startedAtMs: 1, steps };
  return runTreeText({ record, state: 'killed', trends: new Map() }, { color: true, nowMs: 2 });
}

function snapshotWith(x: string): Snapshot {
  return {
    ...{ format: 1, service: x, name: x, method: 'dump', reason: 'asked', kind: x },
    ...{ engineVersion: x, image: x, takenAtMs: 1, files: [] },
  };
}

function settingsWith(x: string): string {
  const common = { key: x, meaning: x, origin: x, values: [x, true] };
  const settings = [
    { ...common, value: x, byDefault: true },
    { ...common, value: true, byDefault: true },
  ];
  const words = settings.flatMap((setting) => [
    settingQuestion(setting),
    ...[...settingChoices([setting]), ...valueChoices(setting)].flatMap((one) => [
      one.name,
      one.description ?? '',
    ]),
  ]);
  // As the terminal has each of them.
  return words.map(oneLine).join('\n');
}

/** What rarer commands print, with the same stranger's word in every place that can hold one. */
export function moreViews(x: string): Readonly<Record<string, string>> {
  const state = releaseWith(x);
  const { release } = state;
  const event: LedgerEvent = { kind: 'released', at: x, release, by: x, id: x };
  const text = `${x.replaceAll('\n', ' ')}\n`;
  const differences = [undefined, x].map((why) => ({
    ...{ category: 'environment', name: x, dev: x, other: x, why },
  })) as Parameters<typeof parityText>[0]['services'][number]['differences'];
  const init = {
    files: [{ path: x, action: 'create', text }] as const,
    notes: [x],
    built: [{ service: x }],
    equal: { judge: x, added: [x] },
  };
  return {
    trust: trustWith(x),
    releases: releasesText([state]),
    tree: treeWith(x),
    snapshots: snapshotsText([snapshotWith(x)], 2),
    release: releaseText(state),
    settings: settingsWith(x),
    ledger: ledgerText([event]),
    catalogue: catalogueText([
      partly<ListedEntry>({ name: x, title: x, image: x, built: false, own: true }),
    ]),
    debugging: debuggingText(
      {
        ...{ module: x, kind: 'node', host: x, port: 1, ownPort: 1, wait: true },
        paths: { container: x, host: x },
      },
      true,
    ),
    death: deathText(x, 1),
    init:
      initDiff(init, true) + initNotes(init, true) + moveNotes({ changes: [x], notes: [x] }, true),
    'line diff': lineDiff(x, text, `${text}${text}`, true),
    parity: parityText({ other: x, services: [{ service: x, equal: {}, differences }] }, true),
    timings: timingsText([{ label: x, durationMs: 1, waitedMs: 900 }]),
  };
}
