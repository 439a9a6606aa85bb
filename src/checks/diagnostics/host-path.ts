import { posix } from 'node:path';
import type { PrintedDiagnostic } from './format.ts';

/** How paths in a check's output become the host's. */
export interface PathMap {
  /** The module's folder, relative to the project root; where the check ran. */
  readonly modulePath: string;
  /** Where the project's root is mounted in the container: `/workspace`. */
  readonly mountedAt: string;
  /** Whether there is such a file, relative to the project root. Settles what is ambiguous. */
  readonly exists: (path: string) => boolean;
}

/** Relative to the project root for what lies inside it; else absolute, as the tool printed it. */
export function hostPath(finding: PrintedDiagnostic, map: PathMap): string {
  const printed = finding.file.replace(/^file:\/\//, '');
  if (printed.startsWith('/')) {
    const inside = posix.relative(map.mountedAt, posix.normalize(printed));
    return inside.startsWith('..') ? posix.normalize(printed) : inside;
  }
  if (finding.goPackage !== undefined) return inGoPackage(printed, finding.goPackage, map);
  return posix.join(map.modulePath, printed);
}

/**
 * A package's import path ends with its folder: `example.com/shop/pricing/tax` may be `tax`,
 * `pricing/tax` … of the module. The longest one that holds the file is it.
 */
function inGoPackage(file: string, goPackage: string, map: PathMap): string {
  const parts = goPackage.split('/');
  for (let start = 1; start <= parts.length; start += 1) {
    const candidate = posix.join(map.modulePath, ...parts.slice(start), file);
    if (map.exists(candidate)) return candidate;
  }
  return posix.join(map.modulePath, file);
}
