import { describe, expect, it } from 'vitest';
import { summary } from '../../support/definition-failures.ts';
import { failures, project } from '../../support/definition-text.ts';

const START = 'name: a\nmodules: {api: {image: node}}\n';
const withStages = (stages: string): string => `${START}pipeline: {stages: {${stages}}}`;

describe('stages of one’s own', () => {
  it('are read with what holds where nothing is said, each after those that it comes after', () => {
    const text = withStages(
      'last: {image: go, run: x, after: [first, mid], reads: [web/, ./api]}, mid: {module: api, run: y, secrets: TOKEN, timeout: 2m, environment: {A: 1}}, first: {image: node, run: z, artifact: out, network: true}',
    );
    const { smoke, stages } = project(text).pipeline;
    expect(smoke).toEqual({ timeoutMs: 300_000, kill: true });
    expect(stages.map(({ name }) => name)).toEqual(['first', 'mid', 'last']);
    expect(stages).toMatchObject([
      { module: undefined, image: 'node', artifact: ['out'], network: true, timeoutMs: 600_000 },
      { module: 'api', image: 'node', secrets: ['TOKEN'], network: false, timeoutMs: 120_000 },
      { image: 'go', after: ['first', 'mid'], reads: ['web', 'api'], secrets: [] },
    ]);
    expect(stages[1]?.environment).toEqual(new Map([['A', '1']]));
  });

  it.each([
    [
      's: {run: x}',
      '3:21 «s» the stage s does not say where it runs | Give it module: NAME, or image: NAME',
    ],
    [
      's: {run: x, module: api, image: node}',
      '3:53 «node» the stage s has a module and an image | Take one of the two out',
    ],
    ['s: {run: x, module: apo}', '3:41 «apo» there is no module apo | Did you mean "api"?'],
    ['s: {run: x, image: nod}', '3:40 «nod» there is no base image "nod" | Did you mean "node"?'],
    [
      's: {run: x, module: api, reads: [web]}',
      '3:46 «reads» the stage s has a module and reads | Take one of the two out',
    ],
    [
      'smoke: {run: x, image: node}',
      '3:21 «smoke» "smoke" cannot be the name of a stage | Choose another name',
    ],
    [
      's: {run: x, image: node, reads: [web, wob]}',
      '3:59 «wob» the stage s reads wob, which is not there | Mend the path, or take it out',
    ],
    [
      's: {run: x, image: node, artifact: ../up}',
      '3:56 «../up» "../up" leads out of where the stage runs | Write a path below that folder',
    ],
    [
      's: {run: x, image: node, artifact: [a, /etc]}',
      '3:60 «/etc» "/etc" leads out of where the stage runs | Write a path below that folder',
    ],
    [
      's: {run: x, image: node, after: t}, u: {run: x, image: node}',
      '3:53 «t» the stage s comes after "t", which is no stage | Stages are: s, u',
    ],
    [
      's: {run: x, image: node, after: t}, t: {run: x, image: node, after: [s]}',
      '3:53 «t» stages come after one another in a circle: s → t → s | Take one of these out of after',
    ],
    [
      's: {run: x, image: node, secrets: [A-B]}',
      '3:56 «A-B» pipeline.stages.s.secrets[0] cannot be "A-B"',
    ],
    ['s: {image: node}', '3:21 «s» pipeline.stages.s lacks the key "run" | Add run: …'],
  ])('%s', (stages, expected) => {
    expect(summary(failures(withStages(stages)))).toEqual([expected]);
  });
});
