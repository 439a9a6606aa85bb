import type { Edit } from '../compose/merge/edits.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

const LABEL = 'tried alone';

const without = (path: readonly string[], value: unknown, keys: readonly string[]): Edit[] =>
  keys
    .filter((key) => isMapping(value) && value[key] !== undefined)
    .map((key) => ({ kind: 'remove' as const, path: [...path, key], label: LABEL }));

/** What is gone of every entry below a key of the document. */
function ownEdits(
  kind: 'volumes' | 'networks',
  document: PlainMapping,
  gone: readonly string[],
): readonly Edit[] {
  return Object.entries(mappingAt(document, kind)).flatMap(([name, value]) =>
    without([kind, name], value, gone),
  );
}

/** The host's network is no place to try anything; addresses are another network's. */
function serviceEdits(name: string, service: PlainMapping): readonly Edit[] {
  const { network_mode: mode } = service;
  const path = ['services', name];
  return [
    ...(mode === 'host' || mode === 'bridge' ? without(path, service, ['network_mode']) : []),
    ...Object.entries(mappingAt(service, 'networks')).flatMap(([network, value]) =>
      without([...path, 'networks', network], value, [
        ...['ipv4_address', 'ipv6_address', 'mac_address'],
      ]),
    ),
  ];
}

/**
 * Cuts a document off from all that is not its own: its networks lead nowhere, its volumes are new,
 * nothing has a name that somebody else may have. Pure.
 */
export function isolationEdits(document: PlainMapping): readonly Edit[] {
  const networks = new Set(['default', ...Object.keys(mappingAt(document, 'networks'))]);
  return [
    ...ownEdits('volumes', document, ['name', 'external']),
    ...ownEdits('networks', document, ['name', 'external', 'ipam']),
    ...[...networks].map((name): Edit => ({
      ...{ kind: 'set', path: ['networks', name, 'internal'], value: true, label: LABEL },
    })),
    ...Object.entries(mappingAt(document, 'services')).flatMap(([name, service]) =>
      isMapping(service) ? serviceEdits(name, service) : [],
    ),
  ];
}
