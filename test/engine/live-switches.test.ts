import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../src/events/session-event.ts';
import type { Intent } from '../../src/session/protocol.ts';
import { isOver, liveBench } from '../support/live-bench.ts';
import { waitFor } from '../support/wait-for.ts';

const { rig, tail, save, inside, answer, containers, intend } = liveBench();

describe('a switch in dev.settings.yaml', () => {
  const settingsText = (): string => rig().read('dev.settings.yaml');

  type Told = Extract<SessionEvent, { readonly kind: 'modules' }>;
  const module = (event: Told, of: string) => event.modules.find(({ name }) => name === of);
  const tests = (event: Told): boolean | undefined =>
    module(event, 'app')?.checks.find(({ check }) => check === 'test')?.enabled;

  /** Edits the file as a person does, and waits until the session works with this very edit. */
  async function edit(from: RegExp, to: string, works: (event: Told) => boolean) {
    tail().mark();
    const text = settingsText();
    expect(text).toMatch(from);
    rig().write('dev.settings.yaml', text.replace(from, to));
    await tail().next('modules', works);
  }

  it('turns a check off and on, and touches no container', async () => {
    const before = await containers();
    await edit(/(app:[^]*?test: )true/, '$1false', (event) => tests(event) === false);
    const one = await save({ 'app/test.sh': 'echo not run\n' });
    expect(await tail().next('settled', (event) => event.save === one)).toMatchObject({
      passed: 1,
    });
    await edit(/(app:[^]*?test: )false/, '$1true', (event) => tests(event) === true);
    const two = await save({ 'app/test.sh': 'echo run\n' });
    expect(await tail().next('settled', (event) => event.save === two)).toMatchObject({
      passed: 2,
    });
    expect(await containers()).toEqual(before);
  });

  it('runs what is out of date when it is turned on, and nothing else', async () => {
    const watches = (event: Told) => module(event, 'lib')?.watch;
    const bySettings = () => tail().next('change', ({ cause }) => cause === 'settings');
    const off = () => edit(/(lib:[^]*?watch: )true/, '$1false', (now) => watches(now) === false);
    const on = () => edit(/(lib:[^]*?watch: )false/, '$1true', (now) => watches(now) === true);

    await edit(/(app:[^]*?test: )true/, '$1false', (event) => tests(event) === false);
    await tail().settle({ 'app/test.sh': 'echo out of date\n' });
    await edit(/(app:[^]*?test: )false/, '$1true', (event) => tests(event) === true);
    const test = await bySettings();
    expect(test.modules).toEqual(['app']);
    const settled = await tail().next('settled', ({ save: of }) => of === test.save);
    expect(settled).toMatchObject({ passed: 1, failed: 0 });

    await off();
    rig().write('lib/notes', 'nobody looks yet\n');
    await tail().settle({ 'quiet/compile.sh': 'echo so the file before it was seen\n' });
    await on();
    const watch = await bySettings();
    expect(watch.modules).toEqual(['lib', 'app']);
    const all = await tail().next('settled', ({ save: of }) => of === watch.save);
    expect(all).toMatchObject({ passed: 4, failed: 0 });

    await off();
    await on();
    await tail().settle({ 'quiet/compile.sh': 'echo and nothing was asked for before it\n' });
    const causes = tail()
      .events()
      .filter((event) => event.kind === 'change' && event.save > watch.save)
      .map((event) => event.kind === 'change' && event.cause);
    expect(causes).not.toContain('settings');
  });

  it('turns watching off and on, for a module and for all', async () => {
    const before = await containers();
    const watches = (event: Told) => module(event, 'lib')?.watch;
    await edit(/(lib:[^]*?watch: )true/, '$1false', (event) => watches(event) === false);
    rig().write('lib/lint.sh', 'echo nobody looks\n');
    const other = await save({ 'app/test.sh': 'echo one more\n' });
    const settled = await tail().next('settled', (event) => event.save === other);
    expect(settled).toMatchObject({ passed: 2 });
    await edit(/(lib:[^]*?watch: )false/, '$1true', (event) => watches(event) === true);

    await edit(/enabled: true/, 'enabled: false', ({ watch }) => !watch);
    await tail().next('watching', ({ mode }) => mode === 'off');
    expect((await rig().dev(['status'])).stdout).toContain('watching is off');
    rig().write('app/test.sh', 'echo nobody looks\n');
    await edit(/enabled: false/, 'enabled: true', ({ watch }) => watch);
    await tail().next('watching', ({ mode }) => mode !== 'off');
    const back = await save({ 'app/test.sh': 'echo watched again\n' });
    await tail().next('settled', (event) => event.save === back && event.passed === 2);
    const silent = tail()
      .events()
      .some((event) => event.kind === 'change' && event.paths.includes('lib/lint.sh'));
    expect(silent).toBe(false);
    expect(await containers()).toEqual(before);
  });

  it('turns a module off and on; the others stay', async () => {
    const { quiet, ...others } = await containers();
    const runs = (event: Told) => module(event, 'quiet')?.run;
    await edit(/(quiet:[^]*?run: )true/, '$1false', (event) => runs(event) === false);
    await tail().next('service-gone', ({ service }) => service === 'quiet');
    // It is gone a moment before the plan is over.
    await tail().next('plan', ({ state }) => state === 'applied');
    expect(await containers()).toEqual(others);
    await edit(/(quiet:[^]*?run: )false/, '$1true', (event) => runs(event) === true);
    await tail().next('plan', ({ state }) => state === 'applied');
    const after = await containers();
    expect(after).toMatchObject(others);
    expect(after['quiet']).toBeDefined();
    expect(after['quiet']).not.toBe(quiet);
  });
});

