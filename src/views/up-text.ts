import pc from 'picocolors';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import { counted } from '../util/counted.ts';
import { ownLine } from '../util/terminal-text.ts';
import { durationText } from './progress.ts';

/** What `dev up` came to, in a line or two; written when all is healthy. */
export interface UpSummary {
  readonly instance: string;
  /** Those that are switched on, also by no container. */
  readonly wanted: number;
  /** Those that have containers. */
  readonly services: number;
  /** Those of them of which something still runs: what ends by itself may be done. */
  readonly running: number;
  /** Services that were created, started or recreated. */
  readonly changed: number;
  /** Hooks that ran. */
  readonly hooks: number;
  /** Whether any of the services has a health check. */
  readonly probed: boolean;
  readonly elapsedMs: number;
  readonly urls: readonly string[];
}

/** Whether it runs, or has done what it is for; another service may have failed before. */
export function isWell({ state, status }: ContainerSummary): boolean {
  return state === 'running' || state === 'paused' || status.startsWith('Exited (0)');
}

/** Services of which something runs. */
export function runningServices(listed: readonly ContainerSummary[]): number {
  const isOver = ({ state }: ContainerSummary): boolean => state === 'exited' || state === 'dead';
  const running = listed.filter((one) => !one.oneOff && !isOver(one));
  return new Set(running.map(({ service }) => service)).size;
}

/** `shop is up: 7 services, healthy in 12.6s`, and where to click. Where nothing runs, nothing is up. */
export function upText(summary: UpSummary, color: boolean): string {
  const paint = pc.createColors(color);
  const { wanted, services, running, changed, hooks, urls } = summary;
  const name = paint.bold(summary.instance);
  if (wanted === 0) return `${name}: every service is switched off, nothing runs\n`;
  const ran = hooks === 0 ? '' : `, ${counted(hooks, 'hook')} run`;
  const idle = hooks === 0 ? 'nothing to do, ' : '';
  if (services === 0) {
    return `${name}: ${changed === 0 ? idle : ''}every service is scaled to 0${ran}\n`;
  }
  const many = counted(services, 'service');
  const how = running === 0 ? 'done' : summary.probed ? 'healthy' : 'started';
  const what =
    changed === 0
      ? `${idle}${many} ${running === 0 ? 'done' : 'up'}${ran}`
      : `${many}, ${how} in ${durationText(summary.elapsedMs)}${ran}`;
  if (running === 0) return `${name}: ${what}, nothing runs any more\n`;
  const links = urls.map((url) => `  ${paint.cyan(ownLine(url))}\n`).join('');
  return `${name} is up: ${what}\n${links}`;
}
