import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitCompose } from '../src/compose/write/emit.ts';
import { mergeCompose } from '../src/compose/load/merge.ts';
import { ok } from '../src/util/result.ts';
import { compare, median, rowText, timeCommand, type Row } from './measure.ts';

const FILES = 5;
const ROUNDS = 5;
const BUDGET = 0.5;

/** One of five files that all say something of every service, as overlays do. */
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

function writeFiles(services: number): { readonly folder: string; readonly paths: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'ostest-bench-merge-'));
  const paths = Array.from({ length: FILES }, (_file, index) => {
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

/** Merging 200 services from 5 files in process, against `docker compose config`; and how it grows. */
export async function benchMerge(): Promise<readonly string[]> {
  const rows: string[] = [];
  const { folder, paths } = writeFiles(200);
  const theirs = ['docker', 'compose', ...paths.flatMap((path) => ['-f', path]), 'config', '-q'];
  const row: Row = await compare(
    'merge 200 services from 5 files, in process',
    BUDGET,
    ROUNDS,
    () => Promise.resolve(mergeOnce(folder, paths)),
    () => timeCommand({ argv: theirs, cwd: folder }),
  );
  rows.push(rowText(row));
  rmSync(folder, { recursive: true, force: true });
  for (const services of [10, 100, 1000]) {
    const files = writeFiles(services);
    const times = Array.from({ length: ROUNDS }, () => mergeOnce(files.folder, files.paths));
    rmSync(files.folder, { recursive: true, force: true });
    const perServiceMs = median(times) / services;
    const label = `  growth: ${String(services)} services`;
    rows.push(
      `${label.padEnd(44)}${`${median(times).toFixed(0)} ms`.padStart(10)}   ${perServiceMs.toFixed(2)} ms a service`,
    );
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) {
  for (const line of await benchMerge()) console.log(line);
}
