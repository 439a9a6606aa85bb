import { engineTime } from '../../engine/engine-time.ts';
import { runContainer } from '../../ports/docker-command.ts';
import type { ContainerSummary, Execution } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
import type { World } from '../../ports/world.ts';
import { socketsSpec } from '../../tools/container.ts';
import type { FactKind } from '../../tools/scripts.ts';
import { collect } from '../../util/collect.ts';
import { unreachable } from '../../util/unreachable.ts';
import { followLogs } from '../logs.ts';

interface FactsContext {
  readonly engine: Engine;
  readonly processes: World['processes'];
  readonly clock: World['clock'];
  /** The environment's services; not the tool's own containers. */
  readonly containers: readonly ContainerSummary[];
  /** For looking into the network of a service that has no `cat`. */
  readonly toolsImage: string;
  readonly signal: AbortSignal;
}

/** Facts for a script, one JSON object a line, as they are gathered. */
export async function* factLines(kind: FactKind, context: FactsContext): AsyncGenerator<string> {
  for await (const fact of facts(kind, context)) yield `${JSON.stringify(fact)}\n`;
}

function facts(kind: FactKind, context: FactsContext): AsyncGenerator<object> {
  switch (kind) {
    case 'logs':
      return logFacts(context);
    case 'sockets':
      return socketFacts(context);
    case 'usage':
      return usageFacts(context);
    default:
      return unreachable(kind);
  }
}

/** How often a script that waits for lines is told that time goes on. */
const TICK_MS = 200;

/** Lines of the past, in order; then the mark `now`; then new lines, and ticks between them. */
async function* logFacts({ engine, containers, clock, signal }: FactsContext) {
  const nowMs = await engineTime(engine, clock);
  const request = { containers, tail: undefined, grep: undefined };
  const past: object[] = [];
  const add = (line: { service: string; atMs: number; text: string }): void => {
    past.push({ kind: 'log', service: line.service, atMs: line.atMs, text: line.text });
  };
  await followLogs(
    { engine, clock },
    { ...request, follow: false, sinceMs: undefined },
    add,
    signal,
  );
  yield* past;
  yield { kind: 'now' };
  // The script ends when it has seen enough: nobody asks for more then, and `finally` stops it.
  const stop = new AbortController();
  past.length = 0;
  const following = { ...request, follow: true, sinceMs: nowMs };
  void followLogs({ engine, clock }, following, add, AbortSignal.any([signal, stop.signal])).catch(
    () => undefined,
  );
  try {
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal);
      yield* past.splice(0);
      yield { kind: 'tick' };
    }
  } finally {
    stop.abort();
  }
}

/** Each running container's own tables of TCP sockets. */
async function* socketFacts(context: FactsContext) {
  const running = context.containers.filter(({ state }) => state === 'running');
  const gathered = await Promise.all(
    running.map(async ({ id, service }) => {
      const [detail, tcp] = await Promise.all([
        context.engine.inspect(id),
        socketTables(context, id),
      ]);
      const addresses = detail.ok ? Object.values(detail.value.addresses).filter(Boolean) : [];
      return { kind: 'sockets', service, addresses, tcp };
    }),
  );
  yield* gathered;
}

/** Read by the service's own `cat`; where there is none, from a container in its network. */
async function socketTables(context: FactsContext, containerId: string): Promise<string> {
  const argv = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
  const execution = await context.engine.exec(containerId, { argv });
  const own = execution.ok ? await outputOf(execution.value) : undefined;
  if (own?.includes('local_address') === true) return own;
  const { stdout } = await context.processes.run(
    runContainer(socketsSpec(context.toolsImage, containerId)),
  );
  return stdout;
}

async function outputOf(execution: Execution): Promise<string> {
  execution.stderr.resume();
  const chunks = await collect(execution.stdout as AsyncIterable<Buffer>);
  return Buffer.concat(chunks).toString('utf8');
}

/** Processor, memory and disk of each container, running or not. */
async function* usageFacts({ engine, containers }: FactsContext) {
  const [disk, ...stats] = await Promise.all([
    engine.diskUsage(),
    ...containers.map(({ id }) => engine.stats(id)),
  ]);
  for (const [index, { id, service, state, volumes }] of containers.entries()) {
    const now = stats[index];
    const size = disk.ok ? disk.value.containers.get(id) : undefined;
    yield {
      kind: 'usage',
      service,
      state,
      cpuPercent: (now?.ok === true ? now.value.cpuPercent : undefined) ?? null,
      memoryBytes: (now?.ok === true ? now.value.memoryBytes : undefined) ?? null,
      writtenBytes: size?.writtenBytes ?? null,
      imageBytes: size?.imageBytes ?? null,
      volumes: volumes.map((name) => ({
        name,
        bytes: (disk.ok ? disk.value.volumes.get(name) : undefined) ?? null,
      })),
    };
  }
}
