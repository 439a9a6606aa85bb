import { randomBytes } from 'node:crypto';
import { engineTime } from '../../engine/engine-time.ts';
import { lastLogLines } from '../../engine/last-lines.ts';
import type { Failure } from '../../events/failure.ts';
import { commitContainer, copyOut, runContainer } from '../../ports/docker-command.ts';
import type { ContainerDetail, ContainerSummary } from '../../ports/engine-containers.ts';
import {
  snapshotSpecs,
  TARGET_CAPABILITIES,
  targetSpec,
  type StoppedFiles,
} from '../../tools/container.ts';
import type { Project } from '../../model/project.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { logLines } from '../../util/log-record-text.ts';
import type { World } from '../../ports/world.ts';
import { type ToolsContainer, type ToolsContext } from './container.ts';
import { runMode } from './mode.ts';
import { notUp } from '../project/unknown-service.ts';

/** What running something takes, beyond the container itself. */
export interface ToolsRunContext extends ToolsContext {
  readonly world: ToolsContext['world'] & Pick<World, 'terminal' | 'toolsAgent' | 'sender'>;
  readonly signal: AbortSignal;
  /** `dev.yaml` or the Compose file; what is wrong with it does not keep anybody from debugging. */
  readonly definition: Result<Project, readonly Failure[]>;
  /** Called when preparing is over and the terminal belongs to the program. */
  readonly ready?: () => void;
}

interface TargetRequest {
  readonly service: string;
  readonly command: readonly string[];
}

/** A container that was started again so lately is likely to end again under our hands. */
const SETTLED_AFTER_MS = 5_000;
const LAST_LINES = 20;

/**
 * Runs a program inside a service's process and network namespaces, the service unchanged. Of a
 * service that does not run, or keeps crashing, it shows the last log lines and a snapshot.
 */
export async function runInTarget(
  request: TargetRequest,
  tools: ToolsContainer,
  context: ToolsRunContext,
): Promise<Result<number, Failure>> {
  const { world, project } = context;
  const engine = await world.engine();
  const containers = await engine.containers(project);
  if (!containers.ok) return containers;
  const services = containers.value.filter(({ oneOff }) => !oneOff);
  const target =
    services.find(({ service, state }) => service === request.service && state === 'running') ??
    services.find(({ service }) => service === request.service);
  if (target === undefined) {
    const names = [...new Set(services.map(({ service }) => service))].sort();
    return fail(notUp(request.service, names));
  }
  const detail = await engine.inspect(target.id);
  if (!detail.ok) return detail;
  const look: Look = { request, target, detail: detail.value, tools };
  return isSteady(detail.value, await engineTime(engine, world.clock))
    ? ok(await joinRunning(look, context))
    : lookAtSnapshot(look, context);
}

/** One look into one service's container. */
interface Look {
  readonly request: TargetRequest;
  readonly target: ContainerSummary;
  readonly detail: ContainerDetail;
  readonly tools: ToolsContainer;
}

function isSteady(detail: ContainerDetail, nowMs: number): boolean {
  if (detail.state !== 'running' && detail.state !== 'paused') return false;
  return detail.restartCount === 0 || nowMs - detail.startedAtMs > SETTLED_AFTER_MS;
}

async function joinRunning({ request, target, tools }: Look, context: ToolsRunContext) {
  const { terminal, processes } = context.world;
  const rights = TARGET_CAPABILITIES.join(' and ');
  say(context, `inside ${request.service}, as root with ${rights}, for this run only`);
  const joined = { service: request.service, containerId: target.id, network: true };
  const mode = runMode({ terminal, host: context.world.host }, context.root);
  const look = runContainer(targetSpec(tools.spec, joined, mode, request.command));
  return processes.interactive(look);
}

/** Its files and data as they were left, under the same `/target`; what was made is removed. */
async function lookAtSnapshot(
  look: Look,
  context: ToolsRunContext,
): Promise<Result<number, Failure>> {
  const { request, target, tools } = look;
  const { world, project } = context;
  await tellWhyItEnded(look, context);
  const busybox = context.places.tools.busybox;
  if (!world.files.exists(busybox)) {
    const copy = copyOut(tools.id, '/usr/bin/busybox', busybox);
    const { status, stderr } = await world.processes.run(copy);
    if (status !== 0) return fail(snapshotFailure(request.service, stderr));
  }
  const name = `${project}-${request.service}-look-${randomBytes(3).toString('hex')}`.toLowerCase();
  const snapshot: StoppedFiles = { project, containerId: target.id, name, busybox };
  const { labels, container } = snapshotSpecs(snapshot);
  const make = [commitContainer(target.id, name, labels), runContainer(container)];
  const engine = await world.engine();
  try {
    for (const argv of make) {
      const { status, stderr } = await world.processes.run(argv);
      if (status !== 0) return fail(snapshotFailure(request.service, stderr));
    }
    say(context, `its files as they were left are at /target; a copy, removed afterwards`);
    const joined = { service: request.service, containerId: name, network: false };
    const mode = runMode(world, context.root);
    const look = runContainer(targetSpec(tools.spec, joined, mode, request.command));
    return ok(await world.processes.interactive(look));
  } finally {
    await engine.removeContainer(name, 'removed');
    await engine.removeImage(name, { force: true });
  }
}

async function tellWhyItEnded({ request, target, detail }: Look, context: ToolsRunContext) {
  const engine = await context.world.engine();
  const restarts =
    detail.restartCount > 0 ? `, restarted ${String(detail.restartCount)} times` : '';
  const memory = detail.oomKilled ? ', out of memory' : '';
  const state = `${detail.state}, exit status ${String(detail.exitCode)}${memory}${restarts}`;
  say(context, `${request.service} does not run (${state}). Its last lines:`);
  const lines = await lastLogLines(engine, target.id, LAST_LINES);
  for (const text of lines.flatMap((line) => logLines(line, true)))
    context.world.terminal.stderr.write(`  │ ${text}\n`);
  if (lines.length === 0) context.world.terminal.stderr.write('  │ (none)\n');
}

function say(context: ToolsRunContext, text: string): void {
  context.world.terminal.stderr.write(`${text}\n`);
}

function snapshotFailure(service: string, stderr: string): Failure {
  return {
    reason: 'service',
    what: `no snapshot of ${service} can be made`,
    why: stderr.trim(),
    cure: `dev logs ${service}`,
  };
}
