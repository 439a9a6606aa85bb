import type { PaneDefinition } from '../model/window.ts';
import type { Clock } from '../ports/clock.ts';
import type { CreateEmulator } from '../ports/emulator.ts';
import type { Engine } from '../ports/engine.ts';
import type { Files } from '../ports/files.ts';
import type { Host } from '../ports/host.ts';
import type { OpenPty } from '../ports/pty.ts';
import { checksSource } from './panes/checks-source.ts';
import type { CheckFeed } from './panes/checks-source.ts';
import { consoleProgram } from './panes/console-program.ts';
import { execSource } from './panes/exec-source.ts';
import { logsSource } from './panes/logs-source.ts';
import { withSyncLines } from './panes/sync-lines.ts';
import type { OpenPaneSource } from './panes/pane-source.ts';
import { ptySource } from './panes/pty-source.ts';
import { ok } from '../util/result.ts';
import { oneLine } from '../util/terminal-text.ts';
import { devArgv } from './dev-argv.ts';
import { SourcePositions } from '../app/logs/source-positions.ts';
import { shellArgv, shellEnvironment } from '../app/shell/command.ts';
import type { Context } from '../model/project.ts';

export interface PaneWorld {
  readonly engine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly host: Host;
  readonly openPty: OpenPty;
  readonly createEmulator: CreateEmulator;
  readonly files: Pick<Files, 'confined'>;
}

/** Whose panes they are. */
export interface PaneProject {
  readonly instance: string;
  readonly root: string;
  readonly context: Context;
  /** Whether the person agreed that this command runs on this machine; asked when a pane starts. */
  readonly mayRunHere: (command: string) => boolean;
}

/** Where a pane's bytes come from, by what dev.yaml says that it is. */
export function paneSource(
  definition: PaneDefinition,
  project: PaneProject,
  world: PaneWorld,
  feed: CheckFeed,
  isRaw: () => boolean,
): OpenPaneSource {
  const { engine, clock } = world;
  const { instance } = project;
  const program = (argv: readonly string[]): OpenPaneSource =>
    ptySource(world.openPty, {
      argv,
      cwd: project.root,
      env: { ...world.host.environment, ...PANE_TERMINAL, NO_COLOR: undefined, TMUX: undefined },
    });
  const inService = (service: string, command: readonly string[]): OpenPaneSource =>
    execSource({
      engine,
      clock,
      instance,
      service,
      program: () =>
        ok({
          argv: shellArgv(command),
          environment: shellEnvironment(
            { instance, service, context: project.context },
            PANE_TERMINAL,
          ),
        }),
    });
  switch (definition.kind) {
    case 'logs': {
      const { service } = definition;
      const positions = new SourcePositions(project.root, world.files.confined(project.root));
      const inSources = (text: string): string => positions.inText(text);
      const log = logsSource({ engine, clock, instance, service, isRaw, inSources });
      return withSyncLines(log, feed, service);
    }
    case 'shell':
      return inService(definition.service, []);
    case 'console': {
      const { service } = definition;
      return execSource({
        engine,
        clock,
        instance,
        service,
        program: (container, image) => consoleProgram(service, image, container),
        needsHealth: true,
      });
    }
    case 'checks':
      return checksSource(feed, definition.module);
    case 'tools':
      return program([...devArgv(world.host, project), 'tools']);
    case 'pipeline':
      return program([...devArgv(world.host, project), 'ci', 'show', '--follow']);
    case 'probe':
      return program([
        ...devArgv(world.host, project),
        'probe',
        definition.probe,
        '--every',
        '10s',
      ]);
    case 'command':
      if (definition.in === 'host') {
        const { run } = definition;
        return program(project.mayRunHere(run) ? ['sh', '-c', run] : notRun(run));
      }
      if (definition.in === 'tools') {
        return program([
          ...devArgv(world.host, project),
          'tools',
          '--',
          'sh',
          '-c',
          definition.run,
        ]);
      }
      return inService(definition.in, ['sh', '-c', definition.run]);
  }
}

/** Shown in place of a command that came with the repository, and that nobody agreed to. */
function notRun(command: string): readonly string[] {
  const lines = [
    'not started: this runs on your machine, not in a container, and you have not agreed to it:',
    `  ${oneLine(command)}`,
    'To agree: dev trust',
  ];
  return ['printf', '%s\n', ...lines];
}

/** What the terminal of a pane is, to the programs in it. */
export const PANE_TERMINAL = { TERM: 'xterm-256color', COLORTERM: 'truecolor' } as const;
