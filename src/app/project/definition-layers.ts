import { join } from 'node:path';
import type { Layer } from '../../compose/load/merge.ts';
import type { Failure } from '../../events/failure.ts';
import type { Context } from '../../model/project.ts';
import type { PlainMapping } from '../../model/plain.ts';
import type { Files } from '../../ports/files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

const YAML_FILE = /\.ya?ml$/;

/** The project's own Compose files of a context, in merge order; paths relative to the root. */
export function composeFilesOf(
  root: string,
  context: Context,
  files: Pick<Files, 'exists' | 'list'>,
): readonly string[] {
  const folder = `compose/${context}`;
  const concerns = files.list(join(root, folder)).filter((name) => YAML_FILE.test(name));
  const candidates = [
    'compose/base.yaml',
    `compose/${context}.yaml`,
    ...concerns.map((name) => `${folder}/${name}`),
  ];
  return candidates.filter((path) => files.exists(join(root, path)));
}

/** Reads the project's own Compose files as layers. */
export function fileLayers(
  root: string,
  context: Context,
  files: Pick<Files, 'exists' | 'list' | 'read'>,
): Result<readonly Layer[], Failure> {
  const layers: Layer[] = [];
  for (const display of composeFilesOf(root, context, files)) {
    const path = join(root, display);
    const text = files.read(path);
    if (!text.ok) return fail({ ...text.failure, reason: 'definition' });
    layers.push({ kind: 'file', path, display, text: text.value ?? '' });
  }
  return ok(layers);
}

/**
 * Secrets that every project has without asking: the generated certificates. The application's own
 * secrets come with the services that need them.
 */
export function certificateLayer(devDirectory: string): PlainMapping {
  const file = (name: string): PlainMapping => ({ file: join(devDirectory, 'certs', name) });
  return {
    secrets: {
      'server-certificate': file('server.crt'),
      'server-key': file('server.key'),
      'ca-certificate': file('ca.crt'),
    },
  };
}
