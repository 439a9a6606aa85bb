import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeSession } from '../test/support/fake-session.ts';
import { findProcesses } from '../test/support/find-process.ts';
import { openScreen } from '../test/support/pty-screen.ts';
import type { Screen } from '../test/support/pty-screen.ts';
import { REPOSITORY } from '../test/support/rig.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { rowText, timeCommand } from './measure.ts';
import type { Row } from './measure.ts';

const MAIN = join(REPOSITORY, 'dist/main.js');
const FLOOD_PANES = 7;
const LINES_PER_SECOND = 20_000;
const MEASURE_MS = 8_000;
const KEYS = 100;
/**
 * Some eight seconds after its last work V8 clears its heap, once, for some 50 ms in the host and
 * 40 in the client. Idle is measured so long that this is in it, and does not stand for all of it.
 */
const IDLE_MS = 20_000;

/** Prints lines of log-like text at a steady rate, for ever. */
const FLOOD = `
const perTick = ${LINES_PER_SECOND / FLOOD_PANES / 50};
let n = 0, due = 0, free = true;
process.stdout.on('drain', () => { free = true; });
setInterval(() => {
  due += perTick;
  if (!free) return;
  let text = '';
  for (; due >= 1; due -= 1) text += '\\x1b[32mINFO\\x1b[0m request ' + (n++) + ' handled in 12 ms by worker 3 of pool main\\n';
  free = process.stdout.write(text);
}, 20);`;

interface Dashboard {
  readonly root: string;
  readonly screen: Screen;
  readonly hostPid: number;
  close(): Promise<void>;
}

const trust = (root: string, ...options: readonly string[]): Promise<number> =>
  timeCommand({ argv: [process.execPath, MAIN, 'trust', ...options], cwd: root });

