import pc from 'picocolors';
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
  /** Services that were created, started or recreated. */
  readonly changed: number;
  /** Hooks that ran. */
  readonly hooks: number;
  /** Whether any of the services has a health check. */
  readonly probed: boolean;
  readonly elapsedMs: number;
  readonly urls: readonly string[];
}

/** `shop is up: 7 services, healthy in 12.6s`, and where to click. */
export function upText(summary: UpSummary, color: boolean): string {
  const paint = pc.createColors(color);
  const { instance, wanted, services, changed, hooks, probed, elapsedMs, urls } = summary;
  if (wanted === 0) return `${paint.bold(instance)}: every service is switched off, nothing runs\n`;
  const many = services === 0 ? 'every service scaled to 0' : counted(services, 'service');
  const how = services === 0 ? 'done' : probed ? 'healthy' : 'started';
  const ran = hooks === 0 ? '' : `, ${counted(hooks, 'hook')} run`;
  const what =
    changed === 0
      ? `${hooks === 0 ? 'nothing to do, ' : ''}${many}${services === 0 ? '' : ' up'}${ran}`
      : `${many}, ${how} in ${durationText(elapsedMs)}${ran}`;
  const links = urls.map((url) => `  ${paint.cyan(ownLine(url))}\n`).join('');
  return `${paint.bold(instance)} is up: ${what}\n${links}`;
}
