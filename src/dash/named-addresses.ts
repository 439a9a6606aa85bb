import { namedUrls } from '../app/router/addresses.ts';
import type { Located } from '../app/project/locate.ts';
import type { World } from '../ports/world.ts';

/** So long what was read of them counts. */
const FRESH_MS = 2_000;

type AddressWorld = Pick<World, 'files' | 'host'>;

/** The project's addresses by name as they are on record, by service. */
export function addressesByService(
  { places, instance }: Pick<Located, 'places' | 'instance'>,
  world: AddressWorld,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { service, url } of namedUrls(places, instance, world)) {
    found.set(service, [...(found.get(service) ?? []), url]);
  }
  return found;
}

/** The same for whoever asks with each frame: they come and go with what runs. */
export function createAddresses(
  located: Pick<Located, 'places' | 'instance'>,
  world: AddressWorld & Pick<World, 'clock'>,
): () => ReadonlyMap<string, readonly string[]> {
  let read:
    { readonly atMs: number; readonly found: ReturnType<typeof addressesByService> } | undefined;
  return () => {
    const nowMs = world.clock.now();
    if (read === undefined || nowMs - read.atMs >= FRESH_MS) {
      read = { atMs: nowMs, found: addressesByService(located, world) };
    }
    return read.found;
  };
}
