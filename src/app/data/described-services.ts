import { z } from 'zod';
import { readMerged } from '../../compose/read/merged-document.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';

/** What the file that was merged last says of a service that has no container. */
export interface DescribedService {
  readonly name: string;
  readonly image: string;
  /** Keys of the volumes that it mounts. */
  readonly volumes: readonly string[];
}

const SERVICE = z.object({
  image: z.string().default(''),
  volumes: z
    .array(z.union([z.string(), z.object({ type: z.string(), source: z.string().default('') })]))
    .default([]),
});
const DOCUMENT = z.object({ services: z.record(z.string(), SERVICE) });

/** A volume's key, of `key:/target` and of the long form; paths are folders of the machine. */
function volumeKey(volume: z.infer<typeof SERVICE>['volumes'][number]): string | undefined {
  if (typeof volume !== 'string') return volume.type === 'volume' ? volume.source : undefined;
  const [source = '', target] = volume.split(':');
  return target === undefined || /^[./~]/.test(source) ? undefined : source;
}

/** None before the first `dev up`, or where the file is damaged. */
export function describedServices(
  { composeFile }: Pick<Places, 'composeFile'>,
  files: Pick<Files, 'read'>,
): readonly DescribedService[] {
  const text = files.read(composeFile);
  if (!text.ok || text.value === undefined) return [];
  const parsed = DOCUMENT.safeParse(readMerged(text.value));
  if (!parsed.success) return [];
  return Object.entries(parsed.data.services).map(([name, { image, volumes }]) => ({
    ...{ name, image },
    volumes: volumes.flatMap((volume) => volumeKey(volume) ?? []),
  }));
}
