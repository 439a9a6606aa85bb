import { describe, expect, it } from 'vitest';
import { installDependencies, makeMountPoints } from '../../../src/engine/install-dependencies.ts';
import type { InstallRequest } from '../../../src/engine/run-install.ts';
import { sayingEmpty } from '../../../src/engine/empty-install.ts';
import { readInstalls } from '../../../src/generate/dependencies.ts';
import { planInstalls, type InstallRun } from '../../../src/generate/install-runs.ts';
import type { Module } from '../../../src/model/module.ts';
import type { ContainerState } from '../../../src/ports/engine-containers.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { containerDetail } from '../../support/pane-engine.ts';
import { fail, ok } from '../../../src/util/result.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ScriptedProcesses, type Call, type Script } from '../../support/scripted-processes.ts';
import { MADE_UP } from '../../support/places.ts';
import { partly } from '../../support/partly.ts';

const API: Module = {
  name: 'api',
  path: 'services/api',
  image: 'node',
  uses: [],
  install: {
    run: 'npm ci && echo "done"',
    lockfiles: ['package-lock.json'],
    directories: ['node_modules', '/opt/tools'],
  },
  checks: [],
  run: undefined,
  restart: 'never',
  artifact: [],
  ignore: [],
};

interface Setup {
  readonly request: InstallRequest;
  readonly runs: readonly InstallRun[];
  readonly processes: ScriptedProcesses;
  readonly files: MemoryFiles;
  /** Volumes in the order in which they were made. */
  readonly volumes: string[];
  /** What was done, by the program and by the engine, in order; looks at volumes left out. */
  readonly steps: readonly string[];
}

function setup(
  play: (call: Call) => Script | Promise<Script>,
  more: Partial<InstallRequest> = {},
  other: Partial<Engine> = {},
): Setup {
  const files = new MemoryFiles({ '/p/services/api/package-lock.json': '{}' });
  const read = readInstalls({
    files,
    root: '/p',
    modules: [API],
    references: new Map([['node', 'onestack/node:aaa']]),
    person: { uid: 1000, gid: 1001 },
    cacheScope: 'a1',
  });
  if (!read.ok) throw new Error(read.failure.what);
  const volumes: string[] = [];
  const createVolume: Engine['createVolume'] = (name) => {
    volumes.push(name);
    return Promise.resolve(ok(undefined));
  };
  const listVolumes: Engine['volumes'] = () =>
    Promise.resolve(
      ok([...new Set(volumes)].map((name) => ({ name, labels: {}, driver: 'local', options: {} }))),
    );
  const steps: string[] = [];
  const processes = new ScriptedProcesses((call) => {
    steps.push(call.argv[1] ?? '');
    return play(call);
  });
  const answers = { removeContainer: () => Promise.resolve(ok(undefined)), ...other };
  const engine = partly<Engine>(
    { ...answers, createVolume, volumes: listVolumes },
    (name) => !['createVolume', 'volumes'].includes(name) && steps.push(name),
  );
  const request: InstallRequest = {
    guarded: [],
    project: 'shop',
    root: '/p',
    places: { root: '/p', dev: '/p/.dev', record: '/state/dependencies.json' },
    uid: 1000,
    gid: 1001,
    trust: { places: MADE_UP, javaImages: new Set(['java']) },
    environment: {},
    environmentOf: () => ({}),
    engine,
    processes,
    files,
    clock: { now: () => 0, steady: () => 0, sleep: () => Promise.resolve() },
    report: () => undefined,
    ...more,
  };
  const runs = planInstalls(read.value.values(), new Map(), 'shop');
  return { request, runs, processes, files, volumes, steps };
}

/** The one install that there is. */
async function install([run]: readonly InstallRun[], request: InstallRequest) {
  if (run === undefined) throw new Error('nothing to install');
  const result = await installDependencies(run, request);
  return result.ok ? result : fail([result.failure]);
}

const NAME = /^onestack-install-[0-9a-f]{16}$/;

