import { join } from 'node:path';
import type { Context } from '../model/project.ts';
import type { Host } from '../ports/host.ts';

/** The tool itself, for this project and context, whatever folder one is in. */
export function devArgv(
  host: Pick<Host, 'toolDirectory' | 'nodePath'>,
  project: { readonly root: string; readonly context: Context },
): readonly string[] {
  const main = join(host.toolDirectory, 'dist/main.js');
  return [host.nodePath, main, '--project', project.root, '--context', project.context];
}
