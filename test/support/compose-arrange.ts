import { SERVICE_NAMES } from './compose-values.ts';

type Values = Readonly<Record<string, unknown>>;

/** How a list of generated files is laid out on the disk. */
export const ARRANGEMENTS = ['list', 'list', 'extends', 'include'] as const;

export interface Arranged {
  /** Path → value. */
  readonly files: ReadonlyMap<string, Values>;
  /** The files that Compose is called with, in order. */
  readonly named: readonly string[];
}

const SECTIONS = ['networks', 'volumes', 'secrets', 'configs'];

/**
 * As a plain list; or the first file in a folder of its own, which the second extends service by
 * service, or which a small file includes.
 */
export function arrange(
  list: readonly Values[],
  arrangement: (typeof ARRANGEMENTS)[number],
): Arranged {
  const [first = {}, second = {}] = list;
  const more = list.slice(2);
  const files = new Map<string, Values>();
  const named: string[] = [];
  const name = (value: Values): void => {
    const path = `f${String(named.length)}.yaml`;
    named.push(path);
    files.set(path, value);
  };
  if (arrangement === 'list') {
    for (const value of list) name(value);
    return { files, named };
  }
  const base = 'sub/base.yaml';
  files.set(base, first);
  if (arrangement === 'include') {
    const extra = { image: 'extra', extends: { file: base, service: 'web' } };
    name({ include: [base], services: { extra } });
    name(second);
  } else {
    const own = (second['services'] ?? {}) as Record<string, Values | undefined>;
    const services = SERVICE_NAMES.map((service): [string, Values] => [
      service,
      { extends: { file: base, service }, ...own[service] },
    ]);
    const shared = SECTIONS.map((section): [string, unknown] => [section, first[section]]);
    name({ services: Object.fromEntries(services), ...Object.fromEntries(shared) });
  }
  for (const value of more) name(value);
  return { files, named };
}
