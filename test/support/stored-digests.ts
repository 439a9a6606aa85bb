import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesIn } from './places.ts';

interface StoreIndex {
  readonly manifests: readonly {
    readonly artifactType: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** What `dev ci` of a project's folder has made beside checks: key and digest of each, in order. */
export function storedDigests(folder: string): readonly string[] {
  const path = join(placesIn(folder).delivery.store, 'index.json');
  const { manifests } = JSON.parse(readFileSync(path, 'utf8')) as StoreIndex;
  return manifests
    .filter(({ artifactType }) => !artifactType.endsWith('check'))
    .map(({ annotations }) => {
      const { 'dev.onestack.key': key = '', 'dev.onestack.blob': blob = '' } = annotations;
      return `${key} ${blob}`;
    })
    .sort();
}
