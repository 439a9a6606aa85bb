import { describe, expect, it } from 'vitest';
import { compileModule } from '../../../../src/app/build/compile-module.ts';
import { planCompiles } from '../../../../src/app/build/compile-plan.ts';
import { readCompiled } from '../../../../src/app/build/compiled-state.ts';
import type { ComposeCli } from '../../../../src/ports/compose-cli.ts';
import { ok } from '../../../../src/util/result.ts';
import { checkAsWritten } from '../../../support/modules.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { aCompiledModule } from '../../../support/session-bench.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A module whose compile copies its source into its artifact. */
function bench() {
  const files = new MemoryFiles({ '/p/api/main.ts': 'one', '/p/.dev/state/x': '' });
  let compiles = 0;
  const compile = (): void => {
    compiles += 1;
    files.put('/p/api/dist/main.js', files.text('/p/api/main.ts'));
  };
  let status = 0;
  const compose: Pick<ComposeCli, 'run'> = {
    run: () => {
      compile();
      return Promise.resolve(ok(status));
    },
  };
  const plan = () =>
    planCompiles(
      {
        root: '/p',
        modules: [aCompiledModule('api', { artifact: ['dist'] })],
        known: readCompiled('/p/.dev/state/compiled.json', files),
      },
      files,
    );
  const up = async (): Promise<string> => {
    const request = {
      root: '/p',
      target: { file: 'c.yaml', project: 'shop' },
      stateFile: '/p/.dev/state/compiled.json',
    };
    const { signal } = new AbortController();
    for (const run of plan()) {
      await compileModule(run, request, {
        compose,
        files,
        clock: new VirtualClock(),
        way: checkAsWritten,
        report: () => undefined,
        signal,
        logs: () =>
          Promise.resolve({
            open: () => ({
              write: () => undefined,
              keep: () => undefined,
              discard: () => undefined,
            }),
          }),
      });
    }
    return files.text('/p/api/dist/main.js');
  };
  const cause = (): string | undefined => plan()[0]?.cause;
  return { files, up, cause, compile, compiles: () => compiles, fail: () => (status = 2) };
}

describe('compiling before containers start', () => {
  it('leaves alone what is compiled already', async () => {
    const { up, compiles } = bench();
    expect(await up()).toBe('one');
    expect(await up()).toBe('one');
    expect(compiles()).toBe(1);
  });

  it('does not take what was compiled from other sources in between for its own', async () => {
    const { files, up, compile } = bench();
    await up();
    // Another branch, compiled by the session, and back again when there is none.
    files.put('/p/api/main.ts', 'two');
    compile();
    files.put('/p/api/main.ts', 'one');
    expect(await up()).toBe('one');
  });

  it('says why a module is compiled', async () => {
    const { files, up, cause, compile, fail: break_ } = bench();
    expect(cause()).toBe('not compiled yet');
    await up();
    expect(cause()).toBeUndefined();
    files.put('/p/api/main.ts', 'two');
    expect(cause()).toBe('its sources changed');
    compile();
    files.put('/p/api/main.ts', 'one');
    expect(cause()).toBe('its artifact was made of other sources');
    files.remove('/p/api/dist/main.js');
    files.remove('/p/api/dist');
    expect(cause()).toBe('its artifact is gone');
    break_();
    await up();
    expect(cause()).toBe('it did not compile the last time');
  });
});
