import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { emitCompose } from '../src/compose/write/emit.ts';
import { mergeCompose } from '../src/compose/load/merge.ts';
import { ok } from '../src/util/result.ts';
import { compare, figure, median, rowText, timeCommand } from './measure.ts';

/** As people start it: through the launcher. */
const DEV = join(resolve(import.meta.dirname, '..'), 'dev');
const ROUNDS = 5;
/** How much is merged, and what it may take of Compose's time. */
const SIZES = [
  { services: 200, files: 5, budget: 0.5 },
  { services: 1_000, files: 20, budget: 0.3 },
] as const;
const EXPLAIN_BUDGET_MS = 300;

/** One of several files that all say something of every service, as overlays do. */
function fileText(file: number, services: number): string {
  const lines = ['name: bench', 'services:'];
  for (let index = 0; index < services; index += 1) {
    const [n, f] = [String(index), String(file)];
    lines.push(
      `  svc${n}:`,
      `    image: busybox:${f}`,
      '    environment:',
      `      A${f}: "x${n}"`,
      '      B: ${HOME:-y}',
      '    labels:',
      `      - l${f}=1`,
      `      - m=${f}`,
      '    ports:',
      `      - "${String(10_000 + index)}:${String(80 + file)}"`,
      '    volumes:',
      `      - ./data${n}:/d${f}`,
      '      - cache:/cache',
      '    healthcheck:',
      `      test: [CMD, "true", "${f}"]`,
      '      interval: 5s',
    );
    if (index > 0) {
      lines.push(`    depends_on: {svc${String(index - 1)}: {condition: service_healthy}}`);
    }
  }
  return `${lines.join('\n')}\nvolumes: {cache: {}}\n`;
}

function writeFiles(
  services: number,
  count: number,
): { readonly folder: string; readonly paths: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'ostest-bench-merge-'));
  const paths = Array.from({ length: count }, (_file, index) => {
    const path = join(folder, `f${String(index)}.yaml`);
    writeFileSync(path, fileText(index, services));
    return path;
  });
  return { folder, paths };
}

/** Reads, merges and writes the text out: all that Compose's own command does. Milliseconds. */
function mergeOnce(folder: string, paths: readonly string[]): number {
  const startedAt = process.hrtime.bigint();
  const merged = mergeCompose({
    layers: paths.map((path) => ({
      kind: 'file',
      path,
      display: path,
      text: readFileSync(path, 'utf8'),
    })),
    projectDirectory: folder,
    environment: { HOME: '/root' },
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  emitCompose(merged.value, {
    directory: folder,
    shownRoot: folder,
    comments: true,
    profiles: 'keep',
  });
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

async function benchSize({ services, files, budget }: (typeof SIZES)[number]): Promise<string> {
  const { folder, paths } = writeFiles(services, files);
  const theirs = ['docker', 'compose', ...paths.flatMap((path) => ['-f', path]), 'config', '-q'];
  const row = await compare(
    `merge ${String(services)} services from ${String(files)} files, in process`,
    budget,
    ROUNDS,
    () => Promise.resolve(mergeOnce(folder, paths)),
    () => timeCommand({ argv: theirs, cwd: folder }),
  );
  rmSync(folder, { recursive: true, force: true });
  return rowText(row);
}

/** Who set a value of the biggest document, start of the command included. */
async function benchExplain(): Promise<string> {
  const { folder, paths } = writeFiles(1_000, 20);
  const argv = [
    ...[DEV, 'config', '--explain', 'services.svc500.environment.B'],
    ...paths.flatMap((path) => ['-f', path]),
  ];
  await timeCommand({ argv, cwd: folder });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(await timeCommand({ argv, cwd: folder }));
  rmSync(folder, { recursive: true, force: true });
  const budget = `≤ ${String(EXPLAIN_BUDGET_MS)} ms`;
  return figure('dev config --explain, 1,000 services', `${median(times).toFixed(0)} ms`, budget);
}

/** Merging in process, against `docker compose config`; and how it grows. */
export async function* benchMerge(): AsyncGenerator<string> {
  for (const size of SIZES) yield await benchSize(size);
  yield await benchExplain();
  for (const services of [10, 100, 1000]) {
    const files = writeFiles(services, 5);
    const times = Array.from({ length: ROUNDS }, () => mergeOnce(files.folder, files.paths));
    rmSync(files.folder, { recursive: true, force: true });
    const perServiceMs = median(times) / services;
    const label = `  growth: ${String(services)} services`;
    yield `${label.padEnd(44)}${`${median(times).toFixed(0)} ms`.padStart(10)}   ${perServiceMs.toFixed(2)} ms a service`;
  }
}

if (import.meta.filename === process.argv[1]) {
  for await (const line of benchMerge()) console.log(line);
}
