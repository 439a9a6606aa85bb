import type { Context } from '../model/project.ts';
import type { TerminalSize } from '../ports/console.ts';
import type { World } from '../ports/world.ts';
import { EMPTY_STATE } from '../state/session-state.ts';
import type { SessionState } from '../state/session-state.ts';
import { compose } from '../views/dashboard/compose.ts';
import { paneTitle } from '../views/dashboard/derive-windows.ts';
import { diff } from '../views/dashboard/diff.ts';
import type { PaneView } from '../views/dashboard/scene.ts';
import { beginWith } from '../views/dashboard/ui.ts';
import type { Located } from '../app/project/locate.ts';
import { connectSession, type SessionPlace } from '../app/session/client.ts';
import { addressesByService } from './named-addresses.ts';
import { capabilitiesOf } from './capabilities.ts';
import { NO_PANE } from './panes.ts';
import { readDashboardProject } from './read-project.ts';

export interface FirstFrameRequest {
  readonly located: Located;
  readonly context: Context;
  readonly window?: string;
  /** Only one pane: then there is nothing to show without the host. */
  readonly pane?: string;
}

/**
 * What the first dashboard after `dev up` shows while the host of its panes starts: everything but
 * what is in the panes.
 * @returns what makes the bytes for a terminal of a size.
 */
export async function firstFrame(
  { located, context, window, pane }: FirstFrameRequest,
  world: Pick<World, 'files' | 'host' | 'clock' | 'live'>,
): Promise<(size: TerminalSize) => string> {
  if (pane !== undefined) return () => '';
  const asked = stateOfSession(located.places, world);
  const project = readDashboardProject(located, context, world);
  const { windows } = project;
  const panes = new Map<string, PaneView>();
  for (const shown of windows) {
    if (shown.kind !== 'panes') continue;
    for (const { id, definition } of shown.panes) {
      const title = definition.kind === 'edit' ? '' : paneTitle(definition);
      panes.set(id, { ...NO_PANE, title, hasEnded: false });
    }
  }
  const state = await asked;
  const ui = beginWith(windows, window);
  const around = {
    label: project.label,
    context,
    windows,
    state: state ?? EMPTY_STATE,
    linked: state !== undefined,
    stats: new Map(),
    addresses: addressesByService(located, world),
    nowMs: world.clock.now(),
    bare: false,
    prefix: project.prefix,
    pane: (id: string) => panes.get(id) ?? NO_PANE,
  };
  return (size) => {
    const { grid, cursor } = compose(ui, { ...around, size });
    const places = { before: undefined, after: cursor };
    return diff(undefined, grid, places, capabilitiesOf(world.host.environment));
  };
}

async function stateOfSession(
  places: SessionPlace,
  world: Pick<World, 'live' | 'clock'>,
): Promise<SessionState | undefined> {
  const client = await connectSession(places, world);
  if (client === undefined) return undefined;
  const state = await client.subscribe({ output: false, onEvent: () => undefined });
  client.close();
  return state;
}
