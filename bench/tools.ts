import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { placesIn } from '../test/support/places.ts';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { toolsAgent } from '../src/adapters/tools-client.ts';
import type { WireRequest } from '../src/ports/prober.ts';
import { freePort } from '../test/support/free-port.ts';
import { removeLeftovers } from '../test/support/engine-leftovers.ts';
import { SMALL_STACK } from '../test/support/small-stack.ts';
import { compare, median, rowText, timeCommand } from './measure.ts';

const DEV = join(resolve(import.meta.dirname, '..'), 'dist/main.js');
const ROUNDS = 31;
const PROBES = 60;
/** What the link to the tools container may add to a request. */
const ADDED_BUDGET_MS = 5;

/** `dev tools -- true` against `docker exec … true`, and what a probe adds to a request. */
export async function* benchTools(): AsyncGenerator<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-tools-'));
  const name = basename(folder).toLowerCase();
  const port = String(await freePort());
  for (const [path, text] of Object.entries(SMALL_STACK)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace(/^name: small$/m, `name: ${name}`).replace('18443', port));
  }
  const dev = (...args: string[]): Promise<number> =>
    timeCommand({ argv: ['node', DEV, ...args], cwd: folder });
  const container = `${name}-tools`;
  try {
    await dev('up', '--yes', '--quiet', '--detach');
    await dev('tools', '--', 'true');
    const run = await compare(
      'dev tools -- true, against docker exec … true',
      1.3,
      ROUNDS,
      () => dev('tools', '--', 'true'),
      () => timeCommand({ argv: ['docker', 'exec', container, 'true'] }),
    );
    yield* [rowText(run), ...(await benchProbe(folder, container))];
  } finally {
    await dev('down', '--volumes', '--no-snapshot').catch(() => undefined);
    await removeLeftovers(name);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same request many times: its own time in the container, and what the way there adds. */
async function benchProbe(folder: string, containerId: string): Promise<readonly string[]> {
  const socket = placesIn(folder).tools.socket;
  const prober = await toolsAgent.prober({ containerId, socket });
  const request: WireRequest = {
    protocol: 'http',
    url: 'http://pricing:4000/price',
    method: 'GET',
    headers: {},
    timeoutMs: 5_000,
  };
  const added: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < PROBES; round += 1) {
    const startedMs = performance.now();
    const { durationMs } = await prober.send(request);
    added.push(performance.now() - startedMs - durationMs);
    bare.push(durationMs);
  }
  prober.close();
  const addedMs = median(added);
  const verdict = addedMs <= ADDED_BUDGET_MS ? 'kept' : 'BROKEN';
  const figures = `bare ${median(bare).toFixed(2)} ms, added ${addedMs.toFixed(2)} ms`;
  return [`${'probe, per stage'.padEnd(44)} ${figures}   ≤ ${ADDED_BUDGET_MS} ms  ${verdict}`];
}
