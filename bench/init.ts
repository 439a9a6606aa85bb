import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { figure, median, timeCommand } from './measure.ts';

/** As people start it: through the launcher. */
const DEV = join(resolve(import.meta.dirname, '..'), 'dev');
const ROUNDS = 5;
const BUDGET_MS = 2_000;
const SERVICES = 50;
/** Per service, in ten folders: 20,000 in all. */
const FILES = 400;
const FOLDERS = 10;

/** Half of the services are built from a folder, all of them have code of some language. */
function writeRepository(root: string): void {
  const services = Array.from({ length: SERVICES }, (_service, index) => {
    const [n, folder] = [String(index), join(root, `s${String(index)}`)];
    for (let at = 0; at < FOLDERS; at += 1) {
      const below = join(folder, 'src', `d${String(at)}`);
      mkdirSync(below, { recursive: true });
      for (let file = 0; file < FILES / FOLDERS; file += 1) {
        writeFileSync(join(below, `f${String(file)}.js`), 'x\n');
      }
    }
    writeFileSync(join(folder, 'package.json'), `{"name":"s${n}","scripts":{"start":"node ."}}`);
    writeFileSync(join(folder, 'Dockerfile'), 'FROM node:24\n');
    const from = index % 2 === 0 ? `build: ./s${n}` : 'image: debian:trixie-slim';
    return `  s${n}:\n    ${from}\n    ports: ['${String(20_000 + index)}:80']\n    environment: { N: '${n}' }\n`;
  });
  writeFileSync(join(root, 'compose.yaml'), `services:\n${services.join('')}`);
}

/** `dev init --yes` on a repository as large as most teams have. */
export async function* benchInit(): AsyncGenerator<string> {
  const root = mkdtempSync(join(tmpdir(), 'ostest-bench-init-'));
  try {
    writeRepository(root);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      writeFileSync(join(root, '.gitignore'), 'node_modules/\ndist/\n*.log\n.env\n');
      times.push(await timeCommand({ argv: [DEV, 'init', '--yes'], cwd: root }));
      for (const name of ['dev', 'dev.yaml', 'compose', '.gitattributes']) {
        rmSync(join(root, name), { recursive: true, force: true });
      }
    }
    const ms = median(times);
    const verdict = `≤ ${String(BUDGET_MS)} ms  ${ms <= BUDGET_MS ? 'kept' : 'BROKEN'}`;
    yield* [figure('dev init --yes, 50 services, 20,000 files', `${ms.toFixed(0)} ms`, verdict)];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
