import { parse } from 'yaml';
import { baseImageName } from '../images/reference.ts';
import { isMapping, mappingAt } from '../model/plain.ts';
import type { Files } from '../ports/files.ts';
import { kindOfImage } from '../service-kinds/table.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** A ready service as people are told of it. */
export interface ListedEntry {
  /** What `dev.yaml` writes. */
  readonly name: string;
  /** `PostgreSQL 17`: the first words of its file, to the first stop, comma, colon or port. */
  readonly title: string;
  /** The comment at the head of its file, whole, without `#`. */
  readonly about: string;
  readonly image: string;
  /** Whether the image is one of the hierarchy; else it comes from a registry. */
  readonly built: boolean;
  /** Whether it is the project's own, or takes the place of the tool's. */
  readonly own: boolean;
  /** Where it keeps its data inside the container; none where it keeps nothing. */
  readonly data: readonly string[];
  /** Whether it has a secret NAME-password. */
  readonly password: boolean;
  /** Port and scheme of what it listens on, as far as its kind is known. */
  readonly ports: readonly string[];
  /** What a probe writes to ask it; undefined where its health check has to do. */
  readonly probe: string | undefined;
  readonly console: boolean;
}

function aboutOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

/** Every entry that can be read, by name. What is wrong with one is told where a project takes it. */
export function listCatalogue(
  entries: ReadonlyMap<string, CatalogueEntry>,
  files: Pick<Files, 'read'>,
): readonly ListedEntry[] {
  return [...entries.values()]
    .flatMap((entry): ListedEntry[] => {
      const read = files.read(entry.path);
      if (!read.ok || read.value === undefined) return [];
      const service = mappingAt(mappingAt(parsed(read.value), 'services'), 'service');
      const image = typeof service['image'] === 'string' ? service['image'] : '';
      const about = aboutOf(read.value);
      const kind = kindOfImage(image);
      return [
        {
          name: entry.name,
          title: /^[^]*?(?=\.\s|\.$|[,:]\s| on port |\n|$)/.exec(about)?.[0] ?? entry.name,
          about,
          image,
          built: baseImageName(image) !== undefined,
          own: !entry.display.startsWith('onestack/'),
          data: dataOf(service['volumes']),
          password: Object.hasOwn(mappingAt(parsed(read.value), 'secrets'), 'password'),
          ports: (kind?.ports ?? []).map(({ port, scheme }) => `${String(port)} ${scheme}`),
          probe: kind?.name,
          console: kind?.console !== undefined,
        },
      ];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function dataOf(volumes: unknown): readonly string[] {
  if (!Array.isArray(volumes)) return [];
  return volumes.flatMap((one: unknown) => {
    const target = isMapping(one) ? one['target'] : String(one).split(':')[1];
    return typeof target === 'string' ? [target] : [];
  });
}
