import type { SharedPlaces } from '../../engine/shared-install.ts';
import type { Places } from '../../model/places.ts';

/** Where dependencies that editors see are made and kept. */
export function sharedPlaces({
  root,
  dev,
  dependencies,
}: Pick<Places, 'root' | 'dev' | 'dependencies'>): SharedPlaces {
  return { root, dev, record: dependencies };
}
