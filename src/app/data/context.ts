import type { Progress } from '../../events/progress.ts';
import type { ServiceKind } from '../../service-kinds/kind.ts';
import type { DataFiles } from '../../ports/data-files.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import type { Located } from '../project/locate.ts';

/** On a container that has a volume to itself for a while: its name. */
export const VOLUME_LABEL = 'dev.onestack.data-volume';

/** What work on data is done with. */
export interface DataContext {
  readonly located: Located;
  readonly world: World;
  readonly engine: Engine;
  readonly data: DataFiles;
  readonly progress: Progress;
  readonly yes: boolean;
}

/** A volume, and what the project's file calls it: its name has the instance's in it. */
export interface DataVolume {
  readonly name: string;
  readonly key: string;
}

/** A service and where its data is. */
export interface DataTarget {
  readonly service: string;
  readonly image: string;
  readonly kind: ServiceKind | undefined;
  /** By name; stopped ones too. */
  readonly containers: readonly ContainerSummary[];
  /** Those that hold its data, by name. */
  readonly volumes: readonly DataVolume[];
}

/** The container that its database's programs run in. */
export function runningContainer({ containers }: DataTarget): ContainerSummary | undefined {
  return containers.find(({ state }) => state === 'running');
}
