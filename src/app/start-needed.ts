import type { Failure } from '../events/failure.ts';
import type { CheckKind } from '../model/checks.ts';
import type { Project } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { Located } from './project/locate.ts';
import { readProject } from './project/read-project.ts';
import { up } from './up.ts';

export interface NeededRequest extends Located {
  /** Empty: all. */
  readonly modules: readonly string[];
  /** Empty: all. */
  readonly only: readonly CheckKind[];
}

/** Services that checks need, each with the first check that does: `test of api`. */
export function neededServices(
  { modules }: Pick<Project, 'modules'>,
  asked: Pick<NeededRequest, 'modules' | 'only'>,
): ReadonlyMap<string, string> {
  const needed = new Map<string, string>();
  for (const { name, checks } of modules) {
    if (asked.modules.length > 0 && !asked.modules.includes(name)) continue;
    for (const { kind, needs = [] } of checks) {
      if (asked.only.length > 0 && !asked.only.includes(kind)) continue;
      for (const service of needs) {
        if (!needed.has(service)) needed.set(service, `${kind} of ${name}`);
      }
    }
  }
  return needed;
}

/** Brings up what checks need and what does not run. */
export async function startNeeded(
  request: NeededRequest,
  world: World,
  { note, signal }: { readonly note: (text: string) => void; readonly signal: AbortSignal },
): Promise<Result<void, readonly Failure[]>> {
  const project = readProject(request.root, world);
  // What is wrong with it is told by who runs the checks.
  const needed = project.ok ? neededServices(project.value, request) : new Map<string, string>();
  if (needed.size === 0) return ok(undefined);
  const listed = await (await world.engine()).containers(request.instance);
  if (!listed.ok) return fail([listed.failure]);
  const running = new Set(
    listed.value.flatMap(({ service, state }) => (state === 'running' ? [service] : [])),
  );
  const services = [...needed.keys()].filter((service) => !running.has(service));
  if (services.length === 0) return ok(undefined);
  for (const service of services)
    note(`starting ${service}: ${needed.get(service) ?? ''} needs it`);
  const { root, context } = request;
  const started = await up(
    {
      ...{ project: root, context, profiles: [], services, recreate: 'none', resetData: 'none' },
      ...{ askedBy: 'session', dryRun: false, yes: false },
    },
    world,
    { report: () => undefined, signal },
  );
  if (!started.ok) return started;
  const { failures } = started.value;
  return failures.length === 0 ? ok(undefined) : fail(failures);
}
