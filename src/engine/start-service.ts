import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import type { ComposeCli } from '../ports/compose-cli.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import type { RolloutRequest } from '../ports/orchestrator.ts';
import { ok, type Result } from '../util/result.ts';
import type { Giving } from './give-to-person.ts';
import type { Making } from './making-queue.ts';

type Outcome = Promise<Result<void, Failure>>;

interface Dependencies {
  readonly engine: Pick<Engine, 'containers' | 'startContainer' | 'restartContainer'>;
  readonly compose: Pick<ComposeCli, 'start'>;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly make: (making: Making) => Outcome;
  readonly giving: Giving;
}

/** What engines say of a container whose process they lost when they were killed. */
const LEFT_BY_ENGINE =
  /\btask\b.*already exists|container with (?:given )?ID already exists|marked for removal/i;

function isLeftByEngine({ why, detail }: Failure): boolean {
  return [why ?? '', ...(detail ?? [])].some((line) => LEFT_BY_ENGINE.test(line));
}

/**
 * Starts the containers of a service that do not run. An engine that was killed may know a
 * container's process still, and then never starts it again: such a one is made anew.
 */
export function createServiceStart(
  { target, links }: Pick<RolloutRequest, 'target' | 'links'>,
  { engine, compose, report, signal, make, giving }: Dependencies,
): (service: string) => Outcome {
  async function startContainer(container: ContainerSummary): Outcome {
    const { id, state } = container;
    // One that ends again and again is waited for by the engine, which takes it for running.
    if (state === 'restarting') return engine.restartContainer(id, { graceSeconds: 0 });
    const given = await giving.container(container);
    return given.ok ? engine.startContainer(id) : given;
  }

  async function startContainers(service: string): Outcome {
    const isComposes = links.get(service)?.startedByCompose === true;
    const listed = await engine.containers(target.project);
    if (!listed.ok) return listed;
    const own = listed.value.filter((one) => !one.oneOff && one.service === service);
    // Of Compose's, those that it cannot start: it refuses one that is paused.
    const isOurs = ({ state }: ContainerSummary): boolean =>
      isComposes ? state === 'restarting' || state === 'paused' : state !== 'running';
    const results = await Promise.all(own.filter(isOurs).map(startContainer));
    const failed = results.find((result) => !result.ok);
    if (failed !== undefined || !isComposes) return failed ?? ok(undefined);
    return compose.start(target, [service], { signal });
  }

  return async (service) => {
    const started = await startContainers(service);
    if (started.ok || !isLeftByEngine(started.failure)) return started;
    report({
      kind: 'note',
      level: 'warning',
      text: `${service}: the engine was killed and cannot start this container again: made anew`,
    });
    const made = await make({ kind: 'recreate', service });
    return made.ok ? startContainers(service) : made;
  };
}
