import { CHECK_KINDS } from '../../model/checks.ts';
import type { CheckKind } from '../../model/checks.ts';
import type { CheckState, SessionState } from '../../state/session-state.ts';
import type { CellGrid, Rect, Style } from '../../util/cell-grid.ts';
import { counted } from '../../util/counted.ts';
import { LIST_HEADING_ROWS, areaBelow, drawHeader, drawRows, span } from './draw-lists.ts';
import { age, bytes, rowDuration, overviewRows, sparkLine } from './rows.ts';
import type { OverviewRow } from './rows.ts';
import type { Scene } from './scene.ts';
import { fit, putText } from './text.ts';
import { textWidth } from '../text-width.ts';
import type { Span } from './text.ts';
import { THEME } from './theme.ts';
import type { Ui } from './ui.ts';

/** Widths of the overview's columns on a screen: narrow ones leave out what matters least. */
interface Columns {
  readonly name: number;
  readonly usage: number;
  readonly ports: number;
  /** Of each check. */
  readonly check: number;
  readonly checks: readonly CheckKind[];
}

const STATE_COLUMNS = 13;
const UP_COLUMNS = 5;
/** Mark, how long it took and how long ago, and the save: less says too little. */
const CHECK_COLUMNS = 16;

/** For ports alone; with names it is as wide as they are, where there is room. */
const PORT_COLUMNS = 20;

function overviewColumns(
  rows: readonly OverviewRow[],
  columns: number,
  around: Pick<Scene, 'addresses'>,
): Columns {
  const checks = CHECK_KINDS.filter((kind) =>
    rows.some(({ module }) => module?.checks.some(({ check }) => check === kind)),
  );
  const widest = Math.max(4, ...rows.map(({ name }) => textWidth(name)));
  const name = Math.min(widest, Math.max(8, columns >> 2)) + 1;
  const always = 2 + name + STATE_COLUMNS + UP_COLUMNS;
  const wanted = always + checks.length * CHECK_COLUMNS;
  const usage = columns >= wanted + 12 ? 6 : 0;
  const longest = rows.map((row) => placesText(row, around).length + 1);
  const named = around.addresses.size === 0 ? PORT_COLUMNS : Math.max(PORT_COLUMNS, ...longest);
  const room = columns - wanted - 12;
  const ports = room < PORT_COLUMNS ? 0 : Math.min(room, named);
  const rest = columns - always - 2 * usage - ports;
  const check = Math.max(3, Math.min(26, Math.floor(rest / Math.max(1, checks.length))));
  return { name, usage, ports, check, checks };
}

/** A row for each module and service, above them what holds for all of them. */
export function drawOverview(grid: CellGrid, area: Rect, ui: Ui, around: Scene): void {
  const rows = overviewRows(around);
  const columns = overviewColumns(rows, area.columns, around);
  const { name, usage, ports, check, checks } = columns;
  const heading = [
    `  ${fit('name', name)}${fit('state', STATE_COLUMNS)}${fit('up', UP_COLUMNS)}`,
    `${fit('cpu', usage)}${fit('mem', usage)}${fit(around.addresses.size > 0 ? 'address' : 'ports', ports)}`,
    ...checks.map((kind) => fit(kind, check)),
  ];
  drawHeader(grid, area, summary(around));
  putText(grid, area.x, area.y + 1, heading.join(''), THEME.heading, area.columns);
  const lines = rows.map((row) => overviewLine(row, columns, around));
  drawRows(grid, areaBelow(area, LIST_HEADING_ROWS), lines, ui.selected.overview);
}

function planText({ state, operations }: NonNullable<SessionState['plan']>): string {
  if (state === 'empty') return 'nothing to do';
  return `${state.replaceAll('-', ' ')}, ${counted(operations.length, 'operation')}`;
}

/** Session, engine, watching and plan, in one line. */
function summary({ state, linked, nowMs }: Scene): readonly Span[] {
  const { session, engine, watching, plan, lastSave, lastSync } = state;
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
  if (lastSync !== undefined) {
    parts.push(
      span(lastSync.failed ? '  not synced ' : '  synced ', THEME.dim),
      span(
        `${lastSync.service} ${age(nowMs - lastSync.at)} ago`,
        lastSync.failed ? THEME.bad : THEME.plain,
      ),
    );
  }
  if (plan !== undefined) {
    const style = plan.state === 'failed' ? THEME.bad : THEME.plain;
    parts.push(span('  plan ', THEME.dim), span(planText(plan), style));
  }
  return parts;
}

