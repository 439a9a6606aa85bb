import type { Failure } from '../../events/failure.ts';
import { joinFacts, parseFacts, type Facts, type ParseOptions } from '../../parity/facts.ts';
import type { ContainerSummary, Execution } from '../../ports/engine-containers.ts';
import type { Engine } from '../../ports/engine.ts';
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
  readonly signal: AbortSignal;
}

/** An image without a shell can be compared in its layers alone. */
const lookText = (status: number): string =>
  status === 0 ? 'yes' : `no shell (exit status ${String(status)})`;

type Engines = Pick<Engine, 'exec' | 'inspect' | 'runLike'>;

interface Seen {
  readonly text: string;
  /** Whether the look was possible, in words. */
  readonly look: string;
  /** How the service is, in a word. */
  readonly runs: string;
}

async function lookedInto(
  { id }: ContainerSummary,
  argv: readonly string[],
  engine: Engines,
): Promise<Result<Seen, Failure>> {
  const started = await engine.exec(id, { argv });
  if (!started.ok) return started;
  const [text, status] = await Promise.all([outputOf(started.value), started.value.exited]);
  return ok({ text, look: lookText(status), runs: 'yes' });
}

/** What has ended has no inside: a container that is like it is looked into, its own program left out. */
async function likenessOf(
  { id }: ContainerSummary,
  argv: readonly string[],
  signal: AbortSignal,
  engine: Engines,
): Promise<Result<Seen, Failure>> {
  const detail = await engine.inspect(id);
  if (!detail.ok) return detail;
  const { exitCode, command } = detail.value;
  const lines: string[] = [];
  const ended = await engine.runLike(id, argv, { signal, onLine: (line) => lines.push(line) });
  // The engine starts neither a shell that is not there, nor what shares with a container that is gone.
  if (!ended.ok && ended.failure.reason !== 'service') return ended;
  const look = ended.ok ? lookText(ended.value.status) : `not possible: ${ended.failure.why ?? ''}`;
  const process = `process\tfirst process\t${command.join(' ')}`;
  const own = lines.filter((line) => !line.startsWith('process\tfirst process\t'));
  const runs = `to its end (exit status ${String(exitCode)})`;
  return ok({ text: [...own, process].join('\n'), look, runs });
}

/** Looks around inside a container, as the user that it runs as. */
export async function gatherParityFacts(
  { container, script, paths, signal, ...options }: GatherRequest,
  engine: Engines,
): Promise<Result<Facts, Failure>> {
  const argv = ['sh', '-c', script, 'facts', ...paths];
  const looked =
    container.state === 'running'
      ? await lookedInto(container, argv, engine)
      : await likenessOf(container, argv, signal, engine);
  if (!looked.ok) return looked;
  const { text, look, runs } = looked.value;
  const seen: Facts = new Map([
    [
      'service',
      new Map([
        ['runs', runs],
        ['a look inside', look],
      ]),
    ],
  ]);
  return ok(joinFacts(parseFacts(text, options), seen));
}
