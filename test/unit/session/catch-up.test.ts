import { describe, expect, it } from 'vitest';
import { forEachCheck, type CheckKind } from '../../../src/model/checks.ts';
import type { Module } from '../../../src/model/module.ts';
import type { ModuleSettings, Settings } from '../../../src/model/settings.ts';
import { ok } from '../../../src/util/result.ts';
import { aContainer } from '../../support/containers.ts';
import { aCompiledModule, sessionBench } from '../../support/session-bench.ts';

const ON: ModuleSettings = {
  run: true,
  watch: true,
  checks: forEachCheck(() => true),
};
const without = (kind: CheckKind): ModuleSettings => ({
  ...ON,
  checks: { ...ON.checks, [kind]: false },
});

function aCheck(kind: CheckKind, run = `make ${kind}`) {
  return { kind, run, timeoutMs: 60_000, daemon: false, formats: [] } as const;
}

function aFullModule(name: string, overrides: Partial<Module> = {}): Module {
  const checks = [aCheck('compile'), aCheck('test'), aCheck('lint')];
  return aCompiledModule(name, { checks, ...overrides });
}

/** A session of `lib`, and of `app` that uses it; its settings and its project are edited. */
async function bench(api: ModuleSettings = ON) {
  const modules = [aFullModule('lib'), aFullModule('app', { uses: ['lib'] })];
  const one = sessionBench(modules, { modules: new Map([['lib', api]]), checks: { parallel: 9 } });
  const { clock, session, state, loaded, runs, finish, save } = one;
  let settings: Settings = loaded.settings;
  let project = loaded.project;
  let told = 0;
  await session.start();
  return {
    ...one,
    /** Ends what runs until nothing does; gives what ran. */
    ran: async (): Promise<readonly string[]> => {
      const from = told;
      for (; told < runs.length; told += 1) {
        finish(told);
        await clock.advance(0);
      }
      return runs.slice(from).map(({ request }) => `${request.module.name} ${request.check.kind}`);
    },
    saved: async (...paths: string[]): Promise<void> => {
      await clock.advance(10);
      save(...paths);
      await clock.advance(10);
    },
    set: async (changed: Partial<Settings>): Promise<void> => {
      settings = { ...settings, ...changed };
      state.definition = ok({ project, settings, files: [] });
      save('dev.settings.yaml');
      await clock.advance(10);
    },
    setLib: async (lib: ModuleSettings): Promise<void> => {
      settings = { ...settings, modules: new Map([['lib', lib]]) };
      state.definition = ok({ project, settings, files: [] });
      save('dev.settings.yaml');
      await clock.advance(10);
    },
    define: async (...others: Module[]): Promise<void> => {
      project = { ...project, modules: others };
      state.definition = ok({ project, settings, files: [] });
      save('dev.yaml');
      await clock.advance(10);
    },
  };
}

const EVERYTHING = ['lib compile', 'lib test', 'lib lint', 'app compile', 'app test', 'app lint'];

