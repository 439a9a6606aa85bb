import { describe, expect, it } from 'vitest';
import { compileModules } from '../../../../src/app/build/compile-modules.ts';
import type { ComposeCli } from '../../../../src/ports/compose-cli.ts';
import { ok } from '../../../../src/util/result.ts';
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
  const compose: Pick<ComposeCli, 'run'> = {
    run: () => {
      compile();
      return Promise.resolve(ok(0));
    },
  };
  const up = async (): Promise<string> => {
    const request = {
      root: '/p',
      target: { file: 'c.yaml', project: 'shop' },
      modules: [aCompiledModule('api', { artifact: ['dist'] })],
      stateFile: '/p/.dev/state/compiled.json',
      parallel: 1,
    };
    const { signal } = new AbortController();
    await compileModules(request, {
      // Nothing else of it is asked for.
      compose: compose as ComposeCli,
      files,
      clock: new VirtualClock(),
      report: () => undefined,
      signal,
      logs: () =>
        Promise.resolve({
          open: () => ({ write: () => undefined, keep: () => undefined, discard: () => undefined }),
        }),
    });
    return files.text('/p/api/dist/main.js');
  };
  return { files, up, compile, compiles: () => compiles };
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
});
