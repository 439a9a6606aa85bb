import type { SessionEvent } from '../../events/session-event.ts';
import type { CheckResult } from '../../model/check-result.ts';
import type { ModuleState, SessionState } from '../../state/session-state.ts';
import { counted } from '../../util/counted.ts';
import { oneLine } from '../../util/terminal-text.ts';
import { CANCEL, notice } from './pane-source.ts';
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
    let isEmpty = true;
    let isMidLine = false;
    const write = (text: string, isOutput = false): void => {
      if (text === '') return;
      isEmpty = false;
      // What is ours stands on a line of its own, however the output before it ended.
      sink.write(isMidLine && !isOutput ? `${CANCEL}\r\n${text}` : text);
      isMidLine = !LINE_END.test(text);
    };
    // Asked by a function: it changes with every write.
    const shownNothing = (): boolean => isEmpty;
    const now = (): ModuleState | undefined =>
      feed.state().modules.find(({ name }) => name === module);
    for (const { check, last, running } of now()?.checks ?? []) {
      if (last !== undefined) write(pastResult(last));
      if (running !== undefined) write(startLine(check, running.save));
    }
    write(shownNothing() ? waitingText(now(), feed.state().watching.mode) : '');
    const stop = feed.onEvent((event) => {
      // The session may say only now which modules there are.
      if (event.kind === 'modules' && shownNothing())
        write(waitingText(now(), feed.state().watching.mode));
      write(lineOf(event, module), event.kind === 'check-output');
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

/** The end of a line, whatever colours are switched off behind it. */
const LINE_END = /\n(?:\x1b\[[\d;]*m)*$/;

/** What a pane in which nothing has run yet waits for; nothing while the module is not known. */
function waitingText(
  module: ModuleState | undefined,
  watching: SessionState['watching']['mode'],
): string {
  if (module === undefined) return '';
  const { name, checks } = module;
  if (checks.every(({ enabled }) => !enabled)) {
    return notice(`all checks of ${name} are switched off: t switches them on`);
  }
  const press = 'press c to run them';
  const how = module.watch && watching !== 'off' ? `save a file of it, or ${press}` : press;
  return notice(`no check of ${name} has run yet: ${how}`);
}

const startLine = (check: string, save: number, command?: string): string => {
  const run = command === undefined ? '' : `  ${oneLine(command)}`;
  return `\x1b[0;1;36m▶ ${check}\x1b[0;90m  save ${save}${run}\x1b[0m\r\n`;
};

function lineOf(event: SessionEvent, module: string): string {
  switch (event.kind) {
    case 'check-started':
      return event.module === module ? startLine(event.check, event.save, event.command) : '';
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
  const problems = found === 0 ? '' : `, ${counted(found, 'problem')}`;
  return (
    `\x1b[0;1;${good ? '32m✓' : '31m✗'} ${result.check} ${result.outcome}` +
    `\x1b[0;90m  ${seconds(result.durationMs)}${counts}${problems}  save ${result.save}\x1b[0m\r\n`
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
