import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCheckLogs } from '../../../src/adapters/check-logs.ts';
import { createCheckRunner } from '../../../src/checks/check-runner.ts';
import type { CheckRunRequest, CheckRunner, RunEnd } from '../../../src/checks/check-runner.ts';
import { createShellPool } from '../../../src/checks/shell-pool.ts';
import type { ShellPool } from '../../../src/checks/shell-pool.ts';
import type { CheckResult } from '../../../src/model/check-result.ts';
import type { CheckDefinition } from '../../../src/model/module.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { aModule, checkAsWritten } from '../../support/modules.ts';
import { alive } from '../../support/alive.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLocalEngine } from '../../support/local-engine.ts';
import type { LocalEngine } from '../../support/local-engine.ts';

// The runner with real shells of this machine and real log files.
const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

let root: string;
let local: LocalEngine;
let pool: ShellPool;
let runner: CheckRunner;
const problems: Error[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onestack-runner-'));
  local = createLocalEngine();
  pool = createShellPool(local.engine, clock);
  problems.length = 0;
  const logs = createCheckLogs(
    join(root, 'logs/checks'),
    (error) => error && problems.push(error),
    4 * 1024 * 1024,
  );
  runner = createCheckRunner({ pool, clock, logs, exists: () => true, way: checkAsWritten });
});
afterEach(async () => {
  await pool.close();
  rmSync(root, { recursive: true, force: true });
});

interface Seen {
  starts: number;
  output: string;
  truncated: boolean;
}

function request(
  run: string,
  more: Partial<CheckDefinition> = {},
): CheckRunRequest & { seen: Seen } {
  const seen: Seen = { starts: 0, output: '', truncated: false };
  return {
    seen,
    module: aModule('api'),
    check: { kind: 'test', run, timeoutMs: 60_000, daemon: false, formats: [], ...more },
    place: { containerId: 'any', deaths: 0, directory: '/tmp', mountedAt: '/workspace' },
    run: 1,
    changedAt: undefined,
    save: 7,
    onStart: () => {
      seen.starts += 1;
    },
    onOutput: (text, truncated) => {
      seen.output += text;
      seen.truncated ||= truncated;
    },
  };
}

function resultOf(end: RunEnd): CheckResult {
  if (end.kind !== 'finished') throw new Error(`ended as ${end.kind}`);
  return end.result;
}

const never = new AbortController().signal;

describe('running a check', () => {
  it('gives outcome, diagnostics, counts and output, and names its save', async () => {
    const asked = request(
      'echo "src/a.ts(1,2): error TS1: wrong"; echo "# pass 3"; echo "# fail 1"; exit 1',
    );
    const result = resultOf(await runner.run(asked, never));
    expect(result).toMatchObject({
      module: 'api',
      check: 'test',
      run: 1,
      save: 7,
      outcome: 'failed',
      exitStatus: 1,
      diagnostics: [{ file: 'api/src/a.ts', line: 1, column: 2 }],
      tests: { passed: 3, failed: 1, skipped: 0 },
      log: join(root, 'logs/checks/api.test.log'),
    });
    expect(result.tail).toHaveLength(3);
    expect(asked.seen).toMatchObject({ starts: 1, truncated: false });
    expect(asked.seen.output).toContain('TS1: wrong');
  });

  it('keeps the whole output of the last failed run, also after a good one', async () => {
    const log = join(root, 'logs/checks/api.test.log');
    await runner.run(request('echo first; exit 1'), never);
    await runner.run(request('echo second; exit 1'), never);
    await runner.run(request('echo third'), never);
    expect(readFileSync(log, 'utf8')).toBe('second\n');
  });

  it('kills what runs past its limit', async () => {
    // Its limit is reached at its first word.
    const timeoutMs = 123_456;
    const said = new AbortController();
    const limited: Clock = {
      ...clock,
      sleep: (ms, signal) =>
        ms === timeoutMs
          ? once(said.signal, 'abort').then(() => undefined)
          : clock.sleep(ms, signal),
    };
    const logs = createCheckLogs(join(root, 'logs/checks'), () => undefined);
    const other = createCheckRunner({
      pool,
      clock: limited,
      logs,
      exists: () => true,
      way: checkAsWritten,
    });
    const asked = request('echo begun; sleep 60', { timeoutMs });
    const result = resultOf(await other.run({ ...asked, onOutput: () => said.abort() }, never));
    expect(result.outcome).toBe('timed-out');
    expect(result.tail[0]).toBe('begun');
  });

  it('bounds a flood in memory, for clients and on the disk', async () => {
    const asked = request('yes 0123456789abcdef | head -c 30000000; exit 1');
    const result = resultOf(await runner.run(asked, never));
    expect(result.outcome).toBe('failed');
    expect(asked.seen.truncated).toBe(true);
    expect(asked.seen.output.length).toBeLessThan(6_000_000);
    const log = readFileSync(join(root, 'logs/checks/api.test.log'), 'utf8');
    expect(log.length).toBeLessThan(4.1 * 1024 * 1024);
    expect(log).toMatch(/\n… 25805696 bytes left out …\n/);
  });

  it('resolves when an aborted check is gone with its children, and keeps no log of it', async () => {
    const abort = new AbortController();
    const marker = join(root, 'child');
    const asked = request(`sleep 60 & echo $! > ${marker}; echo up; sleep 60`);
    const end = runner.run({ ...asked, onOutput: () => abort.abort() }, abort.signal);
    await expect(end).resolves.toMatchObject({ kind: 'cancelled' });
    const child = Number(readFileSync(marker, 'utf8'));
    expect(alive(child)).toBe(false);
    expect(existsSync(join(root, 'logs/checks/api.test.log'))).toBe(false);
  });

  it('ends what a finished command left running', async () => {
    const marker = join(root, 'child');
    await runner.run(request(`sleep 60 >/dev/null 2>&1 & echo $! > ${marker}`), never);
    const child = Number(readFileSync(marker, 'utf8'));
    await waitFor('the child to end', () => !alive(child), { everyMs: 10 });
  });

  it('runs once more when its shell is killed', async () => {
    const mark = join(root, 'mark');
    const asked = request(`[ -e ${mark} ] && exit 0; touch ${mark}; sleep 60`);
    const killShell = async (): Promise<void> => {
      await waitFor('the mark', () => existsSync(mark), { everyMs: 10 });
      local.shells[0]?.kill('SIGKILL');
    };
    const end = await runner.run(
      {
        ...asked,
        onStart: () => {
          asked.onStart();
          if (asked.seen.starts === 1) void killShell();
        },
      },
      never,
    );
    expect(resultOf(end).outcome).toBe('passed');
    expect(asked.seen.starts).toBe(2);
  });

  it('says so when the folder is gone', async () => {
    const asked = request('echo no');
    const end = await runner.run(
      { ...asked, place: { ...asked.place, directory: join(root, 'gone') } },
      never,
    );
    expect(end.kind === 'lost' && end.failure.what).toContain('/gone in the container');
    expect(asked.seen.starts).toBe(0);
  });

  it('goes on without a log when there is no room for one', async () => {
    const logs = createCheckLogs(
      '/dev/null/no/logs/checks',
      (error) => error && problems.push(error),
    );
    const other = createCheckRunner({ pool, clock, logs, exists: () => true, way: checkAsWritten });
    const result = resultOf(await other.run(request('echo x; echo y; exit 1'), never));
    expect(result).not.toHaveProperty('log');
    expect(result.tail).toEqual(['x', 'y']);
    expect(problems).toHaveLength(1);
  });
});