function overviewLine(row: OverviewRow, columns: Columns, around: Scene): readonly Span[] {
  const { service, module } = row;
  const { nowMs } = around;
  const stats = around.stats.get(row.name);
  const [mark, stateText, stateStyle] = stateOf(row);
  const up = service?.state === 'running' && service.since > 0 ? age(nowMs - service.since) : '';
  return [
    span(`${mark} `, stateStyle),
    span(`${fit(row.name, columns.name - 1)} `, THEME.bold),
    span(`${fit(stateText, STATE_COLUMNS - 1)} `, stateStyle),
    span(fit(up, UP_COLUMNS)),
    span(fit(stats === undefined ? '' : `${stats.cpuPercent.toFixed(0)}%`, columns.usage)),
    span(fit(stats === undefined ? '' : bytes(stats.memoryBytes), columns.usage)),
    ...(columns.ports > 0
      ? [span(`${fit(placesText(row, around), columns.ports - 1)} `, THEME.running)]
      : []),
    ...columns.checks.flatMap((kind) => {
      const state = module?.checks.find(({ check }) => check === kind);
      return cell(
        state === undefined ? [] : checkSpans(state, nowMs, columns.check),
        columns.check,
      );
    }),
  ];
}

/** Where it is reached: `api.shop.localhost 8080→80`, its name before its ports. */
function placesText(
  { name, service }: OverviewRow,
  { addresses }: Pick<Scene, 'addresses'>,
): string {
  const named = addresses.get(name)?.slice(0, 1) ?? [];
  return [
    ...named.map((url) => url.replace(/^https:\/\//, '')),
    ...(service?.ports ?? []).map((port) =>
      port.replace(/^127\.0\.0\.1:/, '').replace(/\/tcp$/, ''),
    ),
  ].join(' ');
}

/** Spans cut or filled to a width, the last column kept blank. */
function cell(spans: readonly Span[], columns: number): readonly Span[] {
  let room = columns - 1;
  const cut: Span[] = [];
  for (const { text, style } of spans) {
    const width = Math.min(room, textWidth(text));
    if (width > 0) cut.push(span(fit(text, width), style));
    room -= width;
  }
  return [...cut, span(' '.repeat(room + 1))];
}

function stateOf({ service, module }: OverviewRow): readonly [string, string, Style] {
  if (module?.run === false) return ['·', 'switched off', THEME.dim];
  if (module?.installingSince !== undefined) return ['⟳', 'installing', THEME.running];
  if (service === undefined) return [' ', module === undefined ? '' : 'library', THEME.dim];
  const { state, health, exitStatus } = service;
  if (state === 'done') return ['✓', 'done', THEME.good];
  if (state !== 'running') {
    const status = exitStatus === undefined ? '' : ` (${exitStatus})`;
    return ['✗', `${state}${status}`, state === 'created' ? THEME.warning : THEME.bad];
  }
  if (health === 'unhealthy') return ['✗', 'unhealthy', THEME.bad];
  if (health === 'starting') return ['⟳', 'starting', THEME.running];
  return ['●', health === 'healthy' ? 'healthy' : 'running', THEME.good];
}

/** What came of a check: mark, how long it took, how long ago, its save, and the ones before. */
function checkSpans(state: CheckState, nowMs: number, columns: number): readonly Span[] {
  const { last, running, queued, enabled, history } = state;
  if (!enabled) return [span('off', THEME.dim)];
  const [mark, facts, style] = ((): readonly [string, string, Style] => {
    if (running !== undefined) {
      return ['⟳', `${age(nowMs - running.since)} #${running.save}`, THEME.running];
    }
    if (queued !== undefined) return ['…', 'waits', THEME.running];
    if (last === undefined) return ['-', '', THEME.dim];
    const when = age(nowMs - last.at);
    const took = `${rowDuration(last.durationMs)} ${columns < CHECK_COLUMNS ? when : `${when} ago${last.save === 0 ? '' : ` #${last.save}`}`}`;
    return last.outcome === 'passed' ? ['✓', took, THEME.good] : ['✗', took, THEME.bad];
  })();
  const room = columns - 4 - textWidth(facts);
  const spark = history.length > 1 && room > 1 ? ` ${sparkLine(history, Math.min(8, room))}` : '';
  return [span(mark, style), span(` ${facts}`), span(spark, THEME.dim)];
}
