import { expect, onTestFinished } from 'vitest';
import { fakeSession } from './fake-session.ts';
import type { FakeSession } from './fake-session.ts';
import { openScreen } from './pty-screen.ts';
import type { Screen, ScreenOptions } from './pty-screen.ts';
import { REPOSITORY, rigForTest } from './rig.ts';
import type { Rig } from './rig.ts';

/** The program, for tests that start it in a shell of theirs. */
export const MAIN = `${REPOSITORY}/dist/main.js`;
/** A shell for a pane, with a prompt that is known. */
export const BASH = "PS1='pane> ' bash --norc --noprofile -i";

/** Where the host of a project's panes listens, and what a client has to show. */
export function dashboardPlace(rig: Rig): { readonly socket: string; readonly key: string } {
  const { dashboard, socketKey } = rig.places();
  return { socket: dashboard.socket, key: socketKey };
}

export interface Bench {
  readonly rig: Rig;
  readonly session: FakeSession;
  readonly open: (args?: readonly string[], options?: ScreenOptions) => Promise<Screen>;
}

/** A project whose panes are programs of the host, and a session that does as it is told. */
export async function dashBench(windows: readonly string[]): Promise<Bench> {
  const rig = rigForTest({ files: { 'dev.yaml': ['name: x', 'windows:', ...windows].join('\n') } });
  expect((await rig.dev(['trust'])).status).toBe(0);
  const session = await fakeSession(rig.directory, rig.name);
  const at = Date.now();
  session.emit({
    kind: 'session-started',
    pid: 1,
    project: rig.name,
    root: rig.directory,
    context: 'dev',
    version: '0',
    at,
    save: 0,
  });
  // The host of the panes ends with its session.
  onTestFinished(() => session.close());
  return {
    rig,
    session,
    open: async (args = [], options = {}) => {
      const screen = await openScreen([process.execPath, MAIN, 'dash', ...args], {
        cwd: rig.directory,
        columns: 100,
        rows: 24,
        ...options,
      });
      onTestFinished(() => screen.close());
      return screen;
    },
  };
}

/** A window of `dev.yaml` whose panes are commands of the host. */
export const window = (name: string, layout: string, ...commands: string[]): string =>
  `  - { name: ${name}, layout: ${layout}, panes: [${commands
    .map((run) => `{ command: ${JSON.stringify(run)}, in: host }`)
    .join(', ')}] }`;
