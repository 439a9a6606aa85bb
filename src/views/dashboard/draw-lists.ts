import type { CellGrid, Rect, Style } from '../../util/cell-grid.ts';
import type { CheckState } from '../../state/session-state.ts';
import { age, bytes, duration, overviewRows, problemRows, sparkLine } from './rows.ts';
import type { OverviewRow, ProblemRow } from './rows.ts';
import type { Surroundings } from './surroundings.ts';
import { fit, putSpans, putText } from './text.ts';
import type { Span } from './text.ts';
import { THEME } from './theme.ts';
import type { Ui } from './ui.ts';

const span = (text: string, style: Style = THEME.plain): Span => ({ text, style });

/** A row for each module and service, below it what holds for all of them. */
export function drawOverview(grid: CellGrid, area: Rect, ui: Ui, around: Surroundings): void {
  const rows = overviewRows(around);
  const lines = rows.map((row) => overviewLine(row, around));
  const wide = area.columns >= 130;
  const heading = `${fit('', 2)}${fit('name', 14)}${fit('state', 20)}${fit('up', 5)}${fit('cpu', 6)}${fit('mem', 6)}${wide ? fit('ports', 20) : ''}checks: took, how long ago, #save`;
  drawHeader(grid, area, summary(around));
  putText(grid, area.x, area.y + 1, heading, THEME.heading, area.columns);
  drawRows(grid, below(area, 2), lines, ui.selected.overview);
}

/** Session, engine, watching and plan, in one line. */
function summary({ state, linked, nowMs }: Surroundings): readonly Span[] {
  const { session, engine, watching, plan, lastSave } = state;
  const parts: Span[] = [
    span(' session ', THEME.dim),
    linked
      ? span(`${session.state} ${age(nowMs - session.startedAt)}`, THEME.good)
      : span('gone', THEME.bad),
    span('  engine ', THEME.dim),
    engine.reachable ? span('answers', THEME.good) : span(engine.detail ?? 'silent', THEME.bad),
    span('  watching ', THEME.dim),
    span(
      watching.mode === 'off' ? 'off' : `${watching.entries} (${watching.mode})`,
      watching.mode === 'events' ? THEME.good : THEME.warning,
    ),
  ];
  if (lastSave !== undefined) {
    parts.push(
      span('  save ', THEME.dim),
      span(`${lastSave.save}, ${age(nowMs - lastSave.at)} ago`),
    );
  }
  if (plan !== undefined) {
    const style = plan.state === 'failed' ? THEME.bad : THEME.plain;
    parts.push(
      span('  plan ', THEME.dim),
      span(`${plan.state}, ${plan.operations.length} operations`, style),
    );
  }
  return parts;
}

function overviewLine(row: OverviewRow, around: Surroundings): readonly Span[] {
  const { service, module } = row;
  const wide = around.size.columns >= 130;
  const stats = around.stats.get(row.name);
  const [mark, stateText, stateStyle] = stateOf(row);
  const up =
    service?.state === 'running' && service.since > 0 ? age(around.nowMs - service.since) : '';
  const ports = (service?.ports ?? []).map((port) => port.replace(/^127\.0\.0\.1:/, '')).join(' ');
  return [
    span(`${mark} `, stateStyle),
    span(fit(row.name, 13), THEME.bold),
    span(' '),
    span(fit(stateText, 19), stateStyle),
    span(' '),
    span(fit(up, 5)),
    span(fit(stats === undefined ? '' : `${stats.cpuPercent.toFixed(0)}%`, 6)),
    span(fit(stats === undefined ? '' : bytes(stats.memoryBytes), 6)),
    ...(wide ? [span(`${fit(ports, 19)} `, THEME.running)] : []),
    ...(module?.checks ?? []).flatMap((check) => checkSpans(check, around.nowMs)),
  ];
}

