import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';

/** Of a container so many lines are kept: the last ones. */
const KEPT_LINES = 5_000;

/** Of a container so many lines are shown. */
const SHOWN_LINES = 12;

/** A container of a trial, as it was at the end. */
export interface TriedContainer {
  readonly service: string;
  readonly isWell: boolean;
  /** How it is, and its last lines. */
  readonly shown: readonly string[];
}

/** Writes what every container of an instance has said, a file each. */
export async function keepLogs(
  instance: string,
  folder: string,
  { engine, files }: Pick<World, 'engine' | 'files'>,
): Promise<Result<readonly TriedContainer[], Failure>> {
  const client = await engine();
  const listed = await client.containers(instance);
  if (!listed.ok) return listed;
  const containers: TriedContainer[] = [];
  for (const { id, name, service, status, state, health } of listed.value) {
    const heading = `${service}: ${status}`;
    const lines: string[] = [];
    try {
      for await (const { atMs, text } of client.logs(id, { tail: KEPT_LINES })) {
        lines.push(`${new Date(atMs).toISOString()} ${text}`);
      }
    } catch (error) {
      // Its driver keeps none, or it is gone.
      lines.push(error instanceof Error ? error.message : String(error));
    }
    const isWell = state === 'running' && (health === 'healthy' || health === 'none');
    containers.push({ service, isWell, shown: [heading, ...lines.slice(-SHOWN_LINES)] });
    const own = name.slice(name.startsWith(instance) ? instance.length + 1 : 0);
    const path = join(folder, `smoke-${own.replace(/[^\w.-]+/g, '-')}.log`);
    const written = files.writeAtomic(path, `${['# ' + heading, ...lines].join('\n')}\n`, {
      flush: false,
    });
    if (!written.ok) return written;
  }
  return ok(containers);
}
