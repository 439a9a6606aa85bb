import pc from 'picocolors';
import type { ContainerState, Health, PublishedPort } from '../ports/engine-containers.ts';
import type { SessionState } from '../state/session-state.ts';
import { ownLine } from '../util/terminal-text.ts';
import { failureText } from './failure-text.ts';
import { durationText } from './progress.ts';
import { tableText } from './table.ts';

/** One row: a service and its container. */
export interface StatusRow {
  readonly service: string;
  readonly state: ContainerState | 'absent' | 'done' | 'off';
  readonly health: Health;
  readonly detail: string;
  readonly ports: readonly PublishedPort[];
  /** The session says so, though the engine does not: the process in the container ends. */
  readonly troubled?: boolean;
}

function mark(
  { state, health, troubled }: StatusRow,
  paint: ReturnType<typeof pc.createColors>,
): string {
  if (state === 'absent' || state === 'off') return paint.dim('○');
  if (state === 'done') return paint.green('✓');
  if (state !== 'running' || health === 'unhealthy' || troubled === true) return paint.red('✗');
  return health === 'starting' ? paint.yellow('…') : paint.green('✓');
}

/** `8443→443`; an address only where it is not this machine's own. */
function portText({ hostAddress, hostPort, containerPort, protocol }: PublishedPort): string {
  const address = hostAddress === '127.0.0.1' ? '' : `${hostAddress}:`;
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`;
  return `${address}${String(hostPort)}→${String(containerPort)}${suffix}`;
}

/** The services as a table: mark, name, the engine's own words, published ports. */
export function statusText(rows: readonly StatusRow[], color: boolean): string {
  const paint = pc.createColors(color);
  return tableText(
    rows.map((row) => [
      mark(row, paint),
      row.service,
      `${row.state === 'done' ? 'done, ' : ''}${row.detail.toLowerCase()}`,
      row.ports.map(portText).join(' '),
    ]),
  );
}

/** Addresses by name, below the services; empty where the project has none. */
export function addressesText(
  addresses: readonly { readonly url: string; readonly service: string }[],
): string {
  if (addresses.length === 0) return '';
  return `\n${tableText(addresses.map(({ url, service }) => [url, service]))}`;
}

type Checks = SessionState['modules'][number]['checks'];

function checkText(
  check: Checks[number],
  nowMs: number,
  paint: ReturnType<typeof pc.createColors>,
): string {
  const name = check.check;
  if (!check.enabled) return paint.dim(`${name} off`);
  if (check.running !== undefined) return paint.yellow(`${name} …`);
  const { last } = check;
  if (last === undefined) return paint.dim(`${name} –`);
  const took = last.outcome === 'not-run' ? 'could not run' : durationText(last.durationMs);
  const age = paint.dim(`${took}, ${ageText(nowMs - last.at)} ago`);
  return last.outcome === 'passed'
    ? `${paint.green(`${name} ✓`)} ${age}`
    : `${paint.red(`${name} ✗`)} ${age}`;
}

/** `12s`, `5m`, `3h`, `2d`. */
function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${String(seconds)}s`;
  if (seconds < 3600) return `${String(Math.round(seconds / 60))}m`;
  if (seconds < 86_400) return `${String(Math.round(seconds / 3600))}h`;
  return `${String(Math.round(seconds / 86_400))}d`;
}

/** The modules' last check results, and what watches them. */
export function checksText(
  session: { readonly running: boolean; readonly state: SessionState },
  nowMs: number,
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const { modules, watching, session: own } = session.state;
  const rows = modules
    .filter(({ checks }) => checks.length > 0)
    .map(({ name, checks }) => [name, ...checks.map((check) => checkText(check, nowMs, paint))]);
  const mode = watching.mode === 'off' ? 'watching is off' : `watching by ${watching.mode}`;
  const line = session.running
    ? `session: process ${String(own.pid)}, ${mode}`
    : 'session: none (dev up starts it); these are the last results';
  return `\n${tableText(rows)}${paint.dim(line)}\n`;
}

/** A session stays on its engine: that the person has chosen another one since. */
export function otherEngineText(
  { session: { engine } }: Pick<SessionState, 'session'>,
  color: boolean,
): string {
  if (engine === undefined) return '';
  const paint = pc.createColors(color);
  const line = `the session is on another engine: ${ownLine(engine)}`;
  return `${paint.yellow(line)}\n  choose that one again, or end the session there: DOCKER_HOST=${ownLine(engine)} dev down\n`;
}

/** What stands: problems until they are solved, and a plan that waits for an answer or failed. */
export function troublesText(
  { problems, plan }: Pick<SessionState, 'problems' | 'plan'>,
  color: boolean,
): string {
  const failures = [...problems.flatMap((problem) => problem.failures), ...(plan?.failures ?? [])];
  const told = failures.length === 0 ? '' : `\n${failureText(failures, { color })}`;
  if (plan?.state !== 'waiting-for-answer') return told;
  return `${told}\n${[waitingText(plan), ...plan.operations.map((line) => ownLine(`    ${line}`))].join('\n')}\n`;
}

/** How a plan that waits is answered. */
export function waitingText({ plan }: { readonly plan: number }): string {
  return `plan ${String(plan)} waits: dev up applies it, or answer in the dashboard`;
}
