import { shownPlace } from '../../compose/source.ts';
import { nodeAt, type MapNode } from '../../compose/tree.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import type { Definition } from '../project/definition.ts';
import { wasTold, type Told } from './tell-once.ts';

/** Keys that are Compose's own to carry out, and that an older one passes over without a word. */
const SINCE = {
  services: { post_start: [2, 30], pre_stop: [2, 30] },
  networks: { enable_ipv4: [2, 33] },
  serviceNetworks: { gw_priority: [2, 33] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>;

interface Used {
  /** `post_start of a (compose.yaml:6)` */
  readonly shown: string;
  readonly since: readonly [number, number];
}

/** All keys of these that the mapping at a path has. */
function usedIn(
  root: MapNode,
  path: readonly string[],
  keys: Readonly<Record<string, readonly [number, number]>>,
): readonly Used[] {
  return Object.entries(keys).flatMap(([key, since]) => {
    const node = nodeAt(root, [...path, key]);
    // `true` is what an older one does.
    if (node === undefined || (node.kind === 'scalar' && node.value === true)) return [];
    const owner = path.filter((part) => part !== 'services').join('.');
    return [{ shown: `${key} of ${owner} (${shownPlace(node.at)})`, since }];
  });
}

function namesAt(root: MapNode, path: readonly string[]): readonly string[] {
  const node = nodeAt(root, path);
  return node?.kind === 'map' ? [...node.entries.keys()] : [];
}

/**
 * What the definition has and this machine's Compose does not know. Compose is asked for its version
 * where it matters, and once.
 */
export async function unknownToCompose(
  { opened, environment }: Pick<Definition, 'opened' | 'environment'>,
  world: Pick<World, 'compose'> & { readonly files: Pick<Files, 'read'> },
): Promise<readonly Told[]> {
  const { root } = environment.merged;
  const used = [
    ...environment.order.flatMap((name) => [
      ...usedIn(root, ['services', name], SINCE.services),
      ...namesAt(root, ['services', name, 'networks']).flatMap((network) =>
        usedIn(root, ['services', name, 'networks', network], SINCE.serviceNetworks),
      ),
    ]),
    ...namesAt(root, ['networks']).flatMap((name) =>
      usedIn(root, ['networks', name], SINCE.networks),
    ),
  ];
  const keyOf = ({ shown }: Used): string => `not of Compose ${shown.replace(/:\d+\)$/, ')')}`;
  const fresh = used.filter((one) => !wasTold(keyOf(one), opened.places, world.files));
  if (fresh.length === 0) return [];
  const version = await (await world.compose()).version();
  const [major = 0, minor = 0] = version.ok ? version.value.split('.').map(Number) : [];
  return fresh.flatMap((one) => {
    const [since, least] = one.since;
    if (!version.ok || major > since || (major === since && minor >= least)) return [];
    const text = `${one.shown} has no effect: Compose ${version.value} does not know it, ${String(since)}.${String(least)} and later do`;
    return [{ key: keyOf(one), text }];
  });
}
