import pc from 'picocolors';
import type { Failure } from '../events/failure.ts';
import type { SessionEvent, SyncFinished } from '../events/session-event.ts';
import type { CheckResult, Diagnostic } from '../model/check-result.ts';
import { counted } from '../util/counted.ts';
import { outputLine, ownLine } from '../util/terminal-text.ts';
import { unreachable } from '../util/unreachable.ts';
import { failureText } from './failure-text.ts';
import { durationText } from './progress.ts';
import { waitingText } from './status-text.ts';

export interface LineOptions {
  readonly color: boolean;
  readonly columns: number;
}

/** Diagnostics and lines of output shown for a failed check; the rest is in its log. */
const SHOWN_DIAGNOSTICS = 10;
const SHOWN_TAIL = 15;
const SHOWN_PATHS = 3;

const CANCELLED = {
  overtaken: 'overtaken',
  'dependency-failed': 'a compile before it did not pass',
  settings: 'the settings turn it off',
  container: 'its container went away',
  stopping: 'stopped',
} as const;

/** An event as lines for a plain terminal; none for what only programs care about. */
export function watchLines(event: SessionEvent, options: LineOptions): readonly string[] {
  // A file's name, a message, a cause may hold line ends of their own.
  return linesOf(event, options).map(ownLine);
}

function linesOf(event: SessionEvent, options: LineOptions): readonly string[] {
  const colors = pc.createColors(options.color);
  const line = (text: string): string =>
    `${colors.dim(timeOf(event.at))} ${event.save > 0 ? `#${event.save} ` : ''}${text}`;
  switch (event.kind) {
    case 'change': {
      if (event.cause === 'settings') {
        return [line(`out of date, so checked now: ${event.modules.join(', ')}`)];
      }
      return event.cause === 'files' ? [line(`changed: ${pathsText(event)}`)] : [];
    }
    case 'check-started':
      return [line(colors.dim(`${event.module} ${event.check} …`))];
    case 'check-finished':
      return [line(resultLine(event, colors)), ...resultDetails(event, colors)];
    case 'check-cancelled': {
      const why = event.by === undefined ? CANCELLED[event.reason] : `overtaken by #${event.by}`;
      return [line(colors.dim(`${event.module} ${event.check} cancelled: ${why}`))];
    }
    case 'settled': {
      const counts = [
        event.passed > 0 && `${event.passed} passed`,
        event.failed > 0 && colors.red(`${event.failed} failed`),
        event.cancelled > 0 && `${event.cancelled} cancelled`,
      ].filter((text) => text !== false);
      return counts.length === 0 ? [] : [line(counts.join(', '))];
    }
    case 'install-started':
      return [line(`${event.module}: installing dependencies, ${event.cause} changed`)];
    case 'install-finished': {
      const how = event.failure === undefined ? 'installed' : colors.red('not installed');
      return [line(`${event.module}: dependencies ${how} (${durationText(event.durationMs)})`)];
    }
    case 'sync-finished':
      return [line(syncLine(event, colors))];
    case 'service-state': {
      const health = event.health === 'none' ? '' : `, ${event.health}`;
      const cause = event.cause === undefined ? '' : ` (${event.cause})`;
      const status = event.exitStatus === undefined ? '' : ` with status ${event.exitStatus}`;
      return [line(`${event.service}: ${event.state}${status}${health}${cause}`)];
    }
    case 'engine-known':
      return [];
    case 'service-gone':
      return [line(`${event.service}: gone`)];
    case 'engine-state': {
      if (event.reachable) return [line('the engine answers again')];
      const why = event.detail === undefined ? '' : `: ${event.detail}`;
      return [
        line(colors.red(`no Docker engine answers${why}`)),
        '    all goes on by itself once it is back (dev doctor --fix starts it)',
      ];
    }
    case 'plan':
      return [
        line(
          event.state === 'waiting-for-answer'
            ? waitingText(event)
            : `plan ${event.plan}: ${event.state === 'empty' ? 'nothing to do' : event.state}`,
        ),
        ...(event.state === 'applying' || event.state === 'waiting-for-answer'
          ? event.operations.map((operation) => `    ${operation}`)
          : []),
        ...failureLines(event.failures ?? [], options),
      ];
    case 'problem':
      return [
        line(colors.red(`${event.level}: ${event.key}`)),
        ...failureLines(event.failures, options),
      ];
    case 'problem-solved':
      return [line(`solved: ${event.key}`)];
    case 'watching': {
      const why = event.reason === undefined ? '' : `: ${event.reason}`;
      if (event.mode === 'off') return [line(`watching is off${why}`)];
      return [line(`watching ${event.entries} folders (${event.mode})${why}`)];
    }
    case 'session-stopping':
      return [line(`the session ends: ${event.reason}`)];
    case 'session-started':
    case 'modules':
    case 'check-queued':
    case 'check-output':
      return [];
    default:
      return unreachable(event);
  }
}

