import type { Failure } from '../../events/failure.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import type { Located } from '../project/locate.ts';
import {
  connectAt,
  connectSession,
  reach,
  socketOf,
  type SessionClient,
  type SessionPlace,
} from './client.ts';

/** Why there is no session, nor what needs one, in a context whose modules are baked. */
export function nothingToWatch(context: Context): Failure {
  return {
    reason: 'usage',
    what: `in the context ${context} there is nothing to watch or to check`,
    why: 'its modules run from images of the commit, which no edit changes',
    cure: `git commit and dev up --context ${context}; dev ci runs the checks; or leave --context out`,
  };
}

const NEVER_UP: Failure = {
  reason: 'service',
  what: 'there is nothing to watch',
  why: 'this project was never brought up here',
  cure: 'dev up',
};

const START_LIMIT_MS = 20_000;
const START_LOOK_MS = 25;

/**
 * The project's session: the one that runs, or a new one. One of another version of the tool is
 * ended first.
 * @param editsSinceMs epoch milliseconds: a new one tells what was edited from then on, before it
 *   watched; a start of the environment can take minutes.
 */
export async function ensureSession(
  located: Located,
  context: Context,
  world: EndingWorld & Pick<World, 'host'>,
  editsSinceMs?: number,
): Promise<Result<SessionClient, Failure>> {
  if (!policyOf(context).watches) return fail(nothingToWatch(context));
  const found = await reach(socketOf(located.places), world);
  if (typeof found === 'object') {
    if (found.version === world.host.toolVersion) return ok(found);
    await end(found, 'another version of the tool took over', world);
  }
  if (found === 'mute') await endMute(located.places, world);
  if (!world.files.isDirectory(located.places.state)) return fail(NEVER_UP);
  const paths = located.places.session;
  // Its log is there before it is: what cannot be written is told, as what it is.
  const ready = ensureInstanceFolders(located.places, world);
  if (!ready.ok) return ready;
  const live = await world.live();
  const since = editsSinceMs === undefined ? [] : ['--edits-since', String(editsSinceMs)];
  const args = ['--project', located.root, '--context', context, '__session', ...since];
  const child = live.startBackground(args, { logFile: paths.output, log: 'replace' });
  let exit: number | undefined;
  void child.exited.then((status) => {
    exit = status;
  });
  const giveUpAt = world.clock.steady() + START_LIMIT_MS;
  while (world.clock.steady() < giveUpAt) {
    const client = await connectSession(located.places, world);
    if (client !== undefined) return ok(client);
    // It ended: another one may just have started in its place, which was looked for above.
    if (exit !== undefined) break;
    await world.clock.sleep(START_LOOK_MS);
  }
  const output = world.files.read(paths.output);
  const lines = output.ok ? (output.value ?? '').trimEnd().split('\n').slice(-20) : [];
  return fail({
    reason: 'service',
    what: 'the session could not be started',
    why: exit === undefined ? 'it does not answer' : `it ended with exit status ${exit}`,
    detail: lines,
  });
}

type EndingWorld = Pick<World, 'live' | 'clock' | 'files' | 'processes'>;

/** What a session does at its end takes a moment; one that takes longer hangs. */
const END_LIMIT_MS = 20_000;

/** Asks it to end; one that does not is killed, so that whoever waits for it goes on. */
async function end(client: SessionClient, reason: string, world: EndingWorld): Promise<void> {
  const ended = client.intend({ kind: 'stop', reason }).then(() => client.closed);
  const over = new AbortController();
  const late = world.clock.sleep(END_LIMIT_MS, over.signal).then(
    () => 'late',
    () => undefined,
  );
  const first = await Promise.race([ended, late]);
  over.abort();
  client.close();
  if (first === 'late') await kill(client.pid, world);
}

/** Ends a session that takes connections and says nothing: stopped, or stuck for good. */
async function endMute({ session }: SessionPlace, world: EndingWorld): Promise<void> {
  // Who listens there has the session's lock, with its number in it.
  const lock = world.files.read(session.lock);
  const pid = /^(\d+) /.exec((lock.ok && lock.value) || '')?.[1];
  if (pid !== undefined) await kill(Number(pid), world);
}

/** Another program may have the number by now: only a session is killed. */
async function kill(pid: number, { processes }: EndingWorld): Promise<void> {
  const { stdout } = await processes.run(['ps', '-o', 'args=', '-p', String(pid)]);
  if (!/(?:^|\s)__session(?:\s|$)/.test(stdout)) return;
  await processes.run(['kill', '-KILL', String(pid)]);
}

/**
 * Ends the session of a project, if one runs. True when there was one. One that does not end by
 * itself is killed.
 */
export async function stopSession(
  places: SessionPlace,
  reason: string,
  world: EndingWorld,
): Promise<boolean> {
  const reached = await reach(socketOf(places), world);
  if (reached === 'none') return false;
  if (reached === 'mute') await endMute(places, world);
  else await end(reached, reason, world);
  return true;
}

/** Ends the session of an older version, which keeps its socket in the project. */
export async function stopOldSession(socket: string, world: EndingWorld): Promise<void> {
  const client = await connectAt({ socket, key: undefined }, world);
  if (client !== undefined) await end(client, 'another version of the tool took over', world);
}
