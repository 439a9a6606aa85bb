import { isAbsolute, relative } from 'node:path';
import { notUp } from '../project/unknown-service.ts';
import type { Failure } from '../../events/failure.ts';
import type { Module } from '../../model/module.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** The module whose folder a person is in: the innermost one. */
export function moduleAt(
  modules: readonly Pick<Module, 'name' | 'path'>[],
  root: string,
  workingDirectory: string,
): string | undefined {
  const here = relative(root, workingDirectory);
  if (isAbsolute(here) || here.startsWith('..')) return undefined;
  const holds = (path: string): boolean => here === path || here.startsWith(`${path}/`);
  return modules
    .filter(({ path }) => holds(path))
    .toSorted((one, other) => other.path.length - one.path.length)[0]?.name;
}

/** Services that a shell can be opened in: those with a running container, in the order of names. */
export function openServices(containers: readonly ContainerSummary[]): readonly string[] {
  const running = containers.filter(({ state, oneOff }) => state === 'running' && !oneOff);
  return [...new Set(running.map(({ service }) => service))].sort();
}

/** The running container of a module, as the engine has it now. */
export async function moduleContainer(
  module: string,
  instance: string,
  engine: Pick<Engine, 'containers'>,
): Promise<Result<ContainerSummary, Failure>> {
  const listed = await engine.containers(instance);
  return listed.ok ? shellContainer(module, listed.value, []) : listed;
}

/** The running container of a service; the first one when it has several. */
export function shellContainer(
  service: string,
  containers: readonly ContainerSummary[],
  libraries: readonly string[],
): Result<ContainerSummary, Failure> {
  const own = containers
    .filter((container) => container.service === service && !container.oneOff)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const running = own.find(({ state }) => state === 'running');
  if (running !== undefined) return ok(running);
  const [stopped] = own;
  if (stopped !== undefined) {
    return fail({
      reason: 'service',
      what: `${service} is not running`,
      why: `its container is: ${stopped.status}`,
      cure: `dev logs ${service} says why, dev tools --target ${service} looks into it, dev up ${service} starts it`,
    });
  }
  if (libraries.includes(service)) {
    return fail({
      reason: 'usage',
      what: `${service} is a library: it runs as no service, so there is no container to enter`,
      cure: `Enter a module that uses it: ${openServices(containers).join(', ')}`,
    });
  }
  return fail(noSuchService(service, containers));
}

/** Nobody to ask, and no module's folder to go by. */
export function nameAService(containers: readonly ContainerSummary[]): Failure {
  const services = openServices(containers);
  if (services.length === 0) return nothingRuns();
  return {
    reason: 'usage',
    what: 'which service?',
    why: `this folder belongs to no running module; running are ${services.join(', ')}`,
    cure: `dev shell ${services[0] ?? 'SERVICE'}`,
  };
}

/** A container without any shell: of an image that holds one program alone. */
export function noShell(service: string, said: string): Failure {
  return {
    reason: 'service',
    what: `${service} has no shell`,
    ...(said === '' ? {} : { why: said }),
    cure: `dev tools --target ${service} looks into it from outside, with a shell of its own`,
  };
}

function noSuchService(service: string, containers: readonly ContainerSummary[]): Failure {
  const services = openServices(containers);
  return services.length === 0 ? nothingRuns() : notUp(service, services);
}

function nothingRuns(): Failure {
  return { reason: 'service', what: 'nothing of this project runs', cure: 'dev up' };
}
