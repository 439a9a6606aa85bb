import {
  moduleOf,
  tookMs,
  type RecordedFailure,
  type RecordedStep,
} from '../../release/run-record.ts';
import type { Trend } from '../../release/run-trends.ts';
import type { ReportRun, RunState } from '../../release/report-data.ts';
import { durationText } from '../progress.ts';
import { STEP_MARKS } from '../run-tree.ts';
import { fitting, html, table, type Markup } from './html.ts';

/** How much room a run has, bytes: what does not fit is counted. */
export interface Room {
  readonly steps: number;
  readonly troubles: number;
  readonly gates: number;
}

/** Of the run that people come for, and of each older one. */
export const WIDE_ROOM: Room = { steps: 120_000, troubles: 100_000, gates: 100_000 };
export const NARROW_ROOM: Room = { steps: 20_000, troubles: 20_000, gates: 20_000 };

/** A bar is drawn in so many units, and stretched. */
const UNITS = 1000;
/** Of what a failed step printed, in all. */
const SHOWN_LINES = 40;
const SHOWN_PLACES = 12;

/** `2026-11-29 04:20 UTC`. */
export function timeText(ms: number): Markup {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

export function pill(state: RunState): Markup {
  return html`<span class="pill ${state}">${state}</span>`;
}

/** When a run ended, or how far it is. */
function endOf({ record }: ReportRun, nowMs: number): number {
  const last = Math.max(...record.steps.map((step) => step.endedAtMs ?? step.startedAtMs ?? 0));
  if (record.endedAtMs !== undefined) return record.endedAtMs;
  return Math.max(nowMs, last);
}

export function runMs(run: ReportRun, nowMs: number): number {
  if (run.state !== 'killed') return endOf(run, nowMs) - run.record.startedAtMs;
  // Nobody knows when it was killed: it lived until its last news.
  const news = run.record.steps.map((step) => step.endedAtMs ?? step.startedAtMs ?? 0);
  return Math.max(0, Math.max(run.record.startedAtMs, ...news) - run.record.startedAtMs);
}

/** `compile api`. */
const nameOf = ({ id }: Pick<RecordedStep, 'id'>): string => id.replace(':', ' ');

function trendPart(trend: Trend | undefined): Markup | undefined {
  if (trend === undefined) return undefined;
  const arrow = { slower: ' ▲', faster: ' ▼', same: '' }[trend.direction];
  return html`<span class="wide ${trend.direction}">
    · usually ${durationText(trend.usualMs)}${arrow}</span
  >`;
}

interface Scale {
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly nowMs: number;
}

function barOf(step: RecordedStep, trend: Trend | undefined, scale: Scale): Markup {
  const { startedAtMs } = step;
  if (startedAtMs === undefined) return html`<span class="bar"></span>`;
  const unit = (ms: number): string => ((ms * UNITS) / scale.lengthMs).toFixed(1);
  const ms = (step.endedAtMs ?? scale.nowMs) - startedAtMs;
  const x = unit(startedAtMs - scale.fromMs);
  const usual =
    step.outcome === 'running' && trend !== undefined
      ? html`<rect class="usual" x="${x}" y="0" height="10" width="${unit(trend.usualMs)}" />`
      : undefined;
  const width = Math.max(3, Number(unit(ms))).toFixed(1);
  return html`<span class="bar"
    ><svg viewBox="0 0 ${UNITS} 10" preserveAspectRatio="none" aria-hidden="true">
      ${usual}
      <rect class="${step.outcome}" x="${x}" y="0" height="10" width="${width}" /></svg
  ></span>`;
}

function stepRow(step: RecordedStep, trend: Trend | undefined, scale: Scale): Markup {
  const ended = tookMs(step);
  const ms =
    ended ??
    (step.outcome === 'running' && step.startedAtMs !== undefined
      ? scale.nowMs - step.startedAtMs
      : undefined);
  const time =
    ms === undefined ? (step.outcome === 'left' ? 'not run' : 'waits') : durationText(ms);
  return html`<div class="step ${step.outcome}">
    <span class="name"><span class="mark">${STEP_MARKS[step.outcome]}</span>${nameOf(step)}</span
    >${barOf(step, trend, scale)}<span class="time">${time}${trendPart(trend)}</span>
  </div>`;
}

/** What the steps of a run did when, a line each. */
export function timeline(run: ReportRun, nowMs: number, room: Room): Markup {
  const { record, trends, state } = run;
  const active = record.steps.filter(({ outcome }) => outcome !== 'kept');
  const kept = record.steps.length - active.length;
  // A bar of a step that was killed goes as far as anybody knows.
  const untilMs = record.startedAtMs + runMs(run, nowMs);
  const lengthMs = Math.max(1, untilMs - record.startedAtMs);
  const scale: Scale = {
    ...{ fromMs: record.startedAtMs, lengthMs },
    nowMs: state === 'running' ? nowMs : untilMs,
  };
  const begun = (step: RecordedStep): number => step.startedAtMs ?? Number.POSITIVE_INFINITY;
  const ordered = active.toSorted((a, b) => begun(a) - begun(b) || 0);
  const { shown, hidden } = fitting(ordered, room.steps, (step) =>
    stepRow(step, trends.get(step.id), scale),
  );
  return html`<div class="steps">${shown}</div>
    ${hidden > 0 && html`<p class="soft">and ${hidden} more steps</p>`}${kept > 0 && html`<p class="soft">${kept} ${kept === 1 ? 'step is' : 'steps are'} kept from earlier runs</p>`}`;
}

function failurePart(step: RecordedStep, { what, why, cure, lines }: RecordedFailure): Markup {
  const shown = lines.slice(-SHOWN_LINES);
  return html`<div class="trouble">
    <p><strong>${nameOf(step)}</strong>: ${what}</p>
    ${why !== undefined && html`<p class="soft">${why}</p>`}${cure !== undefined && html`<p class="soft">${cure}</p>`}${shown.length > 0 && html`<pre>${shown.flatMap((line) => [line, '\n'])}</pre>`}
  </div>`;
}

/** What went wrong in a run, with its last lines. */
export function troubles({ record }: ReportRun, room: Room): Markup {
  const { shown, hidden } = fitting(
    record.steps,
    room.troubles,
    (step) => step.failed !== undefined && failurePart(step, step.failed),
  );
  return html`${shown}${hidden > 0 && html`<p class="soft">and more in the logs</p>`}`;
}

/** What gates said of modules: each with its places, and how to pass. */
export function gatesTable({ record }: ReportRun, room: Room): Markup | undefined {
  const judged = record.steps.flatMap((step) =>
    (step.verdicts ?? []).map((verdict) => ({ module: moduleOf(step) ?? '', ...verdict })),
  );
  if (judged.length === 0) return undefined;
  const { shown, hidden: others } = fitting(judged, room.gates, (one) => {
    const { module, gate, passed, what, where, cure } = one;
    const hidden = where.length - SHOWN_PLACES;
    const places =
      where.length === 0 || passed
        ? undefined
        : html`<ul>
            ${where.slice(0, SHOWN_PLACES).map((place) => html`<li><code>${place}</code></li>`)}${hidden > 0 && html`<li>and ${hidden} more places</li>`}
          </ul>`;
    return html`<tr class="${passed ? 'passed' : 'failed'}">
      <td><span class="mark">${passed ? '✓' : '✗'}</span>${module}</td>
      <td>${gate}</td>
      <td>${what}${places}${cure !== undefined && html`<p class="soft">To pass: ${cure}</p>`}</td>
    </tr>`;
  });
  return html`${table(['module', 'gate', 'what it says'], shown)}
  ${others > 0 && html`<p class="soft">and ${others} more</p>`}`;
}
