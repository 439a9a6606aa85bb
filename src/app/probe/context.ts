import { didYouMean } from '../../util/did-you-mean.ts';
import type { Failure } from '../../events/failure.ts';
import type { ProbeDefinition } from '../../model/probe.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { NetworkProber } from '../../ports/prober.ts';
import { deriveProbes } from '../../probes/derive.ts';
import type { ProbeRoom } from '../../probes/run.ts';
import { PLACES } from '../../tools/places.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readRoutes } from './sources.ts';
import { ensureToolsContainer, readEnvironment } from '../tools/container.ts';
import type { ToolsRunContext } from '../tools/target.ts';

/**
 * The probes of a project: those of `dev.yaml`, or, where it has none, the ones that are derived
 * from nginx configuration, published ports and health checks.
 */
export function findProbes(
  context: ToolsRunContext,
  derived: boolean,
): Result<readonly ProbeDefinition[], readonly Failure[]> {
  const { files } = context.world;
  const project = context.definition;
  if (!project.ok) return project;
  if (project.value.probes.length > 0 && !derived) return ok(project.value.probes);
  const environment = readEnvironment(context);
  if (!environment.ok) return fail([environment.failure]);
  const { document, access } = environment.value;
  const routes = readRoutes(document, context.places.dev, files);
  return ok(deriveProbes({ document, access, routes }));
}

/** The probe of that name, or all of them. */
export function chooseProbes(
  probes: readonly ProbeDefinition[],
  name: string | undefined,
  stage: string | undefined,
): Result<readonly ProbeDefinition[], Failure> {
  const named = name === undefined ? probes : probes.filter((probe) => probe.name === name);
  const names = probes.map((probe) => probe.name);
  if (probes.length === 0) {
    return fail({
      reason: 'usage',
      what: 'there is no probe',
      why: 'none is written, and nothing tells which requests the services answer',
      cure: 'Add `probes:` to dev.yaml (dev init makes one); `expose:` or `ports:` of a service help, too',
    });
  }
  if (named.length === 0) {
    return fail({
      reason: 'usage',
      what: `there is no probe ${name ?? ''}`,
      cure: didYouMean(name ?? '', names, 'Probes'),
    });
  }
  if (stage === undefined) return ok(named);
  const withStage = named.filter((probe) => probe.stages.some((each) => each.name === stage));
  if (withStage.length > 0) return ok(withStage);
  const stages = [...new Set(named.flatMap((probe) => probe.stages.map((each) => each.name)))];
  return fail({
    reason: 'usage',
    what: `no probe has a stage ${stage}`,
    cure: didYouMean(stage, stages, 'Stages'),
  });
}

/** Everything that sending takes, and what has to be closed afterwards. */
export interface OpenRoom {
  readonly room: ProbeRoom;
  readonly containers: readonly ContainerSummary[];
  close(): void;
}

/** Opens the links that probes are sent over: the host's own, and one into the network. */
export async function openRoom(context: ToolsRunContext): Promise<Result<OpenRoom, Failure>> {
  const { world } = context;
  const tools = await ensureToolsContainer(context);
  if (!tools.ok) return tools;
  const containers = tools.value.containers.filter(({ oneOff }) => !oneOff);
  const agent = await world.toolsAgent();
  const { id: containerId, socket, access, spec } = tools.value;
  const prober: NetworkProber = await agent.prober({ containerId, socket });
  const { bundle: hostBundle } = context.places;
  const published = new Map(
    access.services.map(({ name }) => [
      name,
      containers.filter(({ service }) => service === name).flatMap(({ ports }) => ports),
    ]),
  );
  return ok({
    room: {
      addressing: {
        access,
        caFile: {
          inside: spec.bundle === undefined ? undefined : PLACES.bundle,
          host: world.files.exists(hostBundle) ? hostBundle : undefined,
        },
      },
      published,
      sendFromHost: await world.sender(),
      sendFromInside: prober.send,
    },
    containers,
    close: () => prober.close(),
  });
}
