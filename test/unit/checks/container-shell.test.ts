import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type {
  ContainerShell,
  ShellEnd,
  StartedCheck,
} from '../../../src/checks/container-shell.ts';
import { openCheckShell } from '../../../src/checks/container-shell.ts';
import { createShellPool } from '../../../src/checks/shell-pool.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { alive } from '../../support/alive.ts';
import { createLocalEngine } from '../../support/local-engine.ts';

// A real `sh` on this machine stands for the container's.
const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

const opened: ContainerShell[] = [];
afterEach(() => {
  for (const shell of opened.splice(0)) shell.close();
});

async function shellOf(local = createLocalEngine()): Promise<ContainerShell> {
  const shell = await openCheckShell(local.engine, 'any');
  if (!shell.ok) throw new Error(shell.failure.what);
  opened.push(shell.value);
  return shell.value;
}

async function check(
  shell: ContainerShell,
  command: string,
  directory = '/',
): Promise<{ end: ShellEnd; output: Buffer; leader: number; mark: string }> {
  const chunks: Buffer[] = [];
  let started: StartedCheck = { leader: 0, mark: '' };
  const end = await shell.check({
    command,
    directory,
    onStart: (now) => {
      started = now;
    },
    onOutput: (bytes) => chunks.push(Buffer.from(bytes)),
  });
  return { end, output: Buffer.concat(chunks), ...started };
}

describe('a shell kept open', () => {
  it('runs one command after the other, each with its output and exit status', async () => {
    const shell = await shellOf();
    const first = await check(shell, 'echo out; echo err >&2; exit 3');
    expect(first).toMatchObject({ end: { kind: 'exit', status: 3 } });
    expect(first.output.toString()).toBe('out\nerr\n');
    const second = await check(shell, `printf %s "it's"`, '/tmp');
    expect(second).toMatchObject({ end: { kind: 'exit', status: 0 } });
    expect(second.output.toString()).toBe("it's");
  });

  it('gives each command a session of its own and an empty standard input', async () => {
    const shell = await shellOf();
    const { output, leader } = await check(shell, `read -r x; cut -d' ' -f5,6 /proc/$$/stat`);
    expect(output.toString().trim()).toBe(`${leader} ${leader}`);
  });

  it('passes any bytes, and large ones', async () => {
    const shell = await shellOf();
    const size = 3_000_000;
    const { end, output } = await check(shell, `head -c ${size} /dev/urandom`);
    expect(end).toEqual({ kind: 'exit', status: 0 });
    expect(output).toHaveLength(size);
  });

  it('fails in a folder that is not there, without running the command', async () => {
    const shell = await shellOf();
    const { end, leader } = await check(shell, 'echo no', '/not/there');
    expect(end.kind === 'exit' && end.status > 0).toBe(true);
    expect(leader).toBe(0);
  });

  it('is found lost when it is killed, though its child goes on', async () => {
    const local = createLocalEngine();
    const pool = createShellPool(local.engine, clock);
    const shell = await pool.acquire('any');
    if (!shell.ok) throw new Error(shell.failure.what);
    const stop = new AbortController();
    let started: StartedCheck = { leader: 0, mark: '' };
    const end = shell.value.check({
      command: 'sleep 30',
      directory: '/',
      onStart: (now) => {
        started = now;
        pool.watch('any', shell.value, stop.signal);
        local.shells[0]?.kill('SIGKILL');
      },
      onOutput: () => undefined,
    });
    await expect(end).resolves.toEqual({ kind: 'lost' });
    expect(shell.value.open).toBe(false);
    stop.abort();
    await expect(pool.kill('any', started)).resolves.toBe(true);
    await pool.close();
  });
});

describe('ending a check', () => {
  it.each([
    ['a command that forks', 'sleep 31 & sleep 32 & sleep 33'],
    ['one that ignores TERM', `trap '' TERM; sleep 34 & while :; do sleep 1; done`],
    ['one whose children leave the group', `bash -c 'set -m; sleep 35 & sleep 36 & wait'`],
  ])('kills %s with all its children', async (_name, command) => {
    const local = createLocalEngine();
    const pool = createShellPool(local.engine, clock);
    const shell = await pool.acquire('any');
    if (!shell.ok) throw new Error(shell.failure.what);
    const started = await new Promise<StartedCheck>((resolve) => {
      void shell.value
        .check({ command, directory: '/', onStart: resolve, onOutput: () => undefined })
        .then(() => pool.release('any', shell.value));
    });
    await expect(pool.kill('any', started)).resolves.toBe(true);
    expect(alive(started.leader)).toBe(false);
    // Killing what is gone is done at once.
    await expect(pool.kill('any', started)).resolves.toBe(true);
    await pool.close();
  });

  it('kills what detached itself, but leaves it after an end of its own', async () => {
    const local = createLocalEngine();
    const pool = createShellPool(local.engine, clock);
    const shell = await pool.acquire('any');
    if (!shell.ok) throw new Error(shell.failure.what);
    const { output, ...started } = await check(
      shell.value,
      // Ends once the stray has a session of its own.
      'setsid sleep 37 >/dev/null & until grep -q sleep /proc/$!/comm; do :; done; echo $!',
    );
    const stray = Number(output.toString());
    pool.release('any', shell.value);
    await expect(pool.kill('any', started, { grace: false, detached: false })).resolves.toBe(true);
    expect(alive(stray)).toBe(true);
    await expect(pool.kill('any', started)).resolves.toBe(true);
    expect(alive(stray)).toBe(false);
    await pool.close();
  });
});
