// Save → result of checks that look only at what changed, against the bare command with nothing kept,
// run in the same container: `tsc`, `eslint` and `go`, each on a module of some size.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionEvent } from '../src/events/session-event.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { median, rowText } from './measure.ts';

const BINARY = resolve(import.meta.dirname, '../dist/main.js');
const ROUNDS = 7;
const BUDGET = 0.5;
const FILES = 150;

/** A module with one check, and how a save of it looks. */
interface Subject {
  readonly name: string;
  readonly image: 'node' | 'go';
  readonly check: 'compile' | 'test' | 'lint';
  readonly run: string;
  /** The bare command as nothing was kept: shell text for the container. */
  readonly cold: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** The file that is saved, with its text in a round. */
  readonly edit: (round: number) => readonly [path: string, text: string];
}

const TYPESCRIPT = { typescript: '5.9', '@types/node': '^20' };
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    ...{ target: 'ES2023', lib: ['ES2023'], module: 'nodenext', types: ['node'], strict: true },
    ...{ rootDir: 'src', outDir: 'dist', skipLibCheck: true, noUncheckedIndexedAccess: true },
  },
  include: ['src'],
});

/** A file of about seventy lines, as services have them: records, a class, what is made of others. */
function tsFile(index: number, round = 0): string {
  const used = [index - 1, index - 7, index - 31].filter((one) => one >= 0);
  const parts = Array.from({ length: 6 }, (_, part) => {
    const name = `${String(index)}_${String(part)}`;
    return `
export interface Record${name} {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly parent?: Record${name};
}

/** Totals by tag, of those that have a name. */
export function totals${name}(records: readonly Record${name}[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name, tags, id } of records.filter((one) => one.name !== '')) {
    for (const tag of tags) found.set(\`\${name}/\${tag}\`, (found.get(tag) ?? 0) + id);
  }
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}`;
  });
  const imports = used.map(
    (one) =>
      `import { totals${String(one)}_0, type Record${String(one)}_0 } from './file${String(one)}.js';`,
  );
  const uses = used.map(
    (one) =>
      `export const of${String(one)} = (all: Record${String(one)}_0[]): number => totals${String(one)}_0(all).size + ${String(round)};`,
  );
  return [...imports, ...parts, ...uses, ''].join('\n');
}

const tsFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: FILES }, (_, index) => [`src/file${String(index)}.ts`, tsFile(index)]),
  );

function goFile(index: number, round = 0): string {
  const name = String(index);
  return `package part${name}

import (
	"encoding/json"
	"net/http"
	"strconv"
)

type Record struct {
	ID   int    \`json:"id"\`
	Name string \`json:"name"\`
}

func Handle(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.URL.Query().Get("id"))
	_ = json.NewEncoder(w).Encode(Record{ID: id + ${String(round)}, Name: "part"})
}
`;
}

const goTest = (index: number): string => `package part${String(index)}

import (
	"net/http/httptest"
	"testing"
)

func TestHandle(t *testing.T) {
	w := httptest.NewRecorder()
	Handle(w, httptest.NewRequest("GET", "/?id=1", nil))
	if w.Code != 200 {
		t.Fatal(w.Code)
	}
}
`;

const GO_PARTS = 6;

function subjects(): readonly Subject[] {
  const middle = Math.floor(FILES / 2);
  const edit = (round: number) =>
    [`src/file${String(middle)}.ts`, tsFile(middle, round + 1)] as const;
  const eslint = { eslint: '^9.39.5', '@eslint/js': '^9.39.5', 'typescript-eslint': '^8.73.0' };
  return [
    {
      ...{ name: 'types', image: 'node', check: 'compile', run: 'npm run -s build' },
      ...{ cold: 'npm run -s build', packages: TYPESCRIPT, edit },
      files: { ...tsFiles(), 'tsconfig.json': TSCONFIG },
    },
    {
      ...{ name: 'style', image: 'node', check: 'lint', run: 'npm run -s lint' },
      ...{ cold: 'npm run -s lint', packages: { ...TYPESCRIPT, ...eslint }, edit },
      files: {
        ...tsFiles(),
        'eslint.config.js': `import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(eslint.configs.recommended, tseslint.configs.strict, tseslint.configs.stylistic);
`,
      },
    },
    {
      ...{ name: 'gopher', image: 'go', check: 'test', run: 'go test ./...', packages: {} },
      cold: 'GOCACHE=$(mktemp -d) go test ./...',
      files: {
        'go.mod': 'module example.com/gopher\n\ngo 1.22\n',
        ...Object.fromEntries(
          Array.from({ length: GO_PARTS }, (_, index): [string, string][] => [
            [`part${String(index)}/part.go`, goFile(index)],
            [`part${String(index)}/part_test.go`, goTest(index)],
          ]).flat(),
        ),
      },
      edit: (round: number) => ['part0/part.go', goFile(0, round + 1)],
    },
  ];
}

