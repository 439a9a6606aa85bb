import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSpec } from '../../src/engine/install-command.ts';
import { installDependencies } from '../../src/engine/install-dependencies.ts';
import type { InstallRequest } from '../../src/engine/run-install.ts';
import { dependencyMounts, readInstalls } from '../../src/generate/dependencies.ts';
import { planInstalls, type InstallRun } from '../../src/generate/install-runs.ts';
import type { Install, Module } from '../../src/model/module.ts';
import { createImageLab, value } from '../support/images.ts';
import { fail, ok } from '../../src/util/result.ts';
import { runContainer } from '../../src/ports/docker-command.ts';
import { ownName } from '../support/own-run.ts';
import { runProgram } from '../support/run-program.ts';

const lab = createImageLab();
/** Somebody who is not the one that runs the tests, root for instance. */
const PERSON = { uid: 54_321, gid: 54_322 };
const SCOPE = ownName();
const CACHE = `onestack-cache-${String(PERSON.uid)}-${SCOPE}`;

beforeAll(async () => {
  value(await lab.build(['os']));
  lab.write('certs/bundle.crt', 'the company\n');
});
afterAll(async () => {
  await lab.remove();
  // Only this person's: the tests' own.
  await runProgram(['docker', 'volume', 'rm', '--force', CACHE]);
});

function module(run: string, lock: string): Module {
  lab.write('api/lock', lock);
  const install: Install = { run, lockfiles: ['lock'], directories: ['deps'] };
  return {
    name: 'api',
    path: 'api',
    image: 'os',
    uses: [],
    install,
    checks: [],
    run: undefined,
    restart: 'never',
    artifact: [],
    ignore: [],
  };
}

async function planned(one: Module): Promise<readonly InstallRun[]> {
  const references = new Map(
    [...lab.hierarchy()].map(([name, { reference }]) => [name, reference]),
  );
  const installs = value(
    readInstalls({
      files: lab.world.files,
      root: lab.root,
      modules: [one],
      references,
      person: PERSON,
      cacheScope: SCOPE,
    }),
  );
  const engine = await lab.world.engine();
  const volumes = value(await engine.volumes({ 'dev.onestack.kind': 'dependencies' }));
  const existing = new Map(volumes.map(({ name, labels }) => [name, labels]));
  return planInstalls(installs.values(), existing, lab.name);
}

async function install(runs: readonly InstallRun[], more: Partial<InstallRequest> = {}) {
  const request: InstallRequest = {
    guarded: [],
    ...PERSON,
    ...lab.world,
    project: lab.name,
    root: lab.root,
    places: { root: lab.root, dev: `${lab.root}/.dev`, record: `${lab.root}/record.json` },
    trust: {
      places: { bundle: `${lab.root}/certs/bundle.crt`, javaTrustStore: '' },
      javaImages: new Set(),
    },
    environmentOf: () => ({}),
    environment: process.env,
    engine: await lab.world.engine(),
    report: () => undefined,
    ...more,
  };
  const results = await Promise.all(runs.map((run) => installDependencies(run, request)));
  const failures = results.flatMap((result) => (result.ok ? [] : [result.failure]));
  return failures.length === 0 ? ok(undefined) : fail(failures);
}

/** Prints what a program sees in the volume of an install. */
async function inVolume([run]: readonly InstallRun[], script: string): Promise<string> {
  const volume = run?.install.mounts[0]?.volume ?? '';
  const mount = ['--volume', `${volume}:/deps`, '--user', '0'];
  const image = run?.install.image ?? '';
  const argv = ['docker', 'run', '--rm', ...mount, image, 'sh', '-c', script];
  return (await runProgram(argv)).stdout;
}

