import { nodeDependencies } from './order.ts';
import { child, stringOf } from './tree.ts';
import type { MapNode, Node } from './tree.ts';

/** Whether a service takes part: it has no profiles, or one of them is active (`*`: all are). */
export function isEnabled(service: Node, profiles: readonly string[]): boolean {
  const own = profilesOf(service);
  if (own.length === 0 || profiles.includes('*')) return true;
  return own.some((name) => profiles.includes(name));
}

export function profilesOf(service: Node): readonly string[] {
  const own = child(service, 'profiles');
  return own?.kind === 'list' ? own.items.map((item) => stringOf(item) ?? '') : [];
}

/** Active profiles with those of the services that are named: who names a service wants it to run. */
export function profilesWith(
  root: MapNode,
  profiles: readonly string[],
  named: readonly string[],
): readonly string[] {
  const services = child(root, 'services');
  const more = named.flatMap((name) => {
    const service = child(services, name);
    return service === undefined || isEnabled(service, profiles) ? [] : profilesOf(service);
  });
  return [...new Set([...profiles, ...more])];
}

/**
 * The services that run: those of the active profiles, and the named ones with what they depend on.
 * Others of a named one's profile do not, as in Compose.
 */
export function enabledServices(
  services: MapNode,
  profiles: readonly string[],
  named: readonly string[],
): ReadonlySet<string> {
  const enabled = new Set(
    [...services.entries].flatMap(([name, { value }]) =>
      isEnabled(value, profiles) ? [name] : [],
    ),
  );
  const wanted = [...named];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const service = services.entries.get(name)?.value;
    if (service === undefined || enabled.has(name)) continue;
    enabled.add(name);
    wanted.push(...nodeDependencies(service));
  }
  return enabled;
}
