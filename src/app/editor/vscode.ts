import { imageFamily } from '../../model/image-version.ts';
import type { Module } from '../../model/module.ts';
import { MOUNTED_AT } from '../../model/module.ts';
import { packagesFolder } from '../../model/places.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { DebugTarget } from '../debug/target.ts';
import type { ItemKeys } from './merge-json.ts';

/** A file of an editor's, and what it shall have. */
export interface EditorFile {
  /** Relative to the project. */
  readonly path: string;
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly itemKeys: ItemKeys;
}

export interface VscodeRequest {
  readonly modules: readonly Module[];
  readonly targets: readonly DebugTarget[];
}

/** What VS Code has to know of a project: breakpoints, the Problems panel, where packages are. */
export function vscodeFiles({ modules, targets }: VscodeRequest): readonly EditorFile[] {
  return [
    {
      path: '.vscode/launch.json',
      wanted: { version: '0.2.0', configurations: targets.map(configuration) },
      itemKeys: { configurations: 'name' },
    },
    {
      path: '.vscode/tasks.json',
      wanted: { version: '2.0.0', tasks: [watchTask()] },
      itemKeys: { tasks: 'label' },
    },
    { path: '.vscode/settings.json', wanted: settings(modules, targets), itemKeys: {} },
    {
      path: '.vscode/extensions.json',
      wanted: { recommendations: extensions(targets) },
      itemKeys: { recommendations: { unless: 'unwantedRecommendations' } },
    },
  ];
}

/** Extensions that bring the debuggers of `launch.json`; Node's is part of VS Code. */
const DEBUGGERS: Readonly<Record<DebugTarget['kind'], readonly string[]>> = {
  node: [],
  python: ['ms-python.python', 'ms-python.debugpy'],
  go: ['golang.go'],
  java: ['redhat.java', 'vscjava.vscode-java-debug'],
};

/** The first reads the schema that `dev.yaml` names. */
function extensions(targets: readonly DebugTarget[]): readonly string[] {
  return [...new Set(['redhat.vscode-yaml', ...targets.flatMap(({ kind }) => DEBUGGERS[kind])])];
}

const WORKSPACE = '${workspaceFolder}';

/** How to attach to what `dev debug MODULE` opens. */
function configuration({ module, kind, port }: DebugTarget): Readonly<Record<string, unknown>> {
  const attach = { name: module.name, request: 'attach' };
  switch (kind) {
    case 'node':
      return {
        ...{ ...attach, type: 'node', address: '127.0.0.1', port, restart: true },
        ...{ localRoot: WORKSPACE, remoteRoot: MOUNTED_AT },
        skipFiles: ['<node_internals>/**', '**/node_modules/**'],
      };
    case 'python':
      return {
        ...{ ...attach, type: 'debugpy', connect: { host: '127.0.0.1', port } },
        pathMappings: [{ localRoot: WORKSPACE, remoteRoot: MOUNTED_AT }],
      };
    case 'go':
      return {
        ...{ ...attach, type: 'go', mode: 'remote', host: '127.0.0.1', port },
        substitutePath: [{ from: WORKSPACE, to: MOUNTED_AT }],
      };
    case 'java':
      return { ...attach, type: 'java', hostName: '127.0.0.1', port };
    default:
      return unreachable(kind);
  }
}

/** A line of `dev watch` that names a place: file, line, column, severity, code, message. */
export const PLACE_PATTERN = '^\\s+(\\S.*?):(\\d+):(\\d+) (error|warning)(?: (\\S+))?: (.*)$';
/** Checks of a save begin, and are over. */
export const BEGINS_PATTERN = '^[\\d:.]+ (?:#\\d+ )?(?:changed|out of date)';
export const ENDS_PATTERN = '^[\\d:.]+ (?:#\\d+ )?\\d+ (?:passed|failed|cancelled)';

/** `dev watch` runs on, and what its checks find is in the Problems panel. */
function watchTask(): Readonly<Record<string, unknown>> {
  return {
    label: 'dev watch',
    type: 'shell',
    command: './dev watch',
    isBackground: true,
    presentation: { reveal: 'silent' },
    problemMatcher: {
      owner: 'dev',
      source: 'dev',
      fileLocation: ['relative', WORKSPACE],
      pattern: {
        regexp: PLACE_PATTERN,
        ...{ file: 1, line: 2, column: 3, severity: 4, code: 5, message: 6 },
      },
      background: {
        activeOnStart: true,
        beginsPattern: BEGINS_PATTERN,
        endsPattern: ENDS_PATTERN,
      },
    },
  };
}

function settings(
  modules: readonly Module[],
  targets: readonly DebugTarget[],
): Readonly<Record<string, unknown>> {
  const isOf = (kind: DebugTarget['kind']) => (module: Module) =>
    imageFamily(module.image) === kind ||
    targets.some((one) => one.module === module && one.kind === kind);
  // Without anything to install it has none of its own.
  const python = modules.filter(isOf('python')).find(({ install }) => install !== undefined);
  return {
    'files.watcherExclude': { '**/.dev/**': true, '**/node_modules/**': true, '**/.venv/**': true },
    'search.exclude': { '**/.dev': true },
    ...(modules.some(isOf('go')) && {
      'go.toolsEnvVars': { GOMODCACHE: `${packagesFolder(WORKSPACE)}/go-mod` },
    }),
    ...(python !== undefined && {
      'python.defaultInterpreterPath': `${WORKSPACE}/${python.path}/.venv/bin/python`,
    }),
  };
}
