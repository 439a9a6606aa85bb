import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { CACHE_PATH } from '../generate/module-install.ts';
import type { Clock } from '../ports/clock.ts';
import { runContainer } from '../ports/docker-command.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';

export interface SeedRequest extends Progress {
  /** The image that has the caches: its name, and the reference of its version. */
  readonly image: { readonly name: string; readonly reference: string };
  /** The clone's own volume. */
  readonly volume: string;
  readonly uid: number;
  readonly gid: number;
  readonly processes: Pick<Processes, 'run'>;
  readonly clock: Pick<Clock, 'steady'>;
}

const TARGET = '/var/lib/onestack/caches';

/**
 * As root only what makes the volume the person's. A cache is there whole or not at all, and what a tool
 * has begun there stays. Times are those of the copy: tools throw away what was not used for days.
 */
const SCRIPT = `set -eu
uid=$1 gid=$2 from=$3 to=$4
chown -h "$uid:$gid" "$to"
chmod 1777 "$to"
exec setpriv --reuid="$uid" --regid="$gid" --clear-groups sh -c '
  set -eu
  for cache in "$1"/*; do
    name=\${cache##*/}
    [ -e "$cache" ] && [ ! -e "$2/$name" ] || continue
    rm -rf "$2/.$name.seed"
    cp -R "$cache" "$2/.$name.seed"
    mv -T "$2/.$name.seed" "$2/$name"
  done
' sh "$from" "$to"`;

/** Gives a clone's new caches what the image has of them, which is nobody's own. */
export async function seedCaches(request: SeedRequest): Promise<Result<void, Failure>> {
  const { image, volume, uid, gid, processes, clock, report, signal } = request;
  const id = `seed:${image.name}`;
  const label = `Fill the caches from ${image.name}`;
  const startedAtMs = clock.steady();
  report({ kind: 'step-started', id, label });
  const { status, stderr } = await processes.run(
    runContainer({
      image: image.reference,
      labels: { 'dev.onestack.kind': 'install' },
      user: '0:0',
      network: 'none',
      init: true,
      healthcheck: false,
      mounts: [{ type: 'volume', source: volume, target: TARGET }],
      entrypoint: 'sh',
      command: ['-c', SCRIPT, 'seed', String(uid), String(gid), CACHE_PATH, TARGET],
    }),
    { signal },
  );
  const isDone = status === 0;
  const durationMs = clock.steady() - startedAtMs;
  report({
    ...{ kind: 'step-finished', id, label, durationMs },
    outcome: isDone ? 'done' : 'failed',
  });
  if (isDone) return ok(undefined);
  const what = `The caches could not be filled from ${image.name}`;
  if (signal.aborted) return fail({ reason: 'interrupted', what });
  const detail = stderr.trim() === '' ? [] : stderr.trim().split('\n');
  const why = 'What compiles takes longer the first time; nothing else depends on it.';
  return fail({ reason: 'install', what, why, detail });
}