async function dashboard(windows: string): Promise<Dashboard> {
  const root = mkdtempSync(join(tmpdir(), 'onestack-bench-dash-'));
  writeFileSync(join(root, 'flood.js'), FLOOD);
  writeFileSync(join(root, 'dev.yaml'), `name: bench\nwindows:\n${windows}`);
  // Panes of `exec` run on this machine.
  await trust(root);
  const session = await fakeSession(root, 'bench');
  const about = { pid: 1, project: 'bench', root, context: 'dev', version: '0' };
  session.emit({ kind: 'session-started', ...about, at: Date.now(), save: 0 });
  const screen = await openScreen([process.execPath, MAIN, 'dash'], {
    cwd: root,
    columns: 160,
    rows: 48,
  });
  await screen.until('the dashboard', /0:overview/);
  const [hostPid = 0] = findProcesses(root, '--serve');
  return {
    root,
    screen,
    hostPid,
    close: async () => {
      session.close();
      await screen.exited;
      screen.close();
      await trust(root, '--revoke');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** CPU time that a process and all its threads have used, in milliseconds, to the nanosecond. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const used = threads.map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    return Number(text.split(' ', 1)[0]);
  });
  return used.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Part of one core that host and client together use over a while. */
async function load(
  pids: readonly number[],
  ms: number,
): Promise<Pick<Row, 'oursMs' | 'theirsMs'>> {
  const startedAt = performance.now();
  const before = pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  await waitFor('the time', () => performance.now() - startedAt > ms, { everyMs: 200 });
  const used = pids.reduce((sum, pid) => sum + cpuMs(pid), 0) - before;
  return { oursMs: used, theirsMs: performance.now() - startedAt };
}

/** Resolves when these processes have begun all that they do: a second without work. */
async function calm(pids: readonly number[]): Promise<void> {
  let before = -1;
  await waitFor(
    'an idle dashboard',
    () => {
      const now = pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
      const isIdle = now - before < 10;
      before = now;
      return isIdle;
    },
    { everyMs: 1_000 },
  );
}

/** From a key sent to its echo on the screen, in milliseconds, sorted. */
async function echoes(screen: Screen): Promise<readonly number[]> {
  const times: number[] = [];
  let typed = '';
  for (let at = 0; at < KEYS; at += 1) {
    typed += 'abcdefghij'[at % 10] ?? '';
    const sentAt = performance.now();
    screen.send(typed.slice(-1));
    // The pane is a cat: what is typed comes back once; long lines wrap, so a new one begins.
    await screen.until('the echo', (now) => now.rows().some((row) => row.includes(typed)), 10_000);
    times.push(performance.now() - sentAt);
    if (typed.length === 10) {
      screen.send('\r');
      typed = '';
      await screen.until('the new line', (now) => now.emulator.cursor()?.x === 0, 10_000);
    }
  }
  return times.toSorted((one, other) => one - other);
}

/** The highest number that a line of the flood on the screen has. */
function newestLine(screen: Screen): number {
  return Math.max(
    0,
    ...[...screen.text().matchAll(/request (\d+)/g)].map((match) => Number(match[1])),
  );
}

/** From the command to the first frame on the screen, in milliseconds. */
async function firstFrameMs(root: string): Promise<number> {
  const startedAt = performance.now();
  const screen = await openScreen([process.execPath, MAIN, 'dash'], { cwd: root });
  await screen.until('the first frame', /0:overview/);
  const took = performance.now() - startedAt;
  screen.send('\x02d');
  await screen.exited;
  return took;
}

/** The dashboard's budgets: a flood, keys in it, memory, quiet, and how soon it is there. */
export async function* benchDash(): AsyncGenerator<string> {
  const panes = [
    "{ command: 'exec cat', in: host }",
    ...Array.from(
      { length: FLOOD_PANES },
      (_, at) => `{ command: 'exec node flood.js ${at}', in: host }`,
    ),
  ];
  const flood = await dashboard(
    `  - { name: flood, layout: tiled, panes: [${panes.join(', ')}] }\n`,
  );
  const pids = [flood.hostPid, flood.screen.pid];
  await flood.screen.until('the flood', /request \d{4,}/, 60_000);
  const linesBefore = newestLine(flood.screen);
  const busy = await load(pids, MEASURE_MS);
  const lines = (newestLine(flood.screen) - linesBefore) * FLOOD_PANES;
  const rate = Math.round((lines * 1000) / busy.theirsMs);
  const times = await echoes(flood.screen);
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0;
  // By now every pane's scrollback is full.
  await flood.screen.until('full scrollback', /request [1-9]\d{4,}/, 60_000);
  const memory = residentMiB(flood.hostPid);
  await flood.close();

  const quiet = await dashboard(
    "  - { name: quiet, layout: tiled, panes: [{ command: 'exec cat', in: host }] }\n",
  );
  const quietPids = [quiet.hostPid, quiet.screen.pid];
  await calm(quietPids);
  const idle = await load(quietPids, IDLE_MS);
  const againMs = await firstFrameMs(quiet.root);
  // As for the first dashboard after `dev up`: the host of the panes is not there yet.
  quiet.screen.send('\x02d');
  await quiet.screen.exited;
  process.kill(quiet.hostPid, 'SIGKILL');
  await waitFor('its end', () => findProcesses(quiet.root, '--serve').length === 0);
  const firstMs = await firstFrameMs(quiet.root);
  await quiet.close();
  const rows: readonly Row[] = [
    { what: `dashboard, ${rate} lines/s, CPU of wall time`, ...busy, budget: 1 },
    { what: 'dashboard, key to echo (p95), of 50 ms', oursMs: p95, theirsMs: 50, budget: 1 },
    { what: 'dashboard idle, CPU of wall time', ...idle, budget: 0.01 },
    { what: 'dashboard, first frame, of 300 ms', oursMs: againMs, theirsMs: 300, budget: 1 },
    { what: 'dashboard, the very first one', oursMs: firstMs, theirsMs: 300, budget: 1 },
  ];
  yield* [
    ...rows.map(rowText),
    `dashboard, memory of 8 panes with 10,000 lines each: ${memory.toFixed(0)} MiB`,
  ];
}
