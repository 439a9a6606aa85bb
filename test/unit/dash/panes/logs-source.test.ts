import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { logsSource } from '../../../../src/dash/panes/logs-source.ts';
import type { ContainerSummary, LogLine } from '../../../../src/ports/engine-containers.ts';
import { ok } from '../../../../src/util/result.ts';
import { aContainer } from '../../../support/containers.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** What a pane says of a service whose container is this one at each look, a second apart. */
async function said(looks: readonly ContainerSummary[]): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const left = [...looks];
  const lines: string[] = [];
  async function* logs(): AsyncGenerator<LogLine> {
    yield* await Promise.resolve([]);
  }
  const source = logsSource({
    engine: () =>
      Promise.resolve({
        containers: () => Promise.resolve(ok(left.length > 1 ? left.splice(0, 1) : left)),
        logs,
      }),
    clock,
    instance: 'shop',
    service: 'web',
    isRaw: () => false,
    inSources: (text) => text,
  })(
    { columns: 80, rows: 24 },
    {
      write: (data) =>
        lines.push(stripVTControlCharacters(String(data)).replaceAll(/[\x18\r\n]/g, '')),
      reset: () => undefined,
      ended: () => undefined,
    },
  );
  for (let second = 0; second < looks.length; second += 1) await clock.advance(1_000);
  source.close();
  return lines;
}

const web = (id: string, state: ContainerSummary['state'], status: string): ContainerSummary =>
  aContainer('web', { id, name: id, state, status });

it('says that a container is made when it is not started at once', async () => {
  const old = web('old', 'running', 'Up 1 minute');
  const made = web('new', 'created', 'Created');
  const started = web('new', 'running', 'Up 1 second');
  expect(await said([old, made, started])).toEqual(['new container new']);
  expect(await said([old, made, made, started])).toEqual(['new container new', 'web: Created']);
});
