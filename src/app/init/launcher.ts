import { join, relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import { isPin, withPin, type Pin } from '../../release/launcher-pin.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { askRegistry } from '../upgrade.ts';

export interface Launcher {
  readonly text: string;
  /** `onestack-dev@1.2.3`, `file:../onestack`. */
  readonly pin: string;
}

/** Where a launcher keeps what it fetched: the version and the hash are folders of the path. */
const FETCHED = /\/onestack-dev@([^/]+)\/(sha512-.+==)\/package$/;

/** The version and hash of the package that runs, as far as its place tells them. */
export function pinOfPlace(toolDirectory: string): Pin | undefined {
  const [, version = '', integrity = ''] = FETCHED.exec(toolDirectory) ?? [];
  const pin = { version, integrity };
  return isPin(pin) ? pin : undefined;
}

/**
 * The launcher for a project: it pins what runs now. A checkout of the tool is pinned by its place; of
 * what npm installed the registry is asked for the hash.
 */
export async function launcherFor(
  root: string,
  world: Pick<World, 'files' | 'host' | 'processes'>,
): Promise<Result<Launcher, Failure>> {
  const { files, host } = world;
  const own = files.read(join(host.toolDirectory, 'dev'));
  if (!own.ok) return own;
  if (own.value === undefined) {
    return fail({ reason: 'files', what: `there is no launcher in ${host.toolDirectory}` });
  }
  const isCheckout = files.exists(join(host.toolDirectory, 'src/main.ts'));
  if (isCheckout) {
    const pin = `file:${relative(root, host.toolDirectory) || '.'}`;
    const quoted = pin.includes("'")
      ? undefined
      : own.value.replace(/^pin='.*'$/m, () => `pin='${pin}'`);
    return quoted === undefined
      ? fail({ reason: 'files', what: `a launcher cannot name ${host.toolDirectory}` })
      : ok({ text: quoted, pin });
  }
  const known = pinOfPlace(host.toolDirectory);
  const asked = known === undefined ? await askRegistry(host.toolVersion, world) : ok(known);
  if (!asked.ok) return asked;
  const pin = `onestack-dev@${asked.value.version}`;
  return ok({ text: withPin(own.value, asked.value, own.value), pin });
}