describe('installs on a real engine', () => {
  const command = 'cp lock deps/lock && cp /etc/onestack/ca-bundle.crt deps/ca && id -u >deps/uid';

  it('fill the volume as the person, trusting the company; a second time there is nothing to do', async () => {
    const one = module(command, 'a');
    const runs = await planned(one);
    expect(runs.map(({ cause }) => cause)).toEqual(['first install']);
    value(await install(runs));
    expect(await inVolume(runs, 'cat /deps/uid /deps/ca; stat -c %u:%g /deps /deps/lock')).toBe(
      '54321\nthe company\n54321:54322\n54321:54322\n',
    );
    expect(await planned(one)).toEqual([]);
  });

  it('are done anew for another lockfile, and not when it is the old one again', async () => {
    const changed = module(command, 'b');
    const runs = await planned(changed);
    expect(runs.map(({ cause }) => cause)).toEqual(['lock or base image changed']);
    value(await install(runs));
    expect(await inVolume(runs, 'cat /deps/lock')).toBe('b');
    expect(await planned(module(command, 'a'))).toEqual([]);
  });

  it('that are interrupted leave no container, and begin from nothing the next time', async () => {
    const marks = 'touch deps/mark-$$ && echo begun && if test -e wait; then sleep 3600; fi';
    lab.write('api/wait', '');
    const one = module(marks, 'c');
    const runs = await planned(one);
    const controller = new AbortController();
    const interrupted = await install(runs, {
      signal: controller.signal,
      report: (event) => {
        if (event.kind === 'step-progress' && event.detail === 'begun') controller.abort();
      },
    });
    expect(interrupted.ok ? [] : interrupted.failure.map(({ reason }) => reason)).toEqual([
      'interrupted',
    ]);
    const name = `name=onestack-install-${runs[0]?.install.key.slice(0, 16) ?? ''}`;
    const left = await runProgram(['docker', 'ps', '--all', '--quiet', '--filter', name]);
    expect(left.stdout).toBe('');

    lab.world.files.remove(`${lab.root}/api/wait`);
    const again = await planned(one);
    expect(again.map(({ cause }) => cause)).toEqual(['interrupted before']);
    await inVolume(again, 'touch /deps/rubbish');
    value(await install(again));
    expect(await inVolume(again, 'ls /deps | grep -c mark; ls /deps | grep rubbish')).toBe('1\n');
    expect(await planned(one)).toEqual([]);
  });

  it('that end well and leave a folder empty are told', async () => {
    const notes: string[] = [];
    const report: InstallRequest['report'] = (event) => {
      if (event.kind === 'note') notes.push(event.text);
    };
    // The person of these tests has no other way to look into the project.
    chmodSync(lab.root, 0o755);
    value(await install(await planned(module('true # nothing', 'f')), { report }));
    expect(notes).toEqual(['api: `true # nothing` in api ended well and left deps empty']);
    value(await install(await planned(module(command, 'g')), { report }));
    expect(notes.slice(1)).toEqual([]);
  });

  it('that fail tell the last lines, and are planned again', async () => {
    const one = module('echo "no such package" >&2; exit 9', 'd');
    const failed = await install(await planned(one));
    expect(failed.ok ? [] : failed.failure).toMatchObject([
      { reason: 'install', detail: ['no such package'] },
    ]);
    expect(await planned(one)).toHaveLength(1);
  });

  it('can be run by two at once: one works, the other waits', async () => {
    const one = module('sleep 1; echo x >>deps/runs', 'e');
    const runs = await planned(one);
    const both = await Promise.all([install(runs), install(runs)]);
    expect(both).toEqual([
      { ok: true, value: undefined },
      { ok: true, value: undefined },
    ]);
    expect(await inVolume(runs, 'cat /deps/runs')).toBe('x\n');
    expect(await planned(one)).toEqual([]);
  });

  it('give their volumes to the containers of the module', async () => {
    const one = module(command, 'a');
    const references = new Map([['os', lab.hierarchy().get('os')?.reference ?? '']]);
    const installs = value(
      readInstalls({
        files: lab.world.files,
        root: lab.root,
        modules: [one],
        references,
        person: PERSON,
        cacheScope: SCOPE,
      }),
    );
    const mounts = dependencyMounts([one], installs, CACHE).get('api') ?? [];
    const argv = mounts.flatMap((mount) =>
      'volume' in mount ? ['--volume', `${mount.volume}:${mount.target}`] : [],
    );
    const image = references.get('os') ?? '';
    const script = 'cat /workspace/api/deps/lock && touch /var/cache/onestack/x';
    const user = `${String(PERSON.uid)}:${String(PERSON.gid)}`;
    const ran = await runProgram([
      ...['docker', 'run', '--rm', '--user', user, ...argv, image, 'sh', '-c', script],
    ]);
    expect(ran).toMatchObject({ status: 0, stdout: 'a' });
  });

  it('give no folder of the host to anybody: not everywhere can its owner be changed', async () => {
    const references = new Map([['os', lab.hierarchy().get('os')?.reference ?? '']]);
    const { files } = lab.world;
    const asked = { files, root: lab.root, references, person: PERSON, cacheScope: SCOPE };
    const installs = value(readInstalls({ ...asked, modules: [module('touch deps/x', 'a')] }));
    const install = installs.get('api');
    if (install === undefined) throw new Error('no install');
    const target = '/var/cache/onestack/go-mod';
    const caches = [{ folder: lab.root, target }];
    const places = { bundle: `${lab.root}/certs/bundle.crt`, javaTrustStore: '' };
    const setting = {
      ...{ root: lab.root, guarded: [], ...PERSON, environment: {}, environmentOf: () => ({}) },
      trust: { places, javaImages: new Set<string>() },
    };
    const way = { staged: [], source: { kind: 'command' } as const };
    const spec = installSpec({ ...install, caches }, setting, way);
    // Only read: the system refuses, as it does in folders that some virtual machines share.
    const mounts = spec.mounts?.map((mount) =>
      mount.target === target && mount.type === 'bind' ? { ...mount, readOnly: true } : mount,
    );
    const ran = await runProgram(runContainer({ ...spec, mounts: mounts ?? [] }));
    expect(ran.status, ran.stderr).toBe(0);
  });
});
