import { crashText } from '../../src/cli/crash.ts';
import type { Failure } from '../../src/events/failure.ts';
import type { SessionEvent } from '../../src/events/session-event.ts';
import type { CheckResult } from '../../src/model/check-result.ts';
import type { ProbeDefinition } from '../../src/model/probe.ts';
import { planText } from '../../src/plan/step.ts';
import type { ProbeStepResult } from '../../src/probes/run.ts';
import { EMPTY_STATE, type SessionState } from '../../src/state/session-state.ts';
import { jsonText } from '../../src/util/json-text.ts';
import { certsText } from '../../src/views/certs-text.ts';
import { CheckOutputLines } from '../../src/views/check-output.ts';
import { doctorText } from '../../src/views/doctor-text.ts';
import { failureText } from '../../src/views/failure-text.ts';
import { imagesText } from '../../src/views/images-text.ts';
import { logLineText } from '../../src/views/log-text.ts';
import { probeLines } from '../../src/views/probe-text.ts';
import { liveLines } from '../../src/views/progress-live.ts';
import { lastingLine, NO_PROGRESS, reduceProgress, stillLines } from '../../src/views/progress.ts';
import { settingsText } from '../../src/views/settings-text.ts';
import {
  addressesText,
  checksText,
  statusText,
  troublesText,
} from '../../src/views/status-text.ts';
import { tableText } from '../../src/views/table.ts';
import { toolsText } from '../../src/views/tools-text.ts';
import { upText } from '../../src/views/up-text.ts';
import { watchLines } from '../../src/views/watch-lines.ts';
import { moreViews } from './more-views.ts';
import { graphOf } from './plans.ts';

/** Failures with a stranger's word wherever one may stand. */
function failuresWith(x: string): readonly Failure[] {
  const at = { file: x, line: 1, column: 3, text: x.replaceAll('\n', ' '), length: 2 };
  return [
    {
      reason: 'service',
      what: x,
      why: x.replaceAll('\n', ' '),
      cure: x.replaceAll('\n', ' '),
      at,
      detail: [x, x],
    },
  ];
}

export function resultWith(x: string, places: boolean): CheckResult {
  const place = {
    file: x,
    line: 1,
    column: 2,
    severity: 'error',
    code: x,
    message: x,
    source: 'tsc',
  } as const;
  return {
    ...{ module: x, check: 'test', run: 1, save: 1, outcome: 'failed', at: 1, durationMs: 1 },
    diagnostics: places ? [place, { ...place, severity: 'warning' }] : [],
    ...{ diagnosticsOmitted: 1, tail: [x, x], exitStatus: 1, log: x },
  };
}

/** Every kind of event, with a stranger's word wherever one may stand. */
export function eventsWith(x: string): readonly SessionEvent[] {
  const stamp = { at: 1, save: 1 };
  const run = { module: x, check: 'test', run: 1 } as const;
  const modules = [x];
  return [
    {
      ...stamp,
      kind: 'change',
      cause: 'files',
      paths: [x, x],
      total: 9,
      modules,
      affected: modules,
      firstAt: 1,
    },
    {
      ...stamp,
      kind: 'change',
      cause: 'settings',
      paths: [],
      total: 0,
      modules,
      affected: modules,
      firstAt: 1,
    },
    { ...stamp, ...run, kind: 'check-started' },
    { ...stamp, ...run, kind: 'check-output', text: `${x.replaceAll('\n', ' ')}\n` },
    { ...resultWith(x, true), kind: 'check-finished' },
    { ...resultWith(x, false), kind: 'check-finished' },
    { ...stamp, ...run, kind: 'check-cancelled', reason: 'overtaken', durationMs: 1 },
    { ...stamp, kind: 'install-started', module: x, cause: x },
    {
      ...stamp,
      kind: 'install-finished',
      module: x,
      durationMs: 1,
      failure: { reason: 'install', what: x },
    },
    {
      ...stamp,
      kind: 'service-state',
      service: x,
      state: 'exited',
      health: 'none',
      exitStatus: 1,
      cause: x,
      since: 1,
    },
    { ...stamp, kind: 'service-gone', service: x },
    { ...stamp, kind: 'engine-state', reachable: false, detail: x },
    { ...stamp, kind: 'engine-known', id: x },
    {
      ...stamp,
      kind: 'plan',
      plan: 1,
      state: 'applying',
      operations: [x],
      files: [x],
      failures: failuresWith(x),
    },
    { ...stamp, kind: 'plan', plan: 1, state: 'waiting-for-answer', operations: [x], files: [x] },
    { ...stamp, kind: 'problem', key: x, level: 'error', failures: failuresWith(x) },
    { ...stamp, kind: 'problem-solved', key: x },
    { ...stamp, kind: 'watching', mode: 'poll', reason: x, entries: 1 },
    { ...stamp, kind: 'session-stopping', reason: x },
  ];
}

