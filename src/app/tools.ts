import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import { execArgv } from '../tools/container.ts';
import { ok, type Result } from '../util/result.ts';
import { ensureToolsContainer, type ToolsContainer } from './tools/container.ts';
import { factLines } from './tools/facts.ts';
import { runMode } from './tools/mode.ts';
import { rememberTools } from './tools/memory.ts';
import { listScripts } from './tools/scripts.ts';
import { runInTarget, type ToolsRunContext } from './tools/target.ts';

export interface ToolsRequest {
  /** The service whose processes and network to join; undefined: the environment's network. */
  readonly target: string | undefined;
  /** Program and arguments; empty: an interactive shell. */
  readonly command: readonly string[];
}

/** Runs a program or a shell in the tools container. The value is its exit status. */
export async function runTools(
  request: ToolsRequest,
  context: ToolsRunContext,
): Promise<Result<number, Failure>> {
  const ensured = await ensureToolsContainer(context);
  if (!ensured.ok) return ensured;
  const tools = ensured.value;
  rememberTools(context, tools);
  context.ready?.();
  const command = request.command.length === 0 ? ['bash'] : request.command;
  if (request.target !== undefined) {
    return runInTarget({ service: request.target, command }, tools, context);
  }
  return ok(await runStanding(command, tools, context));
}

async function runStanding(
  command: readonly string[],
  tools: ToolsContainer,
  context: ToolsRunContext,
): Promise<number> {
  const { world, signal } = context;
  const script = listScripts(world, context.root).find(({ name }) => name === command[0]);
  const wantsHelp = command.some((word) => word === '--help' || word === '-h');
  const mode = runMode(world, context.root);
  if (mode.tty && (script?.facts === undefined || wantsHelp)) {
    return world.processes.interactive(execArgv(tools.id, mode, command));
  }
  const agent = await world.toolsAgent();
  const engine = await world.engine();
  const input =
    script?.facts === undefined || wantsHelp
      ? 'inherit'
      : factLines(script.facts, {
          engine,
          processes: world.processes,
          clock: world.clock,
          containers: await services(context, tools.id),
          toolsImage: tools.spec.image,
          signal,
        });
  const place = { containerId: tools.id, socket: tools.socket };
  const { workingDirectory, environment } = mode;
  return agent.run(place, { argv: command, workingDirectory, environment }, input, signal);
}

/** The environment's containers; the tools container itself is one end of connections. */
async function services(
  context: ToolsRunContext,
  toolsId: string,
): Promise<readonly ContainerSummary[]> {
  const engine = await context.world.engine();
  const containers = await engine.containers(context.project);
  return containers.ok
    ? containers.value.filter(({ oneOff, id }) => !oneOff || id === toolsId)
    : [];
}
