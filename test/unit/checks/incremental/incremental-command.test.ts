import { describe, expect, it } from 'vitest';
import {
  incrementalCommand,
  type CheckWay,
} from '../../../../src/checks/incremental/incremental-command.ts';
import type { CheckDefinition } from '../../../../src/model/module.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { aModule } from '../../../support/modules.ts';

const OUT = JSON.stringify({ compilerOptions: { outDir: 'dist' } });
const FILES = {
  '/p/api/package.json': JSON.stringify({ scripts: { build: 'tsc', lint: 'eslint .' } }),
  '/p/api/package-lock.json': '{}',
  '/p/api/tsconfig.json': OUT,
  '/p/api/eslint.config.js': 'export default [];',
  '/p/api/node_modules/typescript/package.json': '{"version":"5.9.3"}',
  '/p/node_modules/eslint/package.json': '{"version":"9.39.5"}',
};

/** How the module's check is run, with files that are others, or gone (null). */
function wayOf(
  run: string,
  files: Readonly<Record<string, string | null>> = {},
  more: Partial<CheckDefinition> = {},
): CheckWay {
  const all: Readonly<Record<string, string | null>> = { ...FILES, ...files };
  const present = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const lockfiles = ['package-lock.json'];
  return incrementalCommand(
    aModule('api', { install: { run: 'npm ci', lockfiles, directories: ['node_modules'] } }),
    { kind: 'compile', run, timeoutMs: 1, daemon: false, formats: [], ...more },
    {
      root: '/p',
      files: new MemoryFiles(Object.fromEntries(present)),
      ownFile: () => 'judge()',
      cachePath: '/cache',
      place: 'here',
    },
  );
}

const keyOf = ({ command }: CheckWay): string | undefined => /^kept='([^']*)'/m.exec(command)?.[1];

describe('tsc', () => {
  it('keeps its build info in the clone’s cache, and nothing in the clone', () => {
    const way = wayOf('npm run -s build');
    expect(way).toMatchObject({ kind: 'kept', shown: 'npm run -s build -- --incremental' });
    expect(keyOf(way)).toMatch(/^\/cache\/checks\/here\/api-compile\/[0-9a-f]{16}$/);
    expect(way.command).toContain(
      'npm run -s build -- --incremental --tsBuildInfoFile "$work/tsbuildinfo"\n',
    );
    expect(way.command.endsWith('\nfi\nnpm run -s build')).toBe(true);
  });

  it.each<[string, string, Record<string, string | null>]>([
    ['tsc --watch', 'own', {}],
    ['tsc -b', 'own', {}],
    ['tsc --build packages/a', 'own', {}],
    ['tsc --incremental', 'own', {}],
    ['tsc', 'own', { '/p/api/tsconfig.json': '{"compilerOptions":{"incremental":true}}' }],
    ['tsc', 'own', { '/p/api/tsconfig.json': '// c\n{"compilerOptions":{"composite":true,},}' }],
    ['tsc --listFiles', 'plain', {}],
    ['tsc --extendedDiagnostics', 'plain', {}],
    ['tsc src/a.ts', 'plain', {}],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"compilerOptions":{"outDir":"."}}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"compilerOptions":{"outDir":"../.."}}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"compilerOptions":{"outFile":"a.js"}}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"extends":"./gone.json"}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"extends":"/abs/base.json"}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{"extends":"./tsconfig.json"}' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': '{ broken' }],
    ['tsc', 'plain', { '/p/api/tsconfig.json': null }],
    ['tsc', 'plain', { '/p/api/node_modules/typescript/package.json': null }],
    ['tsc', 'plain', { '/p/api/node_modules/typescript/package.json': '{"version":"4.9.5"}' }],
    ['tsc --noEmit false', 'plain', { '/p/api/tsconfig.json': '{}' }],
    ['tsc --noEmit', 'kept', { '/p/api/tsconfig.json': '{}' }],
    ['tsc --outDir build', 'kept', { '/p/api/tsconfig.json': '{}' }],
    ['tsc -p build.json', 'kept', { '/p/api/build.json': OUT, '/p/api/tsconfig.json': null }],
    [
      'tsc',
      'kept',
      { '/p/api/tsconfig.json': null, '/p/tsconfig.json': '{"compilerOptions":{"noEmit":true}}' },
    ],
  ])('%s is run %s', (run, kind, files) => {
    expect(wayOf(run, files).kind).toBe(kind);
  });

  it('finds the folder that it writes to through what its configuration extends', () => {
    const way = wayOf('tsc', {
      '/p/api/tsconfig.json': '{"extends":["@co/base", "../shared.json"]}',
      '/p/node_modules/@co/base/tsconfig.json': '{"compilerOptions":{"noEmit":true}}',
      '/p/shared.json':
        '{"compilerOptions":{"noEmit":false,"outDir":"${configDir}/out","declarationDir":"types"}}',
    });
    expect(way.command).toContain('find -H ./out ./../types -printf');
  });
});

