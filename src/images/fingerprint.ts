import { sha256 } from '../util/sha256.ts';
import type { BaseImage } from '../model/image.ts';
import { type ContextEntry } from './context.ts';

/** What makes a base image what it is. */
export interface ImageInputs {
  /** The Dockerfile's text as it is in the repository. */
  readonly dockerfile: string;
  readonly context: readonly ContextEntry[];
  /** Base image that it uses → its fingerprint. */
  readonly bases: ReadonlyMap<string, string>;
}

/** Of a module's own image: the stage and the arguments. */
function buildInputs({ own }: BaseImage): readonly (readonly [string, string])[] {
  if (own === undefined) return [];
  const args = Object.entries(own.args).sort();
  return [['build', sha256(JSON.stringify([own.target ?? null, args]))]];
}

export interface Fingerprint {
  /** sha256 over all of the inputs, hex. */
  readonly value: string;
  /**
   * Short digests of each input, `Dockerfile=0a1b2c3d context=… os=…`: comparing it with an older
   * image's tells what changed.
   */
  readonly inputs: string;
}

/** Changes with the way an image is built from the same files, so that all are built anew. */
const RECIPE = 'onestack-base-image-1';

function short(digest: string): string {
  return digest.slice(0, 8);
}

/** The fingerprint of an image: the same inputs give the same one, on every machine. */
export function fingerprint(image: BaseImage, inputs: ImageInputs): Fingerprint {
  const dockerfile = sha256(inputs.dockerfile);
  const context = sha256(
    inputs.context.map(({ path, mode, digest }) => `${mode} ${digest} ${path}\n`).join(''),
  );
  const bases = image.uses.map((name) => [name, inputs.bases.get(name) ?? ''] as const);
  const build = buildInputs(image);
  const lines = [RECIPE, image.name, dockerfile, context, ...build.flat(), ...bases.flat()];
  return {
    value: sha256(lines.join('\n')),
    inputs: [['Dockerfile', dockerfile], ['context', context], ...build, ...bases]
      .map(([name = '', digest = '']) => `${name}=${short(digest)}`)
      .join(' '),
  };
}

/** Names of the inputs that differ between two images of one name: `Dockerfile`, `context`, `os`. */
export function changedInputs(before: string, after: string): readonly string[] {
  const read = (text: string): Map<string, string> =>
    new Map(
      text.split(' ').map((pair) => {
        const [name = '', digest = ''] = pair.split('=');
        return [name, digest];
      }),
    );
  const [old, now] = [read(before), read(after)];
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names.filter((name) => name !== '' && old.get(name) !== now.get(name));
}