/** `src/a.js, src/b.js and 3 more`. */
function pathsText({ paths, total }: { paths: readonly string[]; total: number }): string {
  const more = total > SHOWN_PATHS ? ` and ${total - SHOWN_PATHS} more` : '';
  return `${paths.slice(0, SHOWN_PATHS).join(', ')}${more}`;
}

/** `✓ web synced, restarted 0.2 s: src/a.js`. The failure itself is told as a problem. */
export function syncLine(event: SyncFinished, colors: Colors): string {
  const { service, done, durationMs, failure } = event;
  const sign = failure === undefined ? colors.green('✓') : colors.red('✗');
  const did = done.length === 0 ? 'not synced' : done.join(', ');
  const took = colors.dim(durationText(durationMs));
  return `${sign} ${service} ${did} ${took}: ${pathsText(event)}`;
}

type Colors = ReturnType<typeof pc.createColors>;

/** `✗ api compile 1.2 s: 2 errors`, `✓ api test 0.8 s: 12 passed, 1 skipped`. */
export function resultLine(result: CheckResult, colors: Colors): string {
  const { module, check, outcome, durationMs, tests } = result;
  const good = outcome === 'passed';
  const sign = good ? colors.green('✓') : colors.red('✗');
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = result.diagnostics.filter(({ severity }) => severity === 'warning').length;
  const facts = [
    outcome === 'timed-out' && 'killed at its time limit',
    outcome === 'not-run' && 'could not run',
    tests !== undefined && tests.failed > 0 && `${tests.failed} failed`,
    tests !== undefined && `${tests.passed} passed`,
    tests !== undefined && tests.skipped > 0 && `${tests.skipped} skipped`,
    tests === undefined && errors > 0 && counted(errors + result.diagnosticsOmitted, 'error'),
    warnings > 0 && counted(warnings, 'warning'),
    !good &&
      errors === 0 &&
      tests === undefined &&
      result.exitStatus !== undefined &&
      outcome === 'failed' &&
      `exit status ${result.exitStatus}`,
  ].filter((text) => text !== false);
  const tail = facts.length === 0 ? '' : `: ${facts.join(', ')}`;
  const took = outcome === 'not-run' ? '' : ` ${colors.dim(durationText(durationMs))}`;
  return `${sign} ${module} ${check}${took}${tail}`;
}

/** What a person needs to mend it: the places, or else the last lines of the output. */
export function resultDetails(result: CheckResult, colors: Colors): readonly string[] {
  if (result.outcome === 'passed') return [];
  const shown = result.diagnostics
    .slice(0, SHOWN_DIAGNOSTICS)
    .map((one) => `    ${place(one, colors)}`);
  const hidden = result.diagnostics.length - shown.length + result.diagnosticsOmitted;
  const tail =
    shown.length === 0
      ? result.tail
          .slice(-SHOWN_TAIL)
          .map((text) => `    ${outputLine(text, colors.isColorSupported)}`)
      : [];
  return [
    ...shown,
    ...(hidden > 0 ? [`    … and ${hidden} more`] : []),
    ...tail,
    ...(result.log === undefined ? [] : [colors.dim(`    all of it: ${result.log}`)]),
  ];
}

/** `api/src/a.ts:1:2 error TS2304: message`: terminals make the place a link. */
function place(
  { file, line, column, severity, code, message }: Diagnostic,
  colors: Colors,
): string {
  const word = severity === 'error' ? colors.red(severity) : colors.yellow(severity);
  const name = code === undefined ? '' : ` ${code}`;
  return `${colors.cyan(`${file}:${line}:${column}`)} ${word}${name}: ${message}`;
}

function failureLines(failures: readonly Failure[], options: LineOptions): readonly string[] {
  if (failures.length === 0) return [];
  return failureText(failures, options)
    .trimEnd()
    .split('\n')
    .map((text) => `    ${text}`);
}

function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
