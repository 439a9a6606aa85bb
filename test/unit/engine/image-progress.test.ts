import { describe, expect, it } from 'vitest';
import { BuildOutput } from '../../../src/engine/image-progress.ts';

function read(text: string): { output: BuildOutput; shown: readonly string[] } {
  const output = new BuildOutput();
  const shown = text.split('\n').flatMap((line) => {
    const news = output.add(line);
    return news === undefined ? [] : [`${news.step} | ${news.line}`];
  });
  return { output, shown };
}

const GOOD = `#0 building with "default" instance using docker driver
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 2.1kB done
#1 DONE 0.0s
#4 [system 1/5] FROM docker.io/library/debian:trixie-slim
#4 CACHED
#5 [stage-1 2/4] RUN --mount=type=cache,id=a,target=/b apt-install   nodejs
#6 [build 2/2] RUN make
#5 0.312 \u001b[32mGet:1\u001b[0m nodejs
#6 0.400 10%\r 20%\r 30%
#5 0.500 
#5 DONE 1.0s
#6 DONE 1.1s`;

const FAILED = `#5 [2/3] RUN echo hi &&   echo oops >&2 && exit 3
#6 [build 2/2] RUN make
#5 0.570 hi
#5 0.571 oops
#6 0.600 cc
#6 ERROR: context canceled
#5 ERROR: process "/bin/sh -c echo hi &&   echo oops >&2 && exit 3" did not complete successfully: exit code: 3
------
 > [2/3] RUN echo hi &&   echo oops >&2 && exit 3:
0.571 oops
------
Dockerfile:3
--------------------
   3 | >>> RUN echo hi && \\
--------------------
ERROR: failed to solve: process "/bin/sh -c echo hi" did not complete successfully: exit code: 3`;

describe('BuildOutput', () => {
  it('tells the steps and their last lines, without options, colours and bars', () => {
    expect(read(GOOD).shown).toEqual([
      '1/5 FROM docker.io/library/debian:trixie-slim | ',
      '2/4 RUN apt-install nodejs | ',
      '2/2 RUN make | ',
      '2/4 RUN apt-install nodejs | Get:1 nodejs',
      '2/2 RUN make | 30%',
    ]);
  });

  it('cuts long commands', () => {
    const [line] = read(`#5 [2/4] RUN ${'x '.repeat(100)}`).shown;
    expect(line).toMatch(/^2\/4 RUN x x [x ]+ … \| $/);
    expect(line?.length).toBeLessThan(60);
  });

  it('knows the step that failed, its output and its line; not the one that was cancelled', () => {
    expect(read(FAILED).output.failure()).toEqual({
      step: '2/3 RUN echo hi && echo oops >&2 && exit 3',
      vertex: '[2/3] RUN echo hi &&   echo oops >&2 && exit 3',
      error: 'exit code: 3',
      lines: ['hi', 'oops'],
      dockerfileLine: 3,
    });
  });

  it("tells BuildKit's own words when no step has begun", () => {
    const text =
      'Dockerfile:2\nERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN';
    expect(read(text).output.failure()).toMatchObject({
      step: '',
      error: 'dockerfile parse error on line 2: unknown instruction: RUNN',
      dockerfileLine: 2,
    });
  });

  it('reads what Compose makes of it: the service before the stage, and other last words', () => {
    const { output, shown } = read(
      '#5 [web build 2/2] RUN false\n#5 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    );
    expect(shown).toEqual(['2/2 RUN false | ']);
    expect(output.failure()).toMatchObject({
      vertex: '[web build 2/2] RUN false',
      error: 'exit code: 1',
    });
    const text = 'failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN';
    expect(read(text).output.failure()).toMatchObject({
      error: 'dockerfile parse error on line 2: unknown instruction: RUNN',
      dockerfileLine: 2,
    });
  });

  it('keeps only the last lines of a step', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `#5 0.1 line ${String(index)}`);
    const { output } = read(`#5 [1/1] RUN x\n${lines.join('\n')}\n#5 ERROR: exit code: 1`);
    const { lines: kept } = output.failure();
    expect(kept).toHaveLength(30);
    expect(kept.at(-1)).toBe('line 99');
  });
});