function stateOf({ service, module }: OverviewRow): readonly [string, string, Style] {
  if (module?.run === false) return ['·', 'switched off', THEME.dim];
  if (module?.installingSince !== undefined) return ['⟳', 'installing', THEME.running];
  if (service === undefined) return [' ', module === undefined ? '' : 'library', THEME.dim];
  const { state, health, exitStatus } = service;
  if (state !== 'running') {
    const status = exitStatus === undefined ? '' : ` (${exitStatus})`;
    return ['✗', `${state}${status}`, state === 'created' ? THEME.warning : THEME.bad];
  }
  if (health === 'unhealthy') return ['✗', 'unhealthy', THEME.bad];
  if (health === 'starting') return ['⟳', 'starting', THEME.running];
  return ['●', health === 'healthy' ? 'healthy' : 'running', THEME.good];
}

function checkSpans(state: CheckState, nowMs: number): readonly Span[] {
  const { check, last, running, queued, enabled, history } = state;
  if (!enabled) return [span(`${check} off  `, THEME.dim)];
  const spark = history.length > 1 ? ` ${sparkLine(history, 8)}` : '';
  if (running !== undefined) {
    return [
      span(`⟳ ${check} ${age(nowMs - running.since)} #${running.save}`, THEME.running),
      span(`${spark}  `, THEME.dim),
    ];
  }
  if (queued !== undefined) return [span(`… ${check}${spark}  `, THEME.running)];
  if (last === undefined) return [span(`- ${check}  `, THEME.dim)];
  const good = last.outcome === 'passed';
  const facts = ` ${duration(last.durationMs)} ${age(nowMs - last.at)} #${last.save}`;
  return [
    span(`${good ? '✓' : '✗'} ${check}`, good ? THEME.good : THEME.bad),
    span(`${facts}${spark}  `, THEME.dim),
  ];
}

/** All current diagnostics, newest first. */
export function drawProblems(grid: CellGrid, area: Rect, ui: Ui, around: Surroundings): void {
  const rows = problemRows(around);
  const errors = rows.filter(({ level }) => level === 'error').length;
  if (rows.length === 0) {
    drawHeader(grid, area, [span(' no problems', THEME.good)]);
    return;
  }
  drawHeader(grid, area, [
    span(` ${errors} ${errors === 1 ? 'error' : 'errors'}`, errors > 0 ? THEME.bad : THEME.plain),
    span(`, ${rows.length - errors} others · Enter opens the pane, e the file`, THEME.dim),
  ]);
  const lines = rows.map((row) => problemLine(row, around.nowMs));
  drawRows(grid, below(area, 2), lines, ui.selected.problems);
}

function problemLine(row: ProblemRow, nowMs: number): readonly Span[] {
  const style =
    row.level === 'error' ? THEME.bad : row.level === 'warning' ? THEME.warning : THEME.dim;
  const place = row.file === undefined ? '' : `${row.file}:${row.line}:${row.column}  `;
  return [
    span(row.level === 'error' ? '✗ ' : '! ', style),
    span(fit(age(nowMs - row.at), 4), THEME.dim),
    span(fit(`${row.subject}${row.check === undefined ? '' : ` ${row.check}`}`, 16), THEME.running),
    span(' '),
    span(place, THEME.bold),
    span(row.message.replaceAll(/\s+/g, ' ')),
  ];
}

const below = (area: Rect, rows: number): Rect => ({
  ...area,
  y: area.y + rows,
  rows: Math.max(0, area.rows - rows),
});

function drawHeader(grid: CellGrid, area: Rect, spans: readonly Span[]): void {
  putSpans(grid, area.x, area.y, spans, area.columns);
}

/** Rows of a list; it scrolls so that the selected one is in sight. */
export function drawRows(
  grid: CellGrid,
  area: Rect,
  rows: readonly (readonly Span[])[],
  selected: number,
): void {
  const chosen = Math.min(selected, rows.length - 1);
  const first = Math.max(0, Math.min(chosen - (area.rows >> 1), rows.length - area.rows));
  for (let row = 0; row < area.rows && first + row < rows.length; row += 1) {
    putSpans(grid, area.x, area.y + row, rows[first + row] ?? [], area.columns);
    if (first + row === chosen) grid.paint(area.x, area.y + row, area.columns, THEME.selected);
  }
}
