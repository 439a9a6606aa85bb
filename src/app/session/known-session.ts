import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import type { SessionState } from '../../state/session-state.ts';
import { connectSession, type SessionPlace } from './client.ts';
import { readJson } from '../../util/read-json.ts';

/** What is known of a session, whether one runs or not. */
export interface KnownSession {
  readonly running: boolean;
  readonly state: SessionState;
}

/** The session's state: asked of the one that runs, else as the last one left it. */
export async function readSessionState(
  places: SessionPlace,
  world: Pick<World, 'live' | 'clock'> & { readonly files: Files },
): Promise<KnownSession | undefined> {
  const client = await connectSession(places, world);
  if (client !== undefined) {
    const state = await client.subscribe({ output: false, onEvent: () => undefined });
    client.close();
    if (state !== undefined) return { running: true, state };
  }
  // Written by a session of ours; a damaged file is as none.
  const state = readJson(places.session.state, world.files) as SessionState | undefined;
  return state === undefined ? undefined : { running: false, state };
}
