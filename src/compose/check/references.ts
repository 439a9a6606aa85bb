import { nodeDependencies } from '../order.ts';
import { isEnabled, profilesOf } from '../profiles.ts';
import { child, stringOf } from '../tree.ts';
import type { Node } from '../tree.ts';
import { hasText, type Scope } from './scope.ts';

export function checkNetworks(scope: Scope, name: string, service: Node): void {
  const networks = child(service, 'networks');
  const mode = child(service, 'network_mode');
  const names = networks?.kind === 'map' ? [...networks.entries] : [];
  if (hasText(service, 'network_mode') && names.length > 0) {
    scope.problems.add(`services.${name} has both network_mode and networks`, mode?.at);
  }
  for (const [network, entry] of names) {
    if (network === 'default') continue;
    refer(scope, name, 'networks', 'network', network, entry.key);
  }
  const shared = stringOf(mode);
  if (shared?.startsWith('service:') === true) {
    const target = shared.slice('service:'.length);
    if (!scope.isThere(target)) {
      scope.problems.add(`There is no service "${target}" to share the network of`, mode?.at);
    }
  }
}

/** What a service names has to be declared. */
function refer(
  scope: Scope,
  service: string,
  section: string,
  kind: string,
  name: string,
  at: Node['at'],
): void {
  const declared = child(scope.root, section);
  if (declared?.kind === 'map' && declared.entries.has(name)) return;
  const known = declared?.kind === 'map' ? [...declared.entries.keys()].join(', ') : '';
  scope.problems.add(`services.${service} uses the ${kind} "${name}", which is not declared`, at, {
    cure: `Declare it under ${section}:${known === '' ? '.' : `, or use one of: ${known}.`}`,
  });
}

export function checkDependencies(scope: Scope, name: string, service: Node): void {
  const depends = child(service, 'depends_on');
  for (const other of nodeDependencies(service)) {
    if (depends?.kind === 'map' && depends.entries.has(other)) continue;
    if (scope.isThere(other)) continue;
    scope.problems.add(
      `services.${name} needs the service "${other}", which is not there`,
      service.at,
      {
        why: 'It shares its network, a namespace or volumes, or links to it.',
      },
    );
  }
  for (const [other, entry] of depends?.kind === 'map' ? depends.entries : []) {
    const target = scope.services.entries.get(other)?.value;
    if (target !== undefined && isEnabled(target, scope.profiles)) continue;
    const required = child(entry.value, 'required');
    const optional = required?.kind === 'scalar' && required.value === false;
    if (target !== undefined && optional) continue;
    scope.problems.add(
      `services.${name} depends on "${other}", which is not there`,
      entry.key,
      target === undefined
        ? { cure: 'Add the service, or remove it here.' }
        : onlyWithProfile(other, target),
    );
  }
}

/** Why a service that is in the files is not there, and what brings it. */
export function onlyWithProfile(name: string, service: Node) {
  return {
    why: `"${name}" is only there with a profile: ${profilesOf(service).join(', ')}.`,
    cure: `Turn the profile on: dev up --profile ${profilesOf(service)[0] ?? ''}`,
  };
}

export function checkReferences(
  scope: Scope,
  name: string,
  service: Node,
  build: Node | undefined,
): void {
  const volumes = child(service, 'volumes');
  for (const volume of volumes?.kind === 'list' ? volumes.items : []) {
    const source = child(volume, 'source');
    const text = stringOf(source) ?? '';
    if (stringOf(child(volume, 'type')) !== 'volume' || text === '') continue;
    refer(scope, name, 'volumes', 'volume', text, source?.at ?? volume.at);
  }
  for (const [node, section, kind] of [
    [child(build, 'secrets'), 'secrets', 'secret'],
    [child(service, 'configs'), 'configs', 'config'],
    [child(service, 'secrets'), 'secrets', 'secret'],
  ] as const) {
    for (const item of node?.kind === 'list' ? node.items : []) {
      const source = child(item, 'source');
      refer(scope, name, section, kind, stringOf(source) ?? '', source?.at ?? item.at);
    }
  }
}
