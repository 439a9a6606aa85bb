import type { SessionEvent } from '../../events/session-event.ts';
import type { CheckResult } from '../../model/check-result.ts';
import type { SessionState } from '../../state/session-state.ts';
import { notice } from './pane-source.ts';
import type { OpenPaneSource } from './pane-source.ts';

/** The session, as a pane of checks sees it. */
export interface CheckFeed {
  state(): SessionState;
  /** Returns how to stop listening. */
  onEvent(listener: (event: SessionEvent) => void): () => void;
}

/** The checks of a module as they run: their output with its colours, and what came of it. */
export function checksSource(feed: CheckFeed, module: string): OpenPaneSource {
  return (_size, sink) => {
    for (const check of feed.state().modules.find(({ name }) => name === module)?.checks ?? []) {
      if (check.last !== undefined) sink.write(pastResult(check.last));
    }
    const stop = feed.onEvent((event) => {
      const text = lineOf(event, module);
      if (text !== '') sink.write(text);
    });
    return {
      send: () => undefined,
      resize: () => undefined,
      // The session leaves events out for a client that does not read; nothing grows here.
      pause: () => undefined,
      resume: () => undefined,
      close: stop,
    };
  };
}

function lineOf(event: SessionEvent, module: string): string {
  switch (event.kind) {
    case 'check-started':
      return event.module === module
        ? `\x1b[0;1;36m▶ ${event.check}\x1b[0;90m  save ${event.save}\x1b[0m\r\n`
        : '';
    case 'check-output':
      return event.module === module ? event.text.replaceAll(/\r?\n/g, '\r\n') : '';
    case 'check-finished':
      return event.module === module ? resultLine(event) : '';
    case 'check-cancelled':
      return event.module === module ? notice(`◌ ${event.check} ${event.reason}`) : '';
    case 'install-started':
      return event.module === module ? notice(`installing: ${event.cause} changed`) : '';
    case 'install-finished':
      return event.module === module
        ? notice(event.failure?.what ?? `installed in ${seconds(event.durationMs)}`)
        : '';
    default:
      return '';
  }
}

function pastResult(result: CheckResult): string {
  const tail = result.tail.map((line) => `${line}\r\n`).join('');
  return `${tail}${resultLine(result)}`;
}

function resultLine(result: CheckResult): string {
  const good = result.outcome === 'passed';
  const tests = result.tests;
  const counts = tests === undefined ? '' : `, ${tests.passed} passed, ${tests.failed} failed`;
  const found = result.diagnostics.length + result.diagnosticsOmitted;
  const problems = found === 0 ? '' : `, ${found} ${found === 1 ? 'problem' : 'problems'}`;
  return (
    `\x1b[0;1;${good ? '32m✓' : '31m✗'} ${result.check} ${result.outcome}` +
    `\x1b[0;90m  ${seconds(result.durationMs)}${counts}${problems}  save ${result.save}\x1b[0m\r\n`
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
