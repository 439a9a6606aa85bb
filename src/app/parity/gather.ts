import type { Failure } from '../../events/failure.ts';
import { joinFacts, parseFacts, type Facts, type ParseOptions } from '../../parity/facts.ts';
import type { ContainerSummary, Engine, Execution } from '../../ports/engine.ts';
import { collect } from '../../util/collect.ts';
import { ok, type Result } from '../../util/result.ts';

async function outputOf({ stdout, stderr }: Execution): Promise<string> {
  stderr.resume();
  const chunks = await collect(stdout as AsyncIterable<Buffer>);
  return Buffer.concat(chunks).toString('utf8');
}

export interface GatherRequest extends ParseOptions {
  readonly container: ContainerSummary;
  /** Text of the script that looks around. */
  readonly script: string;
  /** Files to look at, relative to where the container works. */
  readonly paths: readonly string[];
}

/** Looks around inside a running container, as the user that it runs as. */
export async function gatherParityFacts(
  { container, script, paths, ...options }: GatherRequest,
  engine: Pick<Engine, 'exec'>,
): Promise<Result<Facts, Failure>> {
  const argv = ['sh', '-c', script, 'facts', ...paths];
  const started = await engine.exec(container.id, { argv });
  if (!started.ok) return started;
  const [text, status] = await Promise.all([outputOf(started.value), started.value.exited]);
  const seen: Facts = new Map([
    [
      'service',
      new Map([
        ['runs', 'yes'],
        // An image without a shell can be compared in its layers alone.
        ['a look inside', status === 0 ? 'yes' : `no shell (exit status ${String(status)})`],
      ]),
    ],
  ]);
  return ok(joinFacts(parseFacts(text, options), seen));
}
