import { foreignContainers } from '../engine/foreign-containers.ts';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import { DEPENDENCIES_KIND, DEPENDENCY_LABELS } from '../generate/module-install.ts';
import type { Places } from '../model/places.ts';
import { COMPOSE_LABELS, ownerOf } from '../ports/compose-labels.ts';
import type { Engine } from '../ports/engine.ts';
import type { VolumeDetail } from '../ports/engine-resources.ts';
import type { UndoRequest } from '../ports/orchestrator.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { orchestratorOf } from './project/orchestrator.ts';
import { forgetSelection } from './project/selection.ts';
import { unnamedVolumes, writeUnnamed, type UnnamedVolumes } from './project/unnamed-volumes.ts';

/** Which project to end. It need not be valid any more: what runs is found by its labels. */
export interface DownRequest {
  readonly instance: string;
  readonly places: Places;
  /** Whether the data volumes go too. */
  readonly volumes: boolean;
  readonly dryRun: boolean;
}

/** What was there, and is gone now (or would be, with `--dry-run`). */
export interface Freed {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Data volumes that stay. */
  readonly keptVolumes: readonly string[];
  /** Those among them that have no name: how the engine calls them → whose they were. */
  readonly unnamedVolumes: UnnamedVolumes;
}

function projectLabel(instance: string): Readonly<Record<string, string>> {
  return { [COMPOSE_LABELS.project]: instance };
}

/** Ends an environment: containers and networks, and the data volumes when asked for by name. */
export async function down(
  request: DownRequest,
  world: Pick<World, 'files' | 'engine' | 'compose' | 'clock'>,
  report: Report,
): Promise<Result<Freed, Failure>> {
  const engine = await world.engine();
  const labels = projectLabel(request.instance);
  const orchestrator = orchestratorOf(world);
  const [tasks, networks, volumes] = await Promise.all([
    orchestrator.observe(request.instance),
    engine.networks(labels),
    engine.volumes(labels),
  ]);
  if (!tasks.ok) return tasks;
  if (!networks.ok) return networks;
  if (!volumes.ok) return volumes;
  const { instance, places } = request;
  const foreign = foreignContainers(instance, places.root, tasks.value, world.files);
  if (foreign !== undefined) return fail(foreign);
  const unused = (): Promise<Result<ReadonlySet<string>, Failure>> => unusedVolumes(engine);
  const unnamed = await unnamedVolumes(tasks.value, places, world.files, unused);
  if (!unnamed.ok) return unnamed;
  const names = [...volumes.value.map(({ name }) => name), ...Object.keys(unnamed.value)];
  const freed: Freed = {
    containers: tasks.value.map(({ name }) => name),
    networks: networks.value.map(({ name }) => name),
    volumes: request.volumes ? names : [],
    keptVolumes: request.volumes ? [] : names,
    unnamedVolumes: unnamed.value,
  };
  const nothing = freed.containers.length + freed.networks.length + freed.volumes.length === 0;
  if (request.dryRun || nothing) return ok(freed);

  const noted = writeUnnamed(unnamed.value, places, world.files);
  // A full disk keeps nobody from stopping.
  if (!noted.ok && !request.volumes) {
    const text = `volumes without a name are not found again: ${noted.failure.what}`;
    report({ kind: 'note', level: 'warning', text });
  }
  const startedAtMs = world.clock.steady();
  const step = { id: 'down', label: `stopping ${request.instance}` };
  report({ kind: 'step-started', ...step });
  const file = places.composeFile;
  let data: UndoRequest['data'] = request.volumes ? 'own' : 'kept';
  const isThere = world.files.exists(file);
  if (isThere && request.volumes) {
    const shared = await sharedVolumes(file, request, world);
    if (!shared.ok) return shared;
    for (const { name, labels } of shared.value) {
      // What installs filled is no data, and nobody asked for it.
      if (labels[DEPENDENCY_LABELS.kind] === DEPENDENCIES_KIND) continue;
      const text = `keeps the volume ${name}: it is not of this project alone`;
      report({ kind: 'note', level: 'info', text });
    }
    // Compose would remove whatever volume its file names.
    if (shared.value.length === 0) data = 'named';
  }
  const rest = await orchestrator.undo({
    project: request.instance,
    file: isThere ? file : undefined,
    data,
    unnamedVolumes: Object.keys(unnamed.value),
  });
  if (rest.ok) forgetSelection(places, world.files);
  if (rest.ok && request.volumes) writeUnnamed({}, places, world.files);
  const outcome = rest.ok ? 'done' : 'failed';
  const durationMs = world.clock.steady() - startedAtMs;
  report({ kind: 'step-finished', ...step, outcome, durationMs });
  return rest.ok ? ok(freed) : rest;
}

/** Names of those that no container has. */
async function unusedVolumes(
  engine: Pick<Engine, 'volumes'>,
): Promise<Result<ReadonlySet<string>, Failure>> {
  const unused = await engine.volumes({}, { unused: true });
  return unused.ok ? ok(new Set(unused.value.map(({ name }) => name))) : unused;
}

/** Volumes that the project's file may name, and that were not made for the project. */
async function sharedVolumes(
  file: string,
  { instance }: DownRequest,
  world: Pick<World, 'files' | 'engine'>,
): Promise<Result<readonly VolumeDetail[], Failure>> {
  const text = world.files.read(file);
  if (!text.ok) return text;
  const engine = await world.engine();
  const all = await engine.volumes({});
  if (!all.ok) return all;
  const foreign = all.value.filter(({ labels }) => ownerOf(labels) !== instance);
  return ok(foreign.filter(({ name }) => names(text.value ?? '', name)));
}

/** Whether a file has this word, whatever it means there: rather too often than not. */
function names(text: string, word: string): boolean {
  return text.split(/[^\w.-]+/).includes(word);
}