function writeProject(root: string, name: string, all: readonly Subject[]): void {
  const modules = all.map(
    (one) => `  ${one.name}: { image: ${one.image}, ${one.check}: '${one.run}' }\n`,
  );
  mkdirSync(root);
  writeFileSync(join(root, 'dev.yaml'), `name: ${name}\nmodules:\n${modules.join('')}`);
  // As people have it: what a compile writes would start it again.
  writeFileSync(join(root, '.gitignore'), 'dist\nnode_modules\n');
  for (const { name: module, files, packages, image } of all) {
    const scripts = { build: 'tsc', lint: 'eslint .' };
    const manifest = {
      name: module,
      private: true,
      type: 'module',
      scripts,
      devDependencies: packages,
    };
    const written =
      image === 'node' ? { ...files, 'package.json': JSON.stringify(manifest) } : files;
    for (const [path, text] of Object.entries(written)) {
      mkdirSync(dirname(join(root, module, path)), { recursive: true });
      writeFileSync(join(root, module, path), text);
    }
    if (image !== 'node') continue;
    const argv = ['install', '--package-lock-only', '--ignore-scripts', '--silent'];
    execFileSync('npm', argv, { cwd: join(root, module), stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

/** Saves a file and waits for the check's result, over and over. @returns milliseconds. */
async function saves(root: string, subject: Subject, seen: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = seen.length;
    const [path, text] = subject.edit(round);
    const savedAt = Date.now();
    writeFileSync(join(root, subject.name, path), text);
    const finished = await waitFor(
      `the ${subject.check} of ${subject.name}`,
      () =>
        seen
          .slice(from)
          .map((line) => JSON.parse(line) as SessionEvent)
          .find((event) => event.kind === 'check-finished' && event.module === subject.name),
      { everyMs: 5, timeoutMs: 240_000 },
    );
    if (finished.kind !== 'check-finished' || finished.outcome !== 'passed') {
      throw new Error(`${subject.name}: ${JSON.stringify(finished)}`);
    }
    times.push(finished.at - savedAt);
    await sleep(300);
  }
  return times;
}

function coldRuns(container: string, subject: Subject): readonly number[] {
  const script = `t=$(date +%s%N); (${subject.cold}) >/dev/null || exit; echo $((($(date +%s%N) - t) / 1000000))`;
  return Array.from({ length: Math.ceil(ROUNDS / 2) }, () =>
    Number(execFileSync('docker', ['exec', container, 'sh', '-c', script]).toString()),
  );
}

/** One row for each tool. */
export async function* benchChecks(): AsyncGenerator<string> {
  const folder = mkdtempSync(join(tmpdir(), 'onestack-bench-checks-'));
  const name = `bench-checks-${String(process.pid)}`;
  const root = join(folder, 'project');
  const all = subjects();
  const dev = (...args: string[]): void => {
    execFileSync('node', [BINARY, '--project', root, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  try {
    writeProject(root, name, all);
    dev('up', '--yes', '--detach', '--quiet');
    // Once, so that there is something kept.
    dev('check', '--quiet');
    const watch = spawn('node', [BINARY, '--project', root, 'watch', '--json']);
    const seen: string[] = [];
    let rest = '';
    watch.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      seen.push(...parts);
    });
    await waitFor('the watch', () => seen.some((line) => line.includes('"watching"')));
    for (const subject of all) {
      const ours = await saves(root, subject, seen);
      const theirs = coldRuns(`${name}-${subject.name}-1`, subject);
      const what = `${subject.run}, save to result / bare and cold`;
      yield rowText({ what, oursMs: median(ours), theirsMs: median(theirs), budget: BUDGET });
    }
    watch.kill();
  } finally {
    dev('down', '--volumes', '--no-snapshot', '--quiet');
    rmSync(folder, { recursive: true, force: true });
  }
}