describe('installDependencies', () => {
  it('makes the volumes, runs the container, then the marker', async () => {
    const { request, runs, steps, volumes } = setup(() => ({}));
    expect(await install(runs, request)).toEqual(ok(undefined));
    expect(steps).toEqual(['run']);
    expect(volumes.map((name) => name.replace(/^onestack-deps-[0-9a-f]{16}-/, ''))).toEqual([
      '0',
      '1',
      'done',
    ]);
  });

  it('mounts repository, certificates, volumes and caches, and runs as the person', async () => {
    const { request, runs, processes } = setup(() => ({}), {
      root: '/p',
      environment: { NPM_CONFIG_REGISTRY: 'https://me:word@r' },
    });
    await install(runs, request);
    const { argv, options } = processes.calls[0] ?? { argv: [], options: {} };
    const mounts = argv.filter((_, index) => argv[index - 1] === '--mount');
    expect(mounts.map((mount) => mount.replace(/deps-[0-9a-f]{16}/, 'deps-KEY'))).toEqual([
      'type=bind,src=/p,dst=/workspace',
      'type=tmpfs,dst=/workspace/.dev,tmpfs-size=4096,tmpfs-mode=0555,readonly',
      `type=bind,src=${MADE_UP.bundle},dst=/etc/onestack/ca-bundle.crt,readonly`,
      'type=volume,src=onestack-deps-KEY-0,dst=/workspace/services/api/node_modules',
      'type=volume,src=onestack-deps-KEY-1,dst=/opt/tools',
      'type=volume,src=onestack-cache-1000-a1,dst=/var/cache/onestack',
    ]);
    expect(argv[argv.indexOf('--name') + 1]).toMatch(NAME);
    const said = sayingEmpty('npm ci && echo "done"', [
      '/workspace/services/api/node_modules',
      '/opt/tools',
    ]);
    expect(argv.slice(argv.indexOf('install'))).toEqual([
      ...['install', '1000', '1001', '/var/cache/onestack', said],
      ...['/workspace/services/api/node_modules', '/opt/tools'],
    ]);
    expect(argv).toContain('NPM_CONFIG_REGISTRY');
    expect(argv.join(' ')).not.toContain('word');
    expect(options.env).toEqual({ NPM_CONFIG_REGISTRY: 'https://me:word@r' });
  });

  it('makes the mount points in the repository, so that none is root’s', async () => {
    const { request, runs, files } = setup(() => ({}));
    await install(runs, request);
    expect(files.written).toEqual(['/p/services/api/node_modules']);
    expect(
      makeMountPoints(
        runs.map(({ install }) => install),
        request,
      ),
    ).toEqual(ok(undefined));
    expect(files.written).toHaveLength(1);
  });

  it('tells a failed command with its last lines, and leaves no marker', async () => {
    const stderr = Array.from({ length: 50 }, (_, index) => `line ${String(index)}`).join('\n');
    const { request, runs, volumes } = setup(() => ({ status: 1, stderr }));
    const result = await install(runs, request);
    expect(result.ok ? [] : result.failure).toMatchObject([
      {
        reason: 'install',
        what: 'Dependencies of api could not be installed',
        why: '`npm ci && echo "done"` in services/api ended with status 1.',
      },
    ]);
    expect(result.ok ? [] : result.failure[0]?.detail?.at(-1)).toBe('line 49');
    expect(volumes.some((name) => name.endsWith('-done'))).toBe(false);
  });

  it.each([
    ['npm error code ENOSPC', 'host', 'The disk is full.'],
    ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'install', 'A certificate is not trusted'],
    ['Cannot connect to the Docker daemon', 'no-engine', 'The engine does not answer.'],
  ])('knows the reason of %j', async (stderr, reason, why) => {
    const { request, runs } = setup(() => ({ status: 1, stderr }));
    const result = await install(runs, request);
    expect(result.ok ? [] : result.failure).toMatchObject([
      { reason, why: expect.stringContaining(why) as unknown },
    ]);
  });

  it('takes the container away when it is interrupted', async () => {
    const controller = new AbortController();
    const { request, runs, steps, volumes } = setup(
      ({ argv }) => {
        if (argv[1] === 'run') controller.abort();
        return { status: argv[1] === 'run' ? 137 : 0 };
      },
      { signal: controller.signal },
    );
    const result = await install(runs, request);
    expect(result.ok ? [] : result.failure.map(({ reason }) => reason)).toEqual(['interrupted']);
    expect(steps).toContain('removeContainer');
    expect(volumes.some((name) => name.endsWith('-done'))).toBe(false);
  });
});

