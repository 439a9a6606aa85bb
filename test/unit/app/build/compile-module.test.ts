import { describe, expect, it } from 'vitest';
import { compileModule } from '../../../../src/app/build/compile-module.ts';
import { planCompiles, type Twin } from '../../../../src/app/build/compile-plan.ts';
import { readCompiled } from '../../../../src/app/build/compiled-state.ts';
import type { ComposeCli } from '../../../../src/ports/compose-cli.ts';
import { ok } from '../../../../src/util/result.ts';
import { checkAsWritten } from '../../../support/modules.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { aCompiledModule } from '../../../support/session-bench.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** A module whose compile copies its source into its artifact. */
function bench(root = '/p', files = new MemoryFiles({ '/p/api/main.ts': 'one' })) {
  const stateFile = `${root}/.dev/state/compiled.json`;
  files.put(`${root}/.dev/state/x`, '');
  let compiles = 0;
  const compile = (): void => {
    compiles += 1;
    files.put(`${root}/api/dist/main.js`, files.text(`${root}/api/main.ts`));
  };
  let status = 0;
  let artifact: readonly string[] = ['dist'];
  let reference = 'onestack/node:1';
  let twins: readonly Twin[] = [];
  const compose: Pick<ComposeCli, 'run'> = {
    run: () => {
      compile();
      return Promise.resolve(ok(status));
    },
  };
  const plan = () =>
    planCompiles(
      {
        root,
        modules: [aCompiledModule('api', { artifact })],
        known: readCompiled(stateFile, files),
        references: new Map([['node', reference]]),
        twins: () => twins,
      },
      files,
    );
  const up = async (): Promise<string> => {
    const request = {
      root,
      target: { file: 'c.yaml', project: 'shop' },
      stateFile,
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
    return files.text(`${root}/api/dist/main.js`);
  };
  const cause = (): string | undefined => plan()[0]?.cause;
  return {
    twin: (): Twin => ({ root, known: readCompiled(stateFile, files) }),
    ...{ files, up, cause, compile, compiles: () => compiles, fail: () => (status = 2) },
    makes: (...paths: readonly string[]) => (artifact = paths),
    image: (other: string) => (reference = other),
    beside: (...others: readonly Twin[]) => (twins = others),
  };
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

  it('leaves alone what somebody has compiled again from the same', async () => {
    const { up, compile, cause } = bench();
    await up();
    compile();
    expect(cause()).toBeUndefined();
  });

  it('says why a module is compiled', async () => {
    const { files, up, cause, compile, image, fail: break_ } = bench();
    expect(cause()).toBe('not compiled yet');
    await up();
    expect(cause()).toBeUndefined();
    files.put('/p/api/main.ts', 'two');
    expect(cause()).toBe('its sources changed');
    files.put('/p/api/main.ts', 'one');
    image('onestack/node:2');
    expect(cause()).toBe('its base image changed');
    image('onestack/node:1');
    expect(cause()).toBeUndefined();
    files.put('/p/api/main.ts', 'two');
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

describe('a compile that another worktree of the clone has done', () => {
  /** `/p` is compiled; `/q` has the same sources. */
  async function beside() {
    const first = bench();
    await first.up();
    first.files.put('/q/api/main.ts', 'one');
    const second = bench('/q', first.files);
    second.beside(first.twin());
    return { first, second, files: first.files };
  }

  it('is copied, and done from then on', async () => {
    const { first, second } = await beside();
    expect(second.cause()).toBe('not compiled yet, copied from the worktree p');
    // The session there compiles the same now and then.
    first.compile();
    expect(await second.up()).toBe('one');
    expect(second.compiles()).toBe(0);
    expect(second.cause()).toBeUndefined();
  });

  it('is done here where there it is of other sources, of another image, or not as it was left', async () => {
    const { second, files } = await beside();
    files.put('/q/api/main.ts', 'two');
    expect(second.cause()).toBe('not compiled yet');
    files.put('/q/api/main.ts', 'one');
    second.image('onestack/node:2');
    expect(second.cause()).toBe('not compiled yet');
    second.image('onestack/node:1');
    files.put('/p/api/dist/main.js', 'of other sources');
    expect(second.cause()).toBe('not compiled yet');
    expect(await second.up()).toBe('one');
    expect(second.compiles()).toBe(1);
  });

  it('is done here where something of it lies here already, unless people wrote it there and here', async () => {
    const { first, second, files } = await beside();
    files.put('/p/api/migrations/1.sql', 'one');
    files.put('/q/api/migrations/1.sql', 'one');
    for (const tree of [first, second]) tree.makes('dist', 'migrations');
    // What is part of the artifact counts from the next compile on.
    files.remove('/p/api/dist');
    await first.up();
    second.beside(first.twin());
    expect(second.cause()).toBe('not compiled yet, copied from the worktree p');
    files.put('/q/api/migrations/1.sql', 'two');
    expect(second.cause()).toBe('not compiled yet');
    files.put('/q/api/migrations/1.sql', 'one');
    files.put('/q/api/dist/main.js', 'by hand');
    expect(second.cause()).toBe('not compiled yet');
  });
});