describe('eslint', () => {
  it('keeps problems by contents, and has what it left judged', () => {
    const way = wayOf('npm run lint');
    expect(way.shown).toBe('npm run lint -- --cache --cache-strategy content');
    expect(way.command).toContain("node -e 'judge()'");
  });

  it.each<[string, string, Record<string, string | null>]>([
    ['eslint . --cache', 'own', {}],
    ['eslint . --no-cache', 'own', {}],
    ['eslint . --fix', 'plain', {}],
    ['eslint . --rulesdir rules', 'plain', {}],
    ['eslint -c other.js .', 'plain', {}],
    ['ESLINT_USE_FLAT_CONFIG=false eslint .', 'plain', {}],
    ['eslint .', 'plain', { '/p/api/eslint.config.js': null }],
    ['eslint .', 'plain', { '/p/node_modules/eslint/package.json': '{"version":"8.57.1"}' }],
    ['eslint .', 'plain', { '/p/eslint.config.mjs': 'tseslint.configs.strictTypeChecked' }],
    ['eslint .', 'plain', { '/p/api/eslint.config.js': 'parserOptions: { projectService: true }' }],
    ['eslint . --max-warnings=0 -f json', 'kept', {}],
    ['eslint --config other.js .', 'kept', { '/p/api/other.js': '' }],
    ['npx eslint "src/**/*.ts" --quiet', 'kept', {}],
  ])('%s is run %s', (run, kind, files) => {
    expect(wayOf(run, files).kind).toBe(kind);
  });

  it('is run as written where the check’s own variables say how it works', () => {
    const environment = new Map([['ESLINT_FLAGS', 'unstable_x']]);
    expect(wayOf('eslint .', {}, { environment }).kind).toBe('plain');
  });
});

describe('what is known of other tools', () => {
  it.each([
    ['go test ./...', 'own'],
    ['go vet ./...', 'own'],
    ['go build -o dist/pricing .', 'own'],
    ['go test -count=1 ./...', 'plain'],
    ['go run .', 'plain'],
    ['make', 'own'],
    ['vitest run', 'plain'],
    ['sh build.sh', 'plain'],
  ])('%s is run %s', (run, kind) => {
    const way = wayOf(run);
    expect(way).toMatchObject({ kind, command: run, shown: run });
  });

  it('runs as written what dev.yaml wants so, and what watches by itself', () => {
    expect(wayOf('tsc', {}, { incremental: false })).toMatchObject({
      kind: 'plain',
      command: 'tsc',
    });
    expect(wayOf('tsc', {}, { daemon: true })).toMatchObject({ kind: 'own', command: 'tsc' });
  });
});

describe('the folder of what is kept', () => {
  const first = keyOf(wayOf('tsc'));
  it.each<[string, CheckWay]>([
    ['the command', wayOf('tsc --pretty')],
    ['the lockfile', wayOf('tsc', { '/p/api/package-lock.json': '{"a":1}' })],
    ['an option', wayOf('tsc', { '/p/api/tsconfig.json': `${OUT}\n` })],
    ['package.json', wayOf('tsc', { '/p/api/package.json': '{}' })],
    [
      'the tool’s version',
      wayOf('tsc', { '/p/api/node_modules/typescript/package.json': '{"version":"5.9.4"}' }),
    ],
    ['the check’s variables', wayOf('tsc', {}, { environment: new Map([['A', 'b']]) })],
  ])('is another with %s', (_, way) => {
    expect(way.kind).toBe('kept');
    expect(keyOf(way)).not.toBe(first);
  });

  it('is the same for the same', () => {
    expect(keyOf(wayOf('tsc'))).toBe(first);
  });

  it('leaves the check’s variables in front of everything', () => {
    const { command } = wayOf('tsc', {}, { environment: new Map([['A', 'b']]) });
    expect(command.startsWith("export A='b'\nkept=")).toBe(true);
  });
});