/** A session's state with a stranger's word wherever one may stand. */
export function stateWith(x: string): SessionState {
  const checks = [
    {
      check: 'test' as const,
      enabled: true,
      daemon: false,
      history: [],
      last: resultWith(x, true),
    },
  ];
  const service = {
    service: x,
    state: 'running' as const,
    health: 'unhealthy' as const,
    since: 1,
    cause: x,
    ports: [x],
  };
  return {
    ...EMPTY_STATE,
    engine: { reachable: false, detail: x, since: 1 },
    watching: { mode: 'poll', reason: x, entries: 1 },
    plan: { plan: 1, state: 'waiting-for-answer', operations: [x], files: [x], at: 1 },
    services: { [x]: service },
    modules: [{ name: x, path: x, uses: [x], run: true, watch: true, checks }],
    problems: [{ key: x, level: 'error', failures: failuresWith(x), at: 1 }],
  };
}

function probeText(x: string): string {
  const request = { url: x, method: 'GET', headers: {}, expect: { status: [] }, timeoutMs: 1 };
  const stages = [{ ...request, name: x, service: x }];
  const probe: ProbeDefinition = { name: x, request, stages };
  const failure = { cause: 'body', message: x } as const;
  const step: ProbeStepResult = {
    stage: x,
    service: x,
    address: x,
    verdict: { ok: false, status: 500, durationMs: 1, failure },
  };
  const evidence = { service: x, notRunning: x, lastLines: [x] };
  const steps = [step, { ...step, stage: 'other' }];
  return probeLines(probe, { name: x, ok: false, steps, failedStage: x, evidence }, true).join(
    '\n',
  );
}

function progressText(x: string): string {
  const state = [
    { kind: 'step-started', id: x, label: x } as const,
    { kind: 'step-progress', id: x, detail: x } as const,
  ].reduce((before, event) => reduceProgress(before, event, 0), NO_PROGRESS);
  return [
    ...liveLines(state, 20_000, { columns: 1000, rows: 10, color: true }),
    ...stillLines(state, 20_000, true),
    lastingLine(
      { kind: 'step-finished', id: x, label: x, outcome: 'failed', detail: x, durationMs: 1 },
      true,
    ),
    lastingLine({ kind: 'note', level: 'warning', text: x }, true),
    lastingLine({ kind: 'note', level: 'info', text: x }, true),
  ].join('\n');
}

/** Everything that commands print, with the same stranger's word in every place that can hold one. */
export function allViews(x: string): Readonly<Record<string, string>> {
  const line = {
    stream: 'stdout',
    atMs: 1,
    service: 'api',
    text: x.replaceAll('\n', ' '),
  } as const;
  const output = new CheckOutputLines(true);
  const operation = { operation: { kind: 'create', service: x }, cause: x } as const;
  const row = { service: x, state: 'exited', health: 'none', detail: x, ports: [] } as const;
  const image = {
    name: x,
    parent: undefined,
    origin: 'tool',
    built: false,
    cause: x,
    sizeBytes: 1,
    services: [x],
  } as const;
  const session = { running: true, state: stateWith(x) };
  return {
    failures: failureText(failuresWith(x), { color: true }),
    ...Object.fromEntries(
      eventsWith(x).map((event, at) => [
        `watch ${String(at)} ${event.kind}`,
        [...output.lines(event), ...watchLines(event, { color: true, columns: 100 })].join('\n'),
      ]),
    ),
    status:
      statusText([row], true) + checksText(session, 1, true) + troublesText(session.state, true),
    urls: tableText([[x, x]]),
    addresses: addressesText([{ url: x, service: x }]),
    certs: certsText({
      project: x,
      ca: { subject: x, fingerprint: x, validTo: x },
      stores: [{ store: x, folder: x, state: 'unknown', why: x }],
    }),
    plan: planText(graphOf({ operations: [operation], volumes: [{ name: x, cause: x }] })),
    up: upText(
      {
        ...{ instance: 'a', wanted: 1, services: 1, running: 1, changed: 1, hooks: 0 },
        ...{ probed: true, elapsedMs: 1 },
        urls: [x],
      },
      true,
    ),
    doctor: doctorText(
      [{ id: 'engine', level: 'problem', what: x, why: x, cure: x, fixable: true }],
      [x],
      true,
    ),
    images: imagesText([image], [{ reference: x, parent: x, version: x, sizeBytes: 1 }], true),
    settings: settingsText(new Map([[x, x]])),
    tools: toolsText(
      [{ name: x, about: x, example: x, facts: undefined, origin: 'project' }],
      true,
    ),
    probe: probeText(x),
    progress: progressText(x),
    logs: logLineText(line, ['api'], { color: true, isTty: true }),
    piped: logLineText(line, ['api'], { color: false, isTty: false }),
    json: jsonText({ [x]: eventsWith(x) }, 2),
    ...moreViews(x),
    crash: crashText(new Error(x.replaceAll('\n', ' ')), false),
  };
}
