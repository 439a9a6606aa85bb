import { nodeAt, type MapNode } from '../../compose/tree.ts';
import { sourcePlace } from '../../compose/source.ts';
import type { Failure, SourcePlace } from '../../events/failure.ts';
import type { NetworkRemake } from '../../plan/network-needs.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import { ownerOf } from '../../ports/compose-labels.ts';
import { desiredVolumes, volumeDifferences } from '../../plan/resources.ts';
import type { Engine } from '../../ports/engine.ts';
import { KIND_LABEL } from '../../tools/container.ts';
import { ROUTER_KIND } from '../router/places.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Observed } from './observe.ts';
import type { Prepared } from './prepare.ts';
import { foreignData } from './shared-names.ts';

/** Where a value of the merged document stands; of what is not there, where its surroundings do. */
export function placeInDocument(root: MapNode, path: readonly string[]): SourcePlace | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const entry = parent?.kind === 'map' ? parent.entries.get(path[length - 1] ?? '') : undefined;
    const place = entry === undefined ? undefined : sourcePlace(entry.key);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** What keeps the data of a volume: a copy under another name. */
function keepCommand(volume: string, image: string): string {
  const mounts = `-v ${volume}:/from:ro -v ${volume}-kept:/to`;
  return `docker run --rm --user 0 --entrypoint cp ${mounts} ${image} -a /from/. /to/`;
}

/**
 * Volumes that are not as their definitions want them: they cannot be changed in place, and what they
 * hold is nobody's to throw away. One that this plan makes anew, because a flag names it, is left out.
 */
function changedVolumes(
  prepared: Pick<Prepared, 'document' | 'merged' | 'opened' | 'desired' | 'hierarchy'>,
  plan: Pick<ServicePlan, 'operations' | 'unchanged'>,
  { volumes }: Pick<Observed, 'volumes'>,
): readonly Failure[] {
  const { document, merged, opened, desired, hierarchy } = prepared;
  const operations = plan.operations.map(({ operation }) => operation);
  const reset = new Set(
    operations.flatMap((one) => (one.kind === 'reset-data' ? one.volumes : [])),
  );
  const concerned = new Set([...plan.unchanged, ...operations.map(({ service }) => service)]);
  const order = desired.map(({ name }) => name).filter((name) => concerned.has(name));
  const image = hierarchy.get('os')?.reference ?? 'debian:trixie-slim';
  return desiredVolumes(document, opened.instance, order).flatMap((volume): Failure[] => {
    const actual = volumes.get(volume.name);
    if (actual === undefined || volume.external || reset.has(volume.name)) return [];
    if (ownerOf(actual.labels) !== opened.instance) return [];
    const differences = volumeDifferences(volume.definition, actual);
    const [first] = differences;
    if (first === undefined) return [];
    const at = placeInDocument(merged.root, ['volumes', volume.key, ...first.split('.')]);
    return [
      {
        reason: 'definition',
        what: `the volume ${volume.key} cannot be changed in place: ${differences.join(', ')}`,
        why: `the engine has ${volume.name} as it was; made anew, it would be without its data`,
        cure: `keep the data: ${keepCommand(volume.name, image)}`,
        detail: [
          `make it anew, and lose what is in it: dev up --reset-data=${volume.services.join(',')}`,
          'or take the change back',
        ],
        ...(at !== undefined && { at }),
      },
    ];
  });
}

/** Containers of others that are in a network which has to be made anew: they are not ours to stop. */
async function foreignMembers(
  remakes: readonly NetworkRemake[],
  { tasks }: Pick<Observed, 'tasks'>,
  engine: Pick<Engine, 'networkMembers' | 'labelledContainers'>,
): Promise<Result<readonly Failure[], Failure>> {
  if (remakes.length === 0) return ok([]);
  // It comes back when all is up.
  const routers = await engine.labelledContainers({ [KIND_LABEL]: ROUTER_KIND });
  if (!routers.ok) return routers;
  const own = new Set([...tasks, ...routers.value].map(({ id }) => id));
  const failures: Failure[] = [];
  for (const { key, name, differences } of remakes) {
    const members = await engine.networkMembers(name);
    if (!members.ok) return members;
    const foreign = [...members.value].filter(([id]) => !own.has(id)).map(([, called]) => called);
    if (foreign.length === 0) continue;
    failures.push({
      reason: 'service',
      what: `the network ${key} has to be made anew (${differences.join(', ')}), and others are in it`,
      why: `${foreign.join(', ')}: not of this project`,
      cure: foreign.map((called) => `docker network disconnect ${name} ${called}`).join(' && '),
    });
  }
  return ok(failures);
}

/** Why a plan is not carried out; empty when it can be. */
export async function refuseChanges(
  plan: ServicePlan,
  prepared: Prepared,
  observed: Observed,
  engine: Pick<Engine, 'networkMembers' | 'labelledContainers'>,
): Promise<readonly Failure[]> {
  const members = await foreignMembers(plan.networks, observed, engine);
  const others = members.ok ? members.value : [members.failure];
  return [
    ...changedVolumes(prepared, plan, observed),
    ...foreignData(prepared, plan, observed),
    ...others,
  ];
}
