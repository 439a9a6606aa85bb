// 64 modules, 300 saves a minute: whether the last save of each was checked, and how long one waits.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionEvent } from '../src/events/session-event.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { figure } from './measure.ts';

const BINARY = resolve(import.meta.dirname, '../dist/main.js');
const MODULES = 64;
const SAVES = 300;
const EVERY_MS = 60_000 / SAVES;

/** @param root an empty folder. */
export async function* benchMany(root: string): AsyncGenerator<string> {
  const modules = Array.from({ length: MODULES }, (_, index) => `m${String(index)}`);
  for (const module of modules) {
    mkdirSync(join(root, module), { recursive: true });
    writeFileSync(join(root, module, 'input.txt'), 'first\n');
  }
  const compile = 'mkdir -p dist && cp input.txt dist/seen.txt';
  const yaml = modules.map((name) => `  ${name}: { image: os, compile: '${compile}' }\n`);
  const text = `name: bench-many-${String(process.pid)}\nmodules:\n${yaml.join('')}`;
  writeFileSync(join(root, 'dev.yaml'), text);
  const dev = (...args: string[]): void => {
    execFileSync('node', [BINARY, '--project', root, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const events: SessionEvent[] = [];
  try {
    dev('up', '--yes', '--detach', '--quiet');
    const watch = spawn('node', [BINARY, '--project', root, 'watch', '--json']);
    let rest = '';
    watch.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      events.push(...lines.map((line) => JSON.parse(line) as SessionEvent));
    });
    const watches = (): boolean =>
      events.some((one) => one.kind === 'watching' && one.mode !== 'off');
    await waitFor('the watch', watches, { everyMs: 20, timeoutMs: 120_000 });
    const last = new Map<string, string>();
    for (let save = 0; save < SAVES; save += 1) {
      const module = modules[(save * 37) % MODULES] ?? '';
      last.set(module, `save ${String(save)}\n`);
      writeFileSync(join(root, module, 'input.txt'), last.get(module) ?? '');
      await sleep(EVERY_MS);
    }
    const behind = (): number =>
      [...last].filter(
        ([name, text]) => readFileSync(join(root, name, 'dist/seen.txt'), 'utf8') !== text,
      ).length;
    const endedAt = performance.now();
    await waitFor('the last save of each', () => behind() === 0, {
      everyMs: 20,
      timeoutMs: 120_000,
    });
    const afterMs = performance.now() - endedAt;
    watch.kill();
    const checks = events.filter(({ kind }) => kind === 'check-started').length;
    yield* [
      figure(
        '64 modules, 300 saves a minute: all checked after',
        `${afterMs.toFixed(0)} ms`,
        'none lost',
      ),
      figure('  checks run', String(checks), ''),
    ];
  } finally {
    dev('down', '--volumes', '--no-snapshot', '--quiet');
  }
}