describe('the dashboard’s intents', () => {
  it('run a check, and refuse one that there is not', async () => {
    tail().mark();
    expect(await intend({ kind: 'run-check', modules: ['app'], only: ['test'] })).toBe(true);
    const settled = await tail().next('settled');
    expect(settled).toMatchObject({ passed: 1, failed: 0 });
    expect(await intend({ kind: 'run-check', modules: ['lib'], only: ['test'] })).toBe(false);
    expect(await intend({ kind: 'run-check', modules: ['no-such'] })).toBe(false);
  });

  it('restart a module’s process, and the container of another service', async () => {
    const [before, process] = [await containers(), (await answer('quiet')).pid];
    expect(await intend({ kind: 'restart-service', service: 'quiet' })).toBe(true);
    await waitFor('another process', async () => (await answer('quiet')).pid !== process);
    const startedAt = async () => {
      const argv = [
        'docker',
        'inspect',
        '--format',
        '{{.State.StartedAt}}',
        `${rig().name}-store-1`,
      ];
      return (await rig().run(argv)).stdout;
    };
    const first = await startedAt();
    expect(await intend({ kind: 'restart-service', service: 'store' })).toBe(true);
    await waitFor('another start', async () => (await startedAt()) !== first);
    expect(await intend({ kind: 'restart-service', service: 'no-such' })).toBe(false);
    expect(await containers()).toEqual(before);
  });

  it('recreate one service, and empty one’s data; the others stay', async () => {
    const { store, ...others } = await containers();
    await inside('store', 'sh', '-c', 'echo kept > /data/file');
    tail().mark();
    expect(await intend({ kind: 'recreate-service', service: 'store' })).toBe(true);
    await tail().next('plan', ({ state }) => state === 'applied');
    const recreated = await containers();
    expect(recreated).toMatchObject(others);
    expect(recreated['store']).not.toBe(store);
    expect(await inside('store', 'cat', '/data/file')).toBe('kept');

    tail().mark();
    expect(await intend({ kind: 'reset-data', service: 'store' })).toBe(true);
    const reset = await tail().next('plan', (event) => isOver(event.state));
    expect(reset.state).toBe('applied');
    expect(await inside('store', 'ls', '/data')).toBe('');
    expect(await containers()).toMatchObject(others);
    expect(await intend({ kind: 'reset-data', service: 'no-such' })).toBe(false);
  });

  it('switch modules, checks and watching in the settings file, comments kept', async () => {
    const before = rig().read('dev.settings.yaml');
    const intents: readonly Intent[] = [
      { kind: 'toggle-check', module: 'app', check: 'test' },
      { kind: 'toggle-watch', module: 'lib' },
      { kind: 'toggle-watch' },
      { kind: 'toggle-module', module: 'quiet' },
    ];
    for (const intent of intents) expect(await intend(intent)).toBe(true);
    const changed = rig().read('dev.settings.yaml').split('\n');
    const differing = before.split('\n').filter((line, index) => line !== changed[index]);
    expect(differing).toHaveLength(intents.length);
    for (const line of differing) {
      expect(changed).toContain(line.replace(/true( ?)/, 'false$1').replace('false  ', 'false '));
    }
    await tail().next('service-gone', ({ service }) => service === 'quiet');
    for (const intent of intents) expect(await intend(intent)).toBe(true);
    expect(rig().read('dev.settings.yaml')).toBe(before);
    await waitFor('quiet', async () => (await containers())['quiet'] !== undefined);
    await waitFor('rest', async () => (await rig().dev(['status'])).status === 0);
  });
});
