import { describe, expect, it } from 'vitest';
import {
  BEGINS_PATTERN,
  ENDS_PATTERN,
  PLACE_PATTERN,
  vscodeFiles,
} from '../../../../src/app/editor/vscode.ts';
import { debugTargets } from '../../../../src/app/debug/target.ts';
import type { SessionEvent } from '../../../../src/events/session-event.ts';
import type { Module } from '../../../../src/model/module.ts';
import { watchLines } from '../../../../src/views/watch-lines.ts';

const aModule = (
  name: string,
  image: string,
  run?: string,
  install?: Module['install'],
): Module => ({
  ...{ name, path: name, image, uses: [], install, checks: [], run },
  ...{ restart: 'on-compile', artifact: [], ignore: [] },
});

const MODULES = [
  aModule('common', 'node'),
  aModule('api', 'node', 'node a.js'),
  aModule('pricing', 'go', 'dist/pricing'),
  aModule('ml', 'python', '.venv/bin/python main.py', {
    ...{ run: 'pip install', lockfiles: ['requirements.txt'], directories: ['.venv'], caches: [] },
  }),
];

function fileNamed(name: string): Readonly<Record<string, unknown>> {
  const targets = debugTargets(MODULES, new Map());
  const files = vscodeFiles({ modules: MODULES, targets });
  return files.find(({ path }) => path === `.vscode/${name}.json`)?.wanted ?? {};
}

const linesOf = (event: SessionEvent): string =>
  watchLines(event, { color: false, columns: 120 }).join('\n');

describe('what VS Code gets', () => {
  it('attaches to each module where dev debug listens for it', () => {
    expect(fileNamed('launch')['configurations']).toMatchObject([
      { name: 'api', type: 'node', port: 9229, remoteRoot: '/workspace' },
      { name: 'pricing', type: 'go', port: 2345, substitutePath: [{ to: '/workspace' }] },
      { name: 'ml', type: 'debugpy', connect: { host: '127.0.0.1', port: 5678 } },
    ]);
  });

  it('finds the packages of containers', () => {
    expect(fileNamed('settings')).toMatchObject({
      'go.toolsEnvVars': { GOMODCACHE: '${workspaceFolder}/.dev/packages/go-mod' },
      'python.defaultInterpreterPath': '${workspaceFolder}/ml/.venv/bin/python',
    });
  });

  it('is told which extensions bring the debuggers that its modules need, and no others', () => {
    expect(fileNamed('extensions')).toEqual({
      recommendations: [
        ...['redhat.vscode-yaml', 'golang.go', 'ms-python.python', 'ms-python.debugpy'],
      ],
    });
    const bean = [aModule('bean', 'java', 'java -jar out.jar')];
    const files = vscodeFiles({ modules: bean, targets: debugTargets(bean, new Map()) });
    expect(JSON.stringify(files)).toContain('"redhat.java","vscjava.vscode-java-debug"');
    expect(files[0]?.wanted).toMatchObject({
      configurations: [
        { name: 'bean', type: 'java', request: 'attach', hostName: '127.0.0.1', port: 5005 },
      ],
    });
  });

  it('names no environment of a Python module that installs nothing', () => {
    const bare = [aModule('ml', 'python', 'python3 main.py')];
    const files = vscodeFiles({ modules: bare, targets: debugTargets(bare, new Map()) });
    expect(JSON.stringify(files)).not.toContain('defaultInterpreterPath');
  });

  it('reads problems, and where they begin and end, from what dev watch really says', () => {
    const at = Date.UTC(2026, 1, 3, 4, 5, 6);
    const base = { at, save: 7 };
    const failed = linesOf({
      ...{
        ...base,
        kind: 'check-finished',
        module: 'api',
        check: 'compile',
        run: 1,
        outcome: 'failed',
      },
      ...{ durationMs: 1, exitStatus: 1, tail: [], diagnosticsOmitted: 0 },
      diagnostics: [
        {
          ...{ file: 'api/src/my file.ts', line: 3, column: 9, severity: 'error' },
          ...{ code: 'TS2322', message: 'Type: wrong', source: 'tsc' },
        },
        { file: 'a.go', line: 1, column: 2, severity: 'warning', message: 'unused', source: 'go' },
      ],
    });
    const places = failed.split('\n').map((line) => new RegExp(PLACE_PATTERN).exec(line)?.slice(1));
    expect(places.filter((place) => place !== undefined)).toEqual([
      ['api/src/my file.ts', '3', '9', 'error', 'TS2322', 'Type: wrong'],
      ['a.go', '1', '2', 'warning', undefined, 'unused'],
    ]);
    const changed = linesOf({
      ...{ ...base, kind: 'change', cause: 'files', paths: ['a.ts'], total: 1, modules: ['api'] },
      ...{ affected: ['api'], firstAt: at },
    });
    expect(changed).toMatch(new RegExp(BEGINS_PATTERN));
    const settled = linesOf({
      ...{ ...base, kind: 'settled', passed: 0, failed: 1, cancelled: 0 },
    });
    expect(settled).toMatch(new RegExp(ENDS_PATTERN));
    expect(changed).not.toMatch(new RegExp(ENDS_PATTERN));
  });
});