describe('a check that is switched on', () => {
  it('runs when files changed meanwhile, and no other does', async () => {
    const { setLib, saved, ran } = await bench(without('lint'));
    await saved('lib/a.ts');
    expect(await ran()).not.toContain('lib lint');
    await setLib(ON);
    expect(await ran()).toEqual(['lib lint']);
    await setLib(without('lint'));
    await setLib(ON);
    expect(await ran()).toEqual([]);
  });

  it('starts nothing when no file changed', async () => {
    const { setLib, saved, ran } = await bench();
    await saved('lib/a.ts');
    expect(await ran()).toEqual(EVERYTHING);
    for (const kind of ['test', 'compile'] as const) {
      await setLib(without(kind));
      await setLib(ON);
    }
    expect(await ran()).toEqual([]);
  });

  it('that compiles runs what is made of it, too', async () => {
    const { setLib, saved, ran } = await bench(without('compile'));
    await saved('lib/a.ts');
    expect(await ran()).toEqual(EVERYTHING.filter((one) => one !== 'lib compile'));
    await setLib(ON);
    expect(await ran()).toEqual(EVERYTHING.filter((one) => one !== 'lib lint'));
  });

  it('runs when it was switched off before it came to its end', async () => {
    const { setLib, saved, ran } = await bench();
    await saved('lib/a.ts');
    await setLib(without('lint'));
    expect(await ran()).not.toContain('lib lint');
    await setLib(ON);
    expect(await ran()).toEqual(['lib lint']);
  });

  it('and waits for its turn already is not asked for again', async () => {
    const { setLib, saved, ran, runs } = await bench(without('lint'));
    await saved('lib/a.ts');
    await setLib(ON);
    await saved('lib/a.ts');
    await setLib({ ...ON });
    const before = runs.length;
    await setLib(without('lint'));
    await setLib(ON);
    expect(runs.length - before).toBeLessThanOrEqual(1);
    await ran();
  });
});

describe('watching that is switched on', () => {
  it('of a module: checks it and what uses it, if it changed', async () => {
    const { setLib, saved, ran, session } = await bench({ ...ON, watch: false });
    await saved('lib/a.ts');
    expect(await ran()).toEqual([]);
    await setLib(ON);
    expect(await ran()).toEqual(EVERYTHING);
    expect(session.state.lastSave?.modules).toEqual(['lib', 'app']);
    await setLib({ ...ON, watch: false });
    await setLib(ON);
    expect(await ran()).toEqual([]);
  });

  it('of all: checks what changed', async () => {
    const { set, saved, ran, loaded } = await bench();
    const { watch } = loaded.settings;
    await set({ watch: { ...watch, enabled: false } });
    await saved('app/a.ts');
    await set({ watch });
    expect(await ran()).toEqual(['app compile', 'app test', 'app lint']);
  });

  it('takes a result for old that a change overtook while nobody watched', async () => {
    const { setLib, saved, ran } = await bench();
    await saved('lib/a.ts');
    await setLib({ ...ON, watch: false });
    await saved('lib/a.ts');
    expect(await ran()).toEqual(EVERYTHING);
    await setLib(ON);
    expect(await ran()).toContain('lib compile');
  });

  it('runs nothing that was run by hand meanwhile', async () => {
    const { setLib, saved, ran, session, clock } = await bench({ ...ON, watch: false });
    await saved('lib/a.ts');
    await session.intend({ kind: 'run-check' });
    await clock.advance(10);
    expect(await ran()).toEqual(EVERYTHING);
    await setLib(ON);
    expect(await ran()).toEqual([]);
  });
});

describe('a module that is switched on', () => {
  it('is checked when its container is there', async () => {
    const { setLib, saved, ran, state, session } = await bench({ ...ON, run: false });
    state.containers = [aContainer('app')];
    await session.intend({ kind: 'run-check', modules: [] });
    await saved('lib/a.ts');
    // What uses it may import its sources.
    expect(await ran()).toEqual(['app compile', 'app test', 'app lint']);
    await setLib(ON);
    expect(await ran()).toEqual([]);
    state.containers = [aContainer('app'), aContainer('lib')];
    await session.intend({ kind: 'run-check', modules: [] });
    expect(await ran()).toContain('lib compile');
  });
});

describe('a check whose command is edited', () => {
  it('runs, and so does a new one', async () => {
    const { define, ran } = await bench();
    const app = aFullModule('app', { uses: ['lib'] });
    await define(aCompiledModule('lib', { checks: [aCheck('test', 'make other')] }), app);
    expect(await ran()).toEqual(['lib test']);
    await define(
      aCompiledModule('lib', { checks: [aCheck('test', 'make other'), aCheck('lint')] }),
      app,
    );
    expect(await ran()).toEqual(['lib lint']);
  });
});
