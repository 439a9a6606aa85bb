import { describe, expect, it } from 'vitest';
import { forEachCheck } from '../../../src/model/checks.ts';
import type { ModuleSettings } from '../../../src/model/settings.ts';
import { toggledSetting } from '../../../src/session/toggled-setting.ts';
import {
  isAnyWanted,
  meantModules,
  missingChecks,
  nothingRuns,
} from '../../../src/session/wanted-checks.ts';
import { aContainer } from '../../support/containers.ts';
import { aModule } from '../../support/modules.ts';
import { aCompiledModule, aDefinition } from '../../support/session-bench.ts';

const ON: ModuleSettings = {
  run: true,
  watch: true,
  checks: forEachCheck(() => true),
};
const API = aCompiledModule('api');
const with_ = (own: Partial<ModuleSettings>) =>
  aDefinition([API, aModule('docs')], { modules: new Map([['api', { ...ON, ...own }]]) });

describe('a switch that is toggled', () => {
  const { settings } = with_({ watch: false });

  it('becomes the other one than it is: on, where nothing is written', () => {
    const of = (intent: Parameters<typeof toggledSetting>[0]) => toggledSetting(intent, settings);
    expect(of({ kind: 'toggle-watch' })).toEqual({ key: 'watch.enabled', value: false });
    const watch = { key: 'modules.api.watch', value: true };
    expect(of({ kind: 'toggle-watch', module: 'api' })).toEqual(watch);
    const run = { key: 'modules.docs.run', value: false };
    expect(of({ kind: 'toggle-module', module: 'docs' })).toEqual(run);
    const test = { key: 'modules.docs.checks.test', value: false };
    expect(of({ kind: 'toggle-check', module: 'docs', check: 'test' })).toEqual(test);
  });

  it('becomes what is asked for, also where it is that already', () => {
    const on = { kind: 'toggle-module', module: 'api', on: true } as const;
    expect(toggledSetting(on, settings).value).toBe(true);
  });
});

describe('checks that are asked for', () => {
  const loaded = with_({});

  it('are those of all modules where none is named, and of none that there is not', () => {
    expect(meantModules(loaded, undefined)).toEqual({ ok: true, value: ['api', 'docs'] });
    const unknown = meantModules(loaded, ['api', 'nope']);
    expect(unknown.ok || unknown.failure.what).toBe('there is no module nope');
    expect(isAnyWanted(loaded, ['docs'], undefined)).toBe(false);
    expect(isAnyWanted(loaded, ['api'], new Set(['compile']))).toBe(true);
    expect(isAnyWanted(loaded, ['api'], new Set(['lint']))).toBe(false);
  });

  it('are missed for one reason at a time, with what mends it', () => {
    const off = { ...ON.checks, compile: false };
    const asked = (given: typeof loaded, only?: ['lint']) =>
      missingChecks(given, { kind: 'run-check', modules: ['api'], ...(only && { only }) });
    const missing = (given: typeof loaded, only?: ['lint']) => asked(given, only)?.cure;
    expect(asked(loaded)).toBeUndefined();
    expect(missing(with_({ run: false }))).toBe('dev settings modules.api.run=true');
    expect(missing(with_({ checks: off }))).toBe('dev settings modules.api.checks.compile=true');
    expect(missing(loaded, ['lint'])).toBe('it has: compile');
  });

  it('find nothing where not one container of theirs runs', () => {
    const absence = (name: string) => ({ reason: 'check', what: `${name} is away` }) as const;
    const two = aDefinition([API, aCompiledModule('web')]);
    const running = (name: string) => (name === 'web' ? aContainer(name) : undefined);
    expect(nothingRuns(two, ['api', 'web'], { running, absence })).toBeUndefined();
    expect(nothingRuns(two, ['api'], { running, absence })?.what).toBe('api is away');
    const none = { running: () => undefined, absence };
    expect(nothingRuns(two, ['api', 'web'], none)?.what).toContain('no container of api, web runs');
    expect(nothingRuns(loaded, ['docs'], none)).toBeUndefined();
  });
});
