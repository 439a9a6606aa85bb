import type { Failure } from '../events/failure.ts';
import type { Module } from '../model/module.ts';
import type { Context } from '../model/project.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { shellArgv, shellEnvironment } from './shell/command.ts';
import { runShellSession } from './shell/session.ts';
import { moduleAt, nameAService, noShell, openServices, shellContainer } from './shell/target.ts';

export interface ShellRequest {
  /** Compose project name; the prompt names it, so that two clones are told apart. */
  readonly instance: string;
  readonly root: string;
  readonly context: Context;
  /** Read only where they are needed: the whole definition has to be understood for them. */
  readonly modules: () => Promise<readonly Pick<Module, 'name' | 'path' | 'run'>[]>;
  /** Undefined: the module whose folder the person is in, else a list to choose from. */
  readonly service: string | undefined;
  /** Empty: the best shell that there is. */
  readonly command: readonly string[];
}

type ShellWorld = Pick<World, 'host' | 'engine' | 'terminal' | 'console'>;

/**
 * Opens a shell, or runs a command, in a service's container: as its user, in its folder.
 * @returns the command's own exit status.
 */
export async function openShell(
  request: ShellRequest,
  world: ShellWorld,
): Promise<Result<number, Failure>> {
  const engine = await world.engine();
  const listed = await engine.containers(request.instance);
  if (!listed.ok) return listed;
  const service = await chooseService(request, listed.value, world);
  if (!service.ok) return service;
  const runs = openServices(listed.value).includes(service.value);
  const modules = runs ? [] : await request.modules();
  const libraries = modules.flatMap(({ name, run }) => (run === undefined ? [name] : []));
  const container = shellContainer(service.value, listed.value, libraries);
  if (!container.ok) return container;
  const place = { ...request, service: service.value };
  const ended = await runShellSession(engine, await world.console(), {
    containerId: container.value.id,
    argv: shellArgv(request.command),
    environment: shellEnvironment(place, world.host.environment),
  });
  if (!ended.ok) return ended;
  if (!ended.value.started) return fail(noShell(service.value, ended.value.said));
  return ok(ended.value.status);
}

async function chooseService(
  request: ShellRequest,
  containers: readonly ContainerSummary[],
  world: ShellWorld,
): Promise<Result<string, Failure>> {
  if (request.service !== undefined) return ok(request.service);
  const here = moduleAt(await request.modules(), request.root, world.host.workingDirectory);
  const services = openServices(containers);
  if (here !== undefined && services.includes(here)) return ok(here);
  if (!world.terminal.interactive || services.length === 0) return fail(nameAService(containers));
  const choices = services.map((name) => ({ name, value: name }));
  return world.terminal.prompts.select('A shell in which service?', choices);
}
