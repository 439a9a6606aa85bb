import type { Edit } from '../compose/merge/edits.ts';
import type { Module } from '../model/module.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

const LABEL = 'others wait for its end';
const ENDED = 'service_completed_successfully';

/** Services whose end others wait for: they do their work, and are done. */
export function jobsIn(document: PlainMapping): ReadonlySet<string> {
  const services = Object.values(mappingAt(document, 'services'));
  return new Set(
    services.filter(isMapping).flatMap((service) => {
      const others = mappingAt(service, 'depends_on');
      return Object.keys(others).filter((name) => mappingAt(others, name)['condition'] === ENDED);
    }),
  );
}

/**
 * A module that others wait for the end of (migrations) runs once, and may end: nothing starts its process
 * or its container again.
 * @param mounted false where modules run as images, whose command starts nothing again.
 */
export function jobEdits(
  document: PlainMapping,
  modules: readonly Pick<Module, 'name' | 'run'>[],
  mounted: boolean,
): readonly Edit[] {
  const jobs = jobsIn(document);
  return modules.flatMap(({ name, run }): readonly Edit[] => {
    const service = mappingAt(document, 'services')[name];
    if (!jobs.has(name) || run === undefined || !isMapping(service)) return [];
    const set = (key: string, value: unknown): Edit => ({
      ...{ kind: 'set', path: ['services', name, key], value, label: LABEL },
    });
    return [
      ...(service['restart'] === 'unless-stopped' ? [set('restart', 'no')] : []),
      ...(mounted ? [set('command', ['sh', '-c', run])] : []),
    ];
  });
}
