import type { Failure } from '../events/failure.ts';
import type { ContainerDetail } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { deniedMeaning } from './denied-words.ts';
import { meaningOf } from './known-words.ts';
import { lastLog } from './last-lines.ts';
import { isLost, LOST_CAUSE } from './left-behind.ts';
import { NO_HEALTH_CHECK, type ServiceProgress } from './service-progress.ts';
import { SEARCHED_LINES, tellingLines } from './telling-lines.ts';

const LOG_LINES = 10;
const PROBE_LINES = 6;

function lastLines(text: string, count: number): string[] {
  return text.trimEnd().split('\n').slice(-count);
}

function probeLines({ exitCode, output }: ContainerDetail['healthLog'][number]): readonly string[] {
  const title = `health check (exit ${String(exitCode)}):`;
  if (output.trim() === '') return [`${title} it printed nothing`];
  return [title, ...lastLines(output, PROBE_LINES).map((line) => `  ${line}`)];
}

/** One that ends again and again runs, too, whenever it is looked at. */
function standing(runs: boolean, problem = ''): string {
  if (!runs) return 'does not run';
  return /^(?:it started \d+ times|exited with |its process ended )/.test(problem)
    ? 'does not go on running'
    : 'is not healthy';
}

/**
 * Why a service did not become ready: its health probe's output, its last log lines, and the
 * command to look further.
 */
export async function explainService(
  engine: Pick<Engine, 'inspect' | 'logs'>,
  { service, containerId, problem }: Pick<ServiceProgress, 'service' | 'containerId' | 'problem'>,
): Promise<Failure> {
  const logs = `dev logs ${service}`;
  if (containerId === undefined) {
    // Somebody has taken it away since.
    const why = problem ?? 'it was made, and the engine has no container of it (any more)';
    return { reason: 'service', what: `${service} did not start`, why, cure: 'dev up' };
  }
  const detail: string[] = [];
  const inspected = await engine.inspect(containerId);
  const runs = !inspected.ok || inspected.value.state === 'running';
  if (inspected.ok && isLost(inspected.value)) {
    return { reason: 'world-changed', what: `${service}: ${LOST_CAUSE}`, cure: 'dev up' };
  }
  if (inspected.ok) {
    const probe = inspected.value.healthLog.at(-1);
    // One that passed before the service ended says nothing about why.
    if (probe !== undefined && (runs || probe.exitCode !== 0)) {
      detail.push(...probeLines(probe));
    }
    if (inspected.value.oomKilled) detail.push('the kernel killed it: it used up its memory');
  }
  const { lines: end, unreadable } = await lastLog(engine, containerId, SEARCHED_LINES);
  const lines = tellingLines(end, LOG_LINES);
  if (lines.length > 0) detail.push('last log lines:', ...lines.map((line) => `  ${line}`));
  if (inspected.ok && unreadable !== undefined) detail.push(`its log: ${unreadable}`);
  const what = `${service} ${standing(runs, problem)}`;
  // A shell needs a container that runs; the tools look into what one that has ended left, too.
  const look = runs ? `dev shell ${service}` : `dev tools --target ${service}`;
  if (problem === NO_HEALTH_CHECK) {
    const cure = `give ${service} a healthcheck: that asks for it, or wait for it by condition: service_started`;
    return { reason: 'service', what, why: problem, cure };
  }
  const cure = `${logs}   or   ${look}`;
  const said = [...end, ...detail];
  const meaning =
    (runs ? undefined : meaningOf(end)) ??
    (inspected.ok ? deniedMeaning(said, inspected.value) : undefined);
  const why = [problem ?? 'unknown', ...(meaning === undefined ? [] : [meaning])].join(': ');
  return { reason: 'service', what, why, cure, detail };
}
