import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Gates } from '../../model/gates.ts';
import type { Files } from '../../ports/files.ts';
import { ok, type Result } from '../../util/result.ts';

/** Contents of the databases that gates look into: of the working tree, as they change without any commit. */
export function readDatabases(
  root: string,
  gates: Gates,
  files: Files,
): Result<ReadonlyMap<string, string>, Failure> {
  const own = files.confined(root);
  const found = new Map<string, string>();
  for (const { vulnerabilities } of gates.values()) {
    if (vulnerabilities === undefined) continue;
    const text = own.read(join(root, vulnerabilities.database));
    if (!text.ok) return text;
    if (text.value !== undefined) found.set(vulnerabilities.database, text.value);
  }
  return ok(found);
}
