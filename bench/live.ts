// The live loop's figures: a save to its check running and to its result, against the bare command
// in that container and against `docker compose watch` delivering the file; the idle session; the
// start of watching; a burst.
import { placesIn } from '../test/support/places.ts';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionEvent } from '../src/events/session-event.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { benchMany } from './live-many.ts';
import { benchWatch } from './live-watch.ts';
import { figure, median } from './measure.ts';

const BINARY = resolve(import.meta.dirname, '../dist/main.js');
const SAVES = 20;
/** Some ten seconds after its last work V8 clears its heap, once, for some 100 ms: that is no idling. */
const REST_MS = 20_000;
const IDLE_MS = 40_000;

/** Looks often: what is waited for is what is measured. */
function until<T>(what: string, look: () => T | undefined): Promise<T> {
  return waitFor(what, look, { everyMs: 2, timeoutMs: 120_000 });
}

/** Lines of a program as they come, each with the time of its arrival (epoch ms). */
function lines(child: ChildProcess): { at: number; text: string }[] {
  const seen: { at: number; text: string }[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) seen.push({ at: Date.now(), text: part });
  });
  return seen;
}

async function benchSaves(root: string, name: string): Promise<readonly string[]> {
  const rows: string[] = [];
  const report = (...row: Parameters<typeof figure>): void => {
    rows.push(figure(...row));
  };
  const dev = (...args: string[]): void => {
    execFileSync('node', [BINARY, '--project', root, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  dev('up', '--yes', '--detach', '--quiet');
  const watch = spawn('node', [BINARY, '--project', root, 'watch', '--json']);
  const seen = lines(watch);
  const events = (from: number): SessionEvent[] =>
    seen.slice(from).map(({ text }) => JSON.parse(text) as SessionEvent);
  await until('the watch', () =>
    events(0).find((one) => one.kind === 'watching' && one.mode !== 'off'),
  );
  await sleep(500);

  const toRunning: number[] = [];
  const toResult: number[] = [];
  for (let index = 0; index < SAVES; index += 1) {
    const from = seen.length;
    const savedAt = Date.now();
    writeFileSync(join(root, 'm0/input.txt'), `save ${String(index)}\n`);
    await until('its end', () => events(from).find((one) => one.kind === 'settled'));
    const compile = events(from).filter((one) => 'check' in one && one.check === 'compile');
    const started = compile.find((one) => one.kind === 'check-started');
    const finished = compile.find((one) => one.kind === 'check-finished');
    toRunning.push((started?.at ?? Number.NaN) - savedAt);
    toResult.push((finished?.at ?? Number.NaN) - savedAt);
    await sleep(50);
  }
  const container = `${name}-m0-1`;
  const bare = Array.from({ length: SAVES }, () => {
    const script =
      't=$(date +%s%N); sh compile.sh >/dev/null; echo $((($(date +%s%N) - t) / 1000000))';
    return Number(execFileSync('docker', ['exec', container, 'sh', '-c', script]).toString());
  });
  const compose = await composeWatch(root);
  const ratio = median(toRunning) / median(compose);
  report(
    'save to check running in the container, median',
    `${median(toRunning).toFixed(0)} ms`,
    '',
  );
  report(
    'save to file delivered by docker compose watch, median',
    `${median(compose).toFixed(0)} ms`,
    '',
  );
  report('  ratio', ratio.toFixed(3), '<= 0.15');
  report('bare command in the container, median', `${median(bare).toFixed(0)} ms`, '');
  report('save to result, median', `${median(toResult).toFixed(0)} ms`, '');
  report('  ratio', (median(toResult) / median(bare)).toFixed(3), '<= 1.15');

  const from = seen.length;
  const settings = join(root, 'dev.settings.yaml');
  const editedAt = Date.now();
  writeFileSync(
    settings,
    readFileSync(settings, 'utf8').replace('desktop: true', 'desktop: false').concat('# edited\n'),
  );
  const told = await until('the settings', () =>
    events(from).find((one) => one.kind === 'modules'),
  );
  report('settings edit to effect', `${String(told.at - editedAt)} ms`, '<= 1000 ms');

  rows.push(...(await idle(root)));
  watch.kill();
  dev('down', '--volumes', '--no-snapshot', '--quiet');
  return rows;
}

/** How long `docker compose watch` takes to deliver a file into a container of its own. */
async function composeWatch(root: string): Promise<number[]> {
  const folder = join(root, 'compose-watch');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'src/input.txt'), 'start\n');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:trixie-slim\nCOPY src /src\n');
  writeFileSync(
    join(folder, 'compose.yaml'),
    `services:
  app:
    build: .
    init: true
    command: sh -c 'old=; while sleep 0.005; do new=$$(cat /src/input.txt 2>/dev/null); [ "$$new" = "$$old" ] || echo "$$new"; old=$$new; done'
    develop:
      watch: [{ action: sync, path: ./src, target: /src }]
`,
  );
  const compose = [
    'compose',
    '-p',
    `bench-watch-${String(process.pid)}`,
    '-f',
    join(folder, 'compose.yaml'),
  ];
  execFileSync('docker', [...compose, 'up', '-d', '--build'], { stdio: 'ignore' });
  const watcher = spawn('docker', [...compose, 'watch', '--no-up'], { stdio: 'ignore' });
  const logs = spawn('docker', [...compose, 'logs', '-f', '--no-log-prefix']);
  const seen = lines(logs);
  await sleep(3_000);
  const times: number[] = [];
  for (let index = 0; index < SAVES; index += 1) {
    const text = `save ${String(index)}`;
    const savedAt = Date.now();
    writeFileSync(join(folder, 'src/input.txt'), `${text}\n`);
    const arrived = await until('delivery', () => seen.find((line) => line.text.includes(text)));
    times.push(arrived.at - savedAt);
    await sleep(50);
  }
  watcher.kill();
  logs.kill();
  execFileSync('docker', [...compose, 'down', '--rmi', 'local', '-t', '1'], { stdio: 'ignore' });
  return times;
}

async function idle(root: string): Promise<readonly string[]> {
  const pid = readFileSync(placesIn(root).session.lock, 'utf8').split(' ')[0] ?? '';
  const ticks = (): number => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(stat[11]) + Number(stat[12]);
  };
  await sleep(REST_MS);
  const before = ticks();
  await sleep(IDLE_MS);
  const share = ((ticks() - before) * 10) / IDLE_MS;
  const rssKib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return [
    figure(
      'session idle with 8 modules, share of a core',
      `${(share * 100).toFixed(2)} %`,
      '≤ 0.2 %',
    ),
    figure(
      'session idle with 8 modules, memory',
      `${(Number(rssKib) / 1024).toFixed(0)} MiB`,
      '≤ 60 MiB',
    ),
  ];
}

/** A project of eight small modules, each with a compile of a second; then a big repository. */
export async function* benchLive(): AsyncGenerator<string> {
  const folder = mkdtempSync(join(tmpdir(), 'onestack-bench-live-'));
  const name = `bench-live-${String(process.pid)}`;
  const project = join(folder, 'project');
  const modules = Array.from({ length: 8 }, (_, index) => `m${String(index)}`);
  for (const module of modules) {
    mkdirSync(join(project, module), { recursive: true });
    writeFileSync(join(project, module, 'compile.sh'), 'sleep 1; cat *.txt 2>/dev/null; true\n');
  }
  const yaml = modules.map((module) => `  ${module}: { image: node, compile: sh compile.sh }\n`);
  writeFileSync(join(project, 'dev.yaml'), `name: ${name}\nmodules:\n${yaml.join('')}`);
  try {
    yield* await benchSaves(project, name);
    yield* benchMany(join(folder, 'many'));
    yield* benchWatch(join(folder, 'big'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