describe('the same install, begun elsewhere', () => {
  const taken = {
    status: 125,
    stderr:
      'Conflict. The container name "/onestack-install-1" is already in use by container "x".',
  };

  /** What the program gives for `run`, one after the other; the last one stays. */
  function programs(...scripts: readonly Script[]) {
    let count = 0;
    return (): Script => scripts[Math.min(count++, scripts.length - 1)] ?? {};
  }

  /** How the other one's container looks, one look after the other; the last one stays. */
  function looks(...states: readonly (readonly [ContainerState, number] | 'gone')[]) {
    let count = 0;
    return (): ReturnType<Engine['inspect']> => {
      const look = states[Math.min(count++, states.length - 1)] ?? 'gone';
      if (look === 'gone') return Promise.resolve(fail({ reason: 'service', what: 'gone' }));
      const [state, exitCode] = look;
      return Promise.resolve(ok({ ...containerDetail('c', 1), state, exitCode }));
    };
  }
  const ends = (status: number) => () => Promise.resolve(ok(status));

  it('is waited for, and counts when it ended well', async () => {
    const other = { inspect: looks(['running', 0]), waitForExit: ends(0) };
    const { request, runs, steps, volumes } = setup(programs(taken), {}, other);
    expect(await install(runs, request)).toEqual(ok(undefined));
    expect(steps).toEqual(['run', 'inspect', 'waitForExit']);
    expect(volumes.at(-1)).toMatch(/-done$/);
  });

  it('is taken over when it failed', async () => {
    const other = { inspect: looks(['running', 0]), waitForExit: ends(1) };
    const { request, runs, steps } = setup(programs(taken, {}), {}, other);
    expect(await install(runs, request)).toEqual(ok(undefined));
    expect(steps).toEqual(['run', 'inspect', 'waitForExit', 'run']);
  });

  it('is taken over when its container never started, after a while', async () => {
    const other = { inspect: looks(['created', 0]) };
    const { request, runs, steps } = setup(programs(taken, {}), {}, other);
    expect(await install(runs, request)).toEqual(ok(undefined));
    expect(new Set(steps)).toEqual(new Set(['run', 'inspect', 'removeContainer']));
    expect(steps.slice(-2)).toEqual(['removeContainer', 'run']);
  });

  it('counts when its container has ended well, which the engine is about to remove', async () => {
    const other = { inspect: looks(['exited', 0]) };
    const { request, runs, steps } = setup(programs(taken), {}, other);
    await install(runs, request);
    expect(steps).toEqual(['run', 'inspect']);
  });

  it('is taken over when its container has failed, once the engine has removed it', async () => {
    const other = { inspect: looks(['exited', 9], ['removing', 9], 'gone') };
    const { request, runs, steps } = setup(programs(taken, {}), {}, other);
    await install(runs, request);
    expect(steps).toEqual(['run', 'inspect', 'inspect', 'inspect', 'run']);
  });

  it('counts when its container is gone and it is marked as complete', async () => {
    const other = { inspect: looks('gone') };
    const { request, runs, steps, volumes } = setup(programs(taken), {}, other);
    volumes.push(...runs.map(({ install }) => install.marker));
    await install(runs, request);
    expect(steps).toEqual(['run', 'inspect']);
  });
});
