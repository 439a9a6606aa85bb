import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { allInstances, instanceIn } from '../generate/instance.ts';
import { CONTEXTS } from '../model/project.ts';
import type { DiskUsage } from '../ports/engine-resources.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';

/** A folder of this machine that has been up, and what it has there. */
export interface ListedProject {
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  /** `gone`: the folder is no project any more, and something of it is left. */
  readonly state: 'running' | 'stopped' | 'down' | 'gone';
  readonly running: number;
  readonly containers: number;
  /** Of its volumes and what its containers wrote; undefined where the engine does not say. */
  readonly diskBytes: number | undefined;
}

type ListWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock' | 'engine'>;

const PROJECT_LABELS = [COMPOSE_LABELS.project, 'dev.onestack.project'];

/** What of the engine belongs to which project, by its labels. */
interface Held {
  readonly project: string;
  readonly kind: 'container' | 'volume';
  readonly running: boolean;
  readonly bytes: number | undefined;
}

function ownerOf(labels: Readonly<Record<string, string>>): string {
  return PROJECT_LABELS.map((label) => labels[label]).find((name) => name !== undefined) ?? '';
}

async function heldThings(world: ListWorld): Promise<Result<readonly Held[], Failure>> {
  const engine = await world.engine();
  const [containers, volumes, usage] = await Promise.all([
    engine.everyContainer(),
    engine.volumes({}),
    engine.diskUsage(),
  ]);
  if (!containers.ok) return containers;
  if (!volumes.ok) return volumes;
  const disk: DiskUsage | undefined = usage.ok ? usage.value : undefined;
  return ok([
    ...containers.value.map(({ id, labels, state }) => ({
      project: ownerOf(labels),
      kind: 'container' as const,
      running: state === 'running' || state === 'paused' || state === 'restarting',
      bytes: disk && (disk.containers.get(id)?.writtenBytes ?? 0),
    })),
    ...volumes.value.map(({ name, labels }) => ({
      project: ownerOf(labels),
      kind: 'volume' as const,
      running: false,
      bytes: disk && (disk.volumes.get(name) ?? 0),
    })),
  ]);
}

/** All projects of this person on this machine; those of which nothing is left are left out. */
export async function listProjects(
  world: ListWorld,
  report: Report,
): Promise<Result<readonly ListedProject[], Failure>> {
  const instances = allInstances({ ...world, report });
  if (!instances.ok) return instances;
  const held = await heldThings(world);
  if (!held.ok) return fail(held.failure);
  return ok(
    instances.value.flatMap(({ isThere, ...instance }): readonly ListedProject[] => {
      const names = CONTEXTS.map((context) => instanceIn(context, instance, world).name);
      const own = held.value.filter(({ project }) => names.includes(project));
      if (!isThere && own.length === 0) return [];
      const containers = own.filter(({ kind }) => kind === 'container');
      const running = containers.filter((one) => one.running).length;
      const isKnown = own.every(({ bytes }) => bytes !== undefined);
      const alive = running > 0 ? 'running' : containers.length > 0 ? 'stopped' : 'down';
      return [
        {
          name: instance.name,
          root: instance.places.root,
          state: isThere ? alive : 'gone',
          running,
          containers: containers.length,
          diskBytes: isKnown ? own.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : undefined,
        },
      ];
    }),
  );
}
